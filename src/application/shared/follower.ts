import type { Recorded } from '../../domain/shared/fact.js';
import { eachBounded } from './bounded.js';
import type { ProcessPoints } from './deadlines.js';
import type { Subscription } from './event-store.js';
import { isSealed, type FactBatch, type FactReader } from './fact-reader.js';
import { pause } from './pause.js';

/** What a follower does with each fact, and how its checkpoint is called. */
export interface Following {
  readonly name: string;
  readonly categories: readonly string[];
  /** At least once per fact; the facts of one stream one after the other, several streams at a time. */
  readonly take: (fact: Recorded) => Promise<void>;
  /** Told of every failure, before it is tried again. The error may hold data of a person: show its kind, not its text. */
  readonly onTrouble: (error: unknown) => void;
}

const STREAMS_AT_ONCE = 8;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;

/** Follows the log with a checkpoint of its own and does something outside of the database with each fact. A failure is tried again for ever. */
export class Follower {
  private readonly stopping = new AbortController();
  private subscription: Subscription | null = null;
  private running: Promise<void> = Promise.resolve();
  private done = 0n;
  private waiting: { readonly position: bigint; readonly resolve: () => void }[] = [];

  constructor(
    private readonly reader: FactReader,
    private readonly points: ProcessPoints,
    private readonly following: Following,
  ) {}

  async start(): Promise<void> {
    this.done = await this.points.load(this.following.name);
    this.running = this.insist(() => this.follow());
  }

  /** Ends between two facts; what was done and not yet saved is done again at the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.subscription?.stop();
    await this.running;
    const [settled] = await Promise.allSettled([this.points.settle(this.following.name)]);
    if (settled?.status === 'rejected') this.following.onTrouble(settled.reason);
  }

  /** Resolves when everything up to this position of the log was taken. */
  reached(position: bigint): Promise<void> {
    if (this.done >= position) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push({ position, resolve }));
  }

  /** Ends when stopped. What cannot be opened (a key that is away, an event that cannot be read) is met again, and told again, until it can. */
  private async follow(): Promise<void> {
    this.subscription = this.reader.subscribe(this.done, this.following.categories, (batch) => this.takeBatch(batch));
    await this.subscription.finished;
  }

  private async takeBatch(batch: FactBatch): Promise<void> {
    await eachBounded(byStream(batch), STREAMS_AT_ONCE, async (facts) => {
      for (const fact of facts) await this.insist(() => this.following.take(fact));
    });
    if (this.stopping.signal.aborted) return;
    const { name } = this.following;
    if (batch.facts.length === 0) this.points.passed(name, batch.position, batch.last);
    else await this.insist(() => this.points.reacted(name, batch.position, batch.last));
    this.done = batch.position;
    for (const { position, resolve } of this.waiting) if (position <= this.done) resolve();
    this.waiting = this.waiting.filter(({ position }) => position > this.done);
  }

  private async insist(work: () => Promise<void>): Promise<void> {
    for (let wait = FIRST_WAIT_MS; !this.stopping.signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        return await work();
      } catch (error) {
        this.following.onTrouble(error);
        await pause(wait, this.stopping.signal);
      }
    }
  }
}

/** The readable facts of a batch, in order, stream by stream. */
function byStream({ facts }: FactBatch): readonly (readonly Recorded[])[] {
  const streams = new Map<string, Recorded[]>();
  for (const fact of facts) {
    if (isSealed(fact)) continue;
    const its = streams.get(fact.stream);
    if (its) its.push(fact);
    else streams.set(fact.stream, [fact]);
  }
  return [...streams.values()];
}
