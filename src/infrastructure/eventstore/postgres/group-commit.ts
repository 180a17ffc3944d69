import type { Append, AppendOutcome } from '../../../application/shared/event-store.js';
import { bytesOf } from '../append-check.js';

/** How much goes into one transaction, and how many transactions are under way at the same time. */
export interface GroupCommitLimits {
  readonly maxAppends: number;
  readonly maxBytes: number;
  /** The head row admits one transaction at a time: a second lane prepares the next one while the first commits. */
  readonly lanes: number;
}

/** An append and the moment it came, by the uninterrupted clock of this machine (`performance.now()`). */
export interface Arrived {
  readonly append: Append;
  readonly came: number;
}

interface Waiting extends Arrived {
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** Fewer are not divided among lanes: a commit of their own would cost more than it lets overlap. */
const WORTH_A_LANE = 64;

/**
 * Coalesces what is queued while the previous commit runs: one round trip and one fsync for many appends. No timer: nothing waits longer than
 * the commit before it. At most one append per stream is under way; a second one waits until the first has its outcome, in its order.
 */
export class GroupCommit {
  #queue: Waiting[] = [];
  #running = 0;
  #scheduled = false;
  readonly #streams = new Set<string>();
  #idle: (() => void)[] = [];

  constructor(
    private readonly commit: (arrived: readonly Arrived[]) => Promise<readonly AppendOutcome[]>,
    private readonly limits: GroupCommitLimits,
  ) {}

  submit(append: Append): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ append, came: performance.now(), resolve, reject });
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
      for (let batch = this.#nextBatch(); batch.length > 0; batch = this.#nextBatch()) this.#start(batch);
      if (this.#running === 0) this.#idle.splice(0).forEach((resolve) => resolve());
    });
  }

  #start(batch: readonly Waiting[]): void {
    this.#running += 1;
    this.commit(batch)
      .then(
        (outcomes) => batch.forEach(({ resolve, reject }, index) => answer(outcomes[index], resolve, reject)),
        (error: unknown) => batch.forEach(({ reject }) => reject(error)),
      )
      .finally(() => {
        this.#running -= 1;
        for (const { append } of batch) this.#streams.delete(append.stream);
        this.#schedule();
      });
  }

  /** Empty when there is nothing to do, no lane is free, or everything waits for an append that is under way. */
  #nextBatch(): readonly Waiting[] {
    const { lanes, maxAppends, maxBytes } = this.limits;
    if (this.#running === lanes) return [];
    const share = Math.max(WORTH_A_LANE, Math.ceil(this.#queue.length / (lanes - this.#running)));
    const most = Math.min(maxAppends, share);
    const batch: Waiting[] = [];
    const later: Waiting[] = [];
    let bytes = 0;
    let next = 0;
    for (; next < this.#queue.length && batch.length < most && bytes < maxBytes; next += 1) {
      const waiting = this.#queue[next];
      if (waiting === undefined) break;
      const { append } = waiting;
      if (this.#streams.has(append.stream)) later.push(waiting);
      else {
        this.#streams.add(append.stream);
        batch.push(waiting);
        bytes += bytesOf(append);
      }
    }
    this.#queue = [...later, ...this.#queue.slice(next)];
    return batch;
  }
}

function answer(outcome: AppendOutcome | undefined, resolve: Waiting['resolve'], reject: Waiting['reject']): void {
  if (outcome === undefined) reject(new Error('the event store gave fewer outcomes than there were appends'));
  else resolve(outcome);
}
