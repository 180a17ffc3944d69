import type { Append, AppendOutcome } from '../../../application/shared/event-store.js';
import { inNextTurn } from '../../../application/shared/next-turn.js';
import { StoreUnavailable } from '../../../application/shared/ports.js';
import { bytesOf } from '../append-check.js';
import { unavailable } from './connections.js';

/** How much goes into one transaction, and how many transactions are under way at the same time. */
export interface GroupCommitLimits {
  /** What a statement takes besides its events pays off with their number, not with that of appends. Passed by no more than the last append. */
  readonly maxEvents: number;
  readonly maxBytes: number;
  /** The head row admits one transaction at a time: a second lane prepares the next one while the first commits. */
  readonly lanes: number;
}

/** An append and the moment from which it waits, by the uninterrupted clock of this machine (`performance.now()`). */
export interface Arrived {
  readonly append: Append;
  readonly came: number;
}

interface Waiting extends Arrived {
  readonly answer: (outcome: AppendOutcome | StoreUnavailable) => void;
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
  readonly #streams = new Set<string>();
  #idle: (() => void)[] = [];
  /** In the next turn of the event loop: everybody whom the last commit answered, or who comes in this turn, is in the same batch. */
  readonly #schedule = inNextTurn(() => {
    for (let batch = this.#nextBatch(); batch.length > 0; batch = this.#nextBatch()) this.#start(batch);
    if (this.#running === 0) this.#idle.splice(0).forEach((resolve) => resolve());
  });

  constructor(
    private readonly commit: (arrived: readonly Arrived[]) => Promise<readonly (AppendOutcome | StoreUnavailable)[]>,
    private readonly limits: GroupCommitLimits,
  ) {}

  /** Throws StoreUnavailable. */
  submit(append: Append): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      this.#wait(append, (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
    });
  }

  /** An outcome for each, in their order, or why there is none: one promise for all. */
  submitMany(appends: readonly Append[]): Promise<readonly (AppendOutcome | StoreUnavailable)[]> {
    if (appends.length === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      const outcomes: (AppendOutcome | StoreUnavailable)[] = [];
      let left = appends.length;
      appends.forEach((append, index) =>
        this.#wait(append, (outcome) => {
          outcomes[index] = outcome;
          left -= 1;
          if (left === 0) resolve(outcomes);
        }),
      );
    });
  }

  /** Resolves when all that was submitted has its outcome. */
  drained(): Promise<void> {
    if (this.#running === 0 && this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #wait(append: Append, answer: Waiting['answer']): void {
    this.#queue.push({ append, came: performance.now() - (append.heldMs ?? 0), answer });
    this.#schedule();
  }

  #start(batch: readonly Waiting[]): void {
    this.#running += 1;
    this.commit(batch)
      .then(
        (outcomes) => batch.forEach(({ answer }, index) => answer(outcomes[index] ?? unanswered())),
        (error: unknown) => batch.forEach(({ answer }) => answer(unavailable(error))),
      )
      .finally(() => {
        this.#running -= 1;
        for (const { append } of batch) this.#streams.delete(append.stream);
        this.#schedule();
      });
  }

  /** Empty when there is nothing to do, no lane is free, or everything waits for an append that is under way. */
  #nextBatch(): readonly Waiting[] {
    const { lanes, maxEvents, maxBytes } = this.limits;
    if (this.#running === lanes) return [];
    const share = Math.max(WORTH_A_LANE, Math.ceil(this.#queue.length / (lanes - this.#running)));
    const batch: Waiting[] = [];
    const later: Waiting[] = [];
    let [events, bytes, next] = [0, 0, 0];
    for (; next < this.#queue.length && batch.length < share && events < maxEvents && bytes < maxBytes; next += 1) {
      const waiting = this.#queue[next];
      if (waiting === undefined) break;
      const { append } = waiting;
      if (this.#streams.has(append.stream)) later.push(waiting);
      else {
        this.#streams.add(append.stream);
        batch.push(waiting);
        events += append.events.length;
        bytes += bytesOf(append);
      }
    }
    this.#queue = [...later, ...this.#queue.slice(next)];
    return batch;
  }
}

const unanswered = (): StoreUnavailable => new StoreUnavailable('the event store gave fewer outcomes than there were appends');
