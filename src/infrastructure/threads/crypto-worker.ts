import { parentPort, type TransferListItem } from 'node:worker_threads';
import { lastHeads } from '../seal/heads/last-heads.js';
import { foldPage } from '../seal/heads/map-page.js';
import { makeKeys, sealAll, unsealAll, unwrapAll, type CryptoTask } from './crypto-tasks.js';
import { memoryOf } from './packed.js';
import type { Answer } from './thread-pool.js';

interface Given {
  readonly id: number;
  readonly task: CryptoTask;
}

function work(task: CryptoTask): readonly [result: unknown, transfer: readonly TransferListItem[]] {
  switch (task.kind) {
    case 'seal': {
      const bodies = sealAll(task);
      return [bodies, memoryOf(bodies)];
    }
    case 'unseal': {
      const unsealing = unsealAll(task);
      return [unsealing, memoryOf(unsealing.plaintexts)];
    }
    case 'fresh': {
      const made = makeKeys(task);
      return [made, memoryOf(made.wrapped)];
    }
    case 'unwrap':
      return [unwrapAll(task), []];
    case 'last-heads':
      return [lastHeads(task), []];
    case 'fold-heads': {
      const folded = foldPage(task);
      return [folded, memoryOf(folded.rows.contents)];
    }
  }
}

parentPort?.on('message', ({ id, task }: Given) => {
  try {
    const [result, transfer] = work(task);
    parentPort?.postMessage({ id, result } satisfies Answer, transfer);
  } catch (error) {
    // Messages of this project's own errors hold no stored data; those of others are left here.
    parentPort?.postMessage({
      id,
      defect: error instanceof Error ? `${error.name} in a thread: ${error.message}` : 'a thread failed',
    } satisfies Answer);
  }
});
