import type { Recorded } from '../../domain/shared/fact.js';
import { eachBounded } from './bounded.js';
import type { ProcessPoints } from './deadlines.js';
import type { Subscription } from './event-store.js';
import { givenBack } from './given-back.js';
import { isReadable, type FactBatch, type FactReader } from './fact-reader.js';
import { pause } from './pause.js';
import { note, parted, subjectOf, type Subject } from './standstill.js';
import { standsStill } from './wishes.js';

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
    readonly reader: FactReader,
    readonly points: ProcessPoints,
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
  }

  /** Resolves when everything up to this position of the log was taken. */
  reached(position: bigint): Promise<void> {
    if (this.done >= position) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push({ position, resolve }));
  }

  /** Takes what it held back of spaces that go on again; how many lines were settled. Throws StoreUnavailable, and what taking throws. */
  settle(): Promise<number> {
    const { name, categories, take } = this.following;
    const takeAll = async (facts: readonly Recorded[]): Promise<void> => {
      for (const fact of facts) await take(fact);
    };
    return givenBack(this, { name, categories, take: takeAll });
  }

  /** Ends when stopped. What cannot be opened (a key that is away) is met again, and told again, until it can. */
  private async follow(): Promise<void> {
    this.subscription = this.reader.subscribe(this.done, this.following.categories, (batch) => this.takeBatch(batch));
    await this.subscription.finished;
  }

  private async takeBatch(batch: FactBatch): Promise<void> {
    const { open, heldBack } = parted(batch.facts, batch.standstill);
    const all = new Map(heldBack);
    await eachBounded(byStream(open.filter(isReadable)), STREAMS_AT_ONCE, (facts) => this.takeStream(facts, all));
    if (this.stopping.signal.aborted) return;
    await this.insist(() => this.points.save(this.following.name, batch.position, batch.last, all));
    this.done = batch.position;
    for (const { position, resolve } of this.waiting) if (position <= this.done) resolve();
    this.waiting = this.waiting.filter(({ position }) => position > this.done);
  }

  /** One after the other; when its space turns out to stand still, the rest is held back. */
  private async takeStream(facts: readonly Recorded[], heldBack: Map<Subject, bigint>): Promise<void> {
    for (const fact of facts) {
      const isTaken = await this.insist(() => this.takeUnlessHeld(fact));
      if (isTaken === false) return note(heldBack, subjectOf(fact.stream), fact.position);
    }
  }

  private async takeUnlessHeld(fact: Recorded): Promise<boolean> {
    try {
      await this.following.take(fact);
      return true;
    } catch (error) {
      if (!standsStill(error)) throw error;
      return false;
    }
  }

  /** Undefined when it was stopped before the work was done. */
  private async insist<T>(work: () => Promise<T>): Promise<T | undefined> {
    for (let wait = FIRST_WAIT_MS; !this.stopping.signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        return await work();
      } catch (error) {
        this.following.onTrouble(error);
        await pause(wait, this.stopping.signal);
      }
    }
    return undefined;
  }
}

/** In their order, stream by stream. */
function byStream(facts: readonly Recorded[]): readonly (readonly Recorded[])[] {
  const streams = new Map<string, Recorded[]>();
  for (const fact of facts) {
    const its = streams.get(fact.stream);
    if (its) its.push(fact);
    else streams.set(fact.stream, [fact]);
  }
  return [...streams.values()];
}
