import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { transformFile } from '@swc/core';

const SOURCE = 'src/infrastructure/inspection';
/** One for each test process that runs at the same time. */
const FOLDER = `.cache/examining-${process.env['JEST_WORKER_ID'] ?? '0'}`;

/**
 * The program of the examining thread, made from the sources as they are now: a thread of Node loads JavaScript, while tests run the TypeScript.
 * Lies inside the project, so that its packages are found.
 */
export async function examiningProgram(): Promise<URL> {
  await mkdir(FOLDER, { recursive: true });
  for (const file of await readdir(SOURCE)) {
    const { code } = await transformFile(`${SOURCE}/${file}`, {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    });
    await writeFile(`${FOLDER}/${file.replace(/\.ts$/, '.js')}`, code);
  }
  return pathToFileURL(`${FOLDER}/examining-worker.js`);
}

/** A program in place of the real one, for a thread that does not do its work. */
export async function brokenProgram(name: string, code: string): Promise<URL> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${FOLDER}/${name}.mjs`, code);
  return pathToFileURL(`${FOLDER}/${name}.mjs`);
}
