import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The folder of the project: where npm starts the tests. */
export const ROOT = process.cwd();

/** How long a tool may take over a planted project on a busy machine, milliseconds. */
export const PATIENCE = 120_000;

/** Path in the planted project → text. */
export type Plants = Readonly<Record<string, string>>;

/** A project beside ours, under the same rules, that holds only what a test planted into it. */
export interface PlantedProject {
  readonly folder: string;
  /** Copies one of our folders or files to the same place. */
  copy(path: string): Promise<void>;
  plant(plants: Plants): Promise<void>;
  /** Runs a tool of node_modules in the folder; its standard output, whatever its exit code. Rejects when it could not be started. */
  run(tool: string, ...args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

const PLENTY = 32 * 1024 * 1024;

/** Makes one under .cache, so that node_modules is found upwards and neither git, lint nor build look at it. */
export async function plantedProject(): Promise<PlantedProject> {
  await mkdir(join(ROOT, '.cache'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, '.cache', 'planted-'));
  const plant = async (plants: Plants): Promise<void> => {
    for (const [path, text] of Object.entries(plants)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  };
  await plant({ 'tsconfig.json': JSON.stringify(planted) });
  return {
    folder,
    plant,
    copy: (path) => cp(join(ROOT, path), join(folder, path), { recursive: true }),
    run: (tool, ...args) => output(folder, join(ROOT, 'node_modules', tool), args),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Ours, without the tests and without a memory of the last run. */
const planted = {
  extends: '../../tsconfig.json',
  compilerOptions: { types: ['node'], incremental: false, tsBuildInfoFile: null },
  include: ['src'],
};

function output(cwd: string, tool: string, args: readonly string[]): Promise<string> {
  const how = { cwd, timeout: PATIENCE, maxBuffer: PLENTY };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [tool, ...args], how, (error, stdout, stderr) => {
      // A tool that found something exits with a small number; anything else is a tool that did not work.
      if (error && (typeof error.code !== 'number' || stdout === '')) reject(new Error(`${tool}: ${stderr || error.message}`));
      else resolve(stdout);
    });
  });
}
