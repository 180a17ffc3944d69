import type { Append, AppendOutcome } from '../../../application/shared/event-store.js';
import { bytesOf } from '../append-check.js';

/** How much goes into one transaction, and how many transactions are under way at the same time. */
export interface GroupCommitLimits {
  readonly maxAppends: number;
  readonly maxBytes: number;
  /** The head row admits one transaction at a time: more lanes only overlap the preparation of the next one. */
  readonly lanes: number;
}

interface Waiting {
  readonly append: Append;
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Coalesces what is queued while the previous commit runs: one round trip and one fsync for many appends. No timer: nothing waits longer than
 * the commit before it. At most one append per stream and batch; a second one waits for the next batch, in its order.
 */
export class GroupCommit {
  #queue: Waiting[] = [];
  #running = 0;
  #scheduled = false;
  #idle: (() => void)[] = [];

  constructor(
    private readonly commit: (appends: readonly Append[]) => Promise<readonly AppendOutcome[]>,
    private readonly limits: GroupCommitLimits,
  ) {}

  submit(append: Append): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ append, resolve, reject });
      this.#schedule();
    });
  }

  /** Resolves when all that was submitted has its outcome. */
  drained(): Promise<void> {
    if (this.#running === 0 && this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** In the next turn of the event loop: everybody whom the last commit answered, or who comes in this turn, is in the same batch. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      while (this.#running < this.limits.lanes && this.#queue.length > 0) this.#start(this.#nextBatch());
      if (this.#running === 0) this.#idle.splice(0).forEach((resolve) => resolve());
    });
  }

  #start(batch: readonly Waiting[]): void {
    this.#running += 1;
    this.commit(batch.map(({ append }) => append))
      .then(
        (outcomes) => batch.forEach(({ resolve, reject }, index) => answer(outcomes[index], resolve, reject)),
        (error: unknown) => batch.forEach(({ reject }) => reject(error)),
      )
      .finally(() => {
        this.#running -= 1;
        this.#schedule();
      });
  }

  #nextBatch(): readonly Waiting[] {
    const { maxAppends, maxBytes } = this.limits;
    const streams = new Set<string>();
    const batch: Waiting[] = [];
    const later: Waiting[] = [];
    let bytes = 0;
    let next = 0;
    for (; next < this.#queue.length && batch.length < maxAppends && bytes < maxBytes; next += 1) {
      const waiting = this.#queue[next];
      if (waiting === undefined) break;
      (streams.has(waiting.append.stream) ? later : batch).push(waiting);
      streams.add(waiting.append.stream);
      bytes += bytesOf(waiting.append);
    }
    this.#queue = [...later, ...this.#queue.slice(next)];
    return batch;
  }
}

function answer(outcome: AppendOutcome | undefined, resolve: Waiting['resolve'], reject: Waiting['reject']): void {
  if (outcome === undefined) reject(new Error('the event store gave fewer outcomes than there were appends'));
  else resolve(outcome);
}
