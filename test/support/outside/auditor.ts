import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExportOrder } from '../../../src/infrastructure/export/request.js';
import { exportInClear } from '../exporting.js';
import type { RunningSystem } from '../system.js';

const VERIFIER = fileURLToPath(new URL('../../../verifier/mes-verify.mjs', import.meta.url));

/** Somebody who receives exports of the whole log and keeps them: opened folders, judged by the offline verifier with nothing but the keys of the log. */
export async function auditorOf(running: RunningSystem) {
  const desk = await mkdtemp(join(tmpdir(), 'mes-auditor-'));
  const policy = join(desk, 'policy.txt');
  const { keys } = await running.system.seal.status();
  await writeFile(policy, `${keys.map((key) => `log ${key}`).join('\n')}\nquorum none\n`);
  const folders: string[] = [desk];
  return {
    /** The folder of a new export, opened as far as its mode does. */
    receive: async (mode: ExportOrder['mode']): Promise<string> => {
      const { folder } = await running.inside((platform) => exportInClear(platform, { mode }));
      folders.push(folder);
      return folder;
    },
    /** What the verifier says: its exit code and its report. */
    judge: (folder: string): Promise<{ readonly code: number; readonly said: string }> =>
      new Promise((resolve, reject) => {
        execFile(process.execPath, [VERIFIER, folder, '--policy', policy, '--json'], { maxBuffer: 2 ** 26 }, (error, said) => {
          if (error !== null && typeof error.code !== 'number') reject(new Error('the verifier did not run', { cause: error }));
          else resolve({ code: Number(error?.code ?? 0), said });
        });
      }),
    end: () => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))),
  };
}
export type Auditor = Awaited<ReturnType<typeof auditorOf>>;
