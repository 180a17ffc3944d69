import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Decrypter } from 'age-encryption';
import { extract } from 'tar-stream';

const VERIFIER = join(process.cwd(), 'verifier/mes-verify.mjs');

/** The files of a tar by their names. */
export async function filesIn(tar: Uint8Array): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const reading = extract();
  reading.end(tar);
  for await (const entry of reading) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    files.set(entry.header.name, Buffer.concat(chunks));
  }
  return files;
}

/** The tar in a package, as its recipient gets it out. */
export function decrypted(archive: Uint8Array, identity: string): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return decrypter.decrypt(new Uint8Array(archive));
}

/** Puts the files of a tar below this folder, as `tar x` does. */
export async function unpacked(tar: Uint8Array, below: string): Promise<void> {
  for (const [name, content] of await filesIn(tar)) {
    await mkdir(dirname(join(below, name)), { recursive: true });
    await writeFile(join(below, name), content);
  }
}

/** What whoever got an export trusts: the keys of the log, received by another way. */
export const policyOf = (keys: readonly string[]): string => `${keys.map((key) => `log ${key}\n`).join('')}quorum none\n`;

/** The verifier as an auditor runs it, a process of its own: exit code, and what it said. */
export const verified = (...line: readonly string[]): Promise<{ readonly code: number; readonly said: string }> =>
  new Promise((resolve) =>
    execFile(process.execPath, [VERIFIER, ...line], (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 2;
      resolve({ code, said: `${out}${err}` });
    }),
  );
