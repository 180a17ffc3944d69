import { parentPort } from 'node:worker_threads';
import { boundWebAssemblyMemory } from './bounded-memory.js';
import type { TypeClaim } from './claim.js';
import { examine } from './examine.js';
import type { Verdict } from './verdict.js';

/** A file to look at; its bytes are handed over, not copied. */
export interface Task {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly claim: TypeClaim;
}
/** `verdict` is null when the checks themselves failed; why stays in the worker, for messages of parsers quote what they read. */
export interface Done {
  readonly id: number;
  readonly verdict: Verdict | null;
}

const MOST_MEMORY = 512 * 1024 * 1024;
boundWebAssemblyMemory(MOST_MEMORY);

async function work({ id, bytes, claim }: Task): Promise<Done> {
  try {
    return { id, verdict: await examine(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), claim) };
  } catch {
    return { id, verdict: null };
  }
}

parentPort?.on('message', (task: Task) => {
  void work(task).then((done) => parentPort?.postMessage(done));
});
