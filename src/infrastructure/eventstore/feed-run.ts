import type { Batch, EventStore, StoredEvent, Subscription } from '../../application/shared/event-store.js';
import type { Met } from '../../application/shared/fact-reader.js';
import type { BatchDecoder } from './open-batches.js';

/** A batch that was opened once, for all who read it. */
export interface Opened extends Batch {
  /** As long as the events; null when they could not be opened: each reads for itself and meets what is there, or passes what is not its own. */
  readonly facts: readonly Met[] | null;
  readonly bytes: number;
}

/** How far one of the readers has come. */
export interface Cursor {
  position: bigint;
  /** True while there is nothing for it to do. */
  idle: boolean;
  /** True until it was handed something: the first answer comes even when there is nothing. */
  fresh: boolean;
}

/** What is held for those who are slower than the fastest, at most: beyond it they read again what they missed. */
const MOST_EVENTS = 2_000;
const MOST_BYTES = 32 * 1024 * 1024;
/** How long those who have nothing to do wait for the slowest, before it is left behind. */
const PATIENCE_MS = 500;

/**
 * One subscription whose batches are opened once and handed to all who joined, each at its own pace. It goes no further than there is room,
 * and makes room by leaving behind who holds up the others.
 */
export class FeedRun {
  private readonly held: Opened[] = [];
  private readonly cursors = new Set<Cursor>();
  private readonly subscription: Subscription;
  private readonly waiting = new Set<() => void>();
  /** Everything behind this is held; whoever stands before it reads alone. */
  private begin: bigint;
  private end: bigint;
  private live = false;
  private over = false;
  private failure: Promise<void> = Promise.resolve();

  constructor(
    store: Pick<EventStore, 'subscribe'>,
    private readonly decoder: BatchDecoder,
    after: bigint,
    /** Categories; none means all. */
    readonly categories: ReadonlySet<string>,
  ) {
    this.begin = this.end = after;
    this.subscription = store.subscribe(after, [...categories], (batch) => this.take(batch));
    const finish = (): void => {
      this.over = true;
      this.failure = this.subscription.finished;
      this.stir();
    };
    this.subscription.finished.then(finish, finish);
  }

  get position(): bigint {
    return this.end;
  }
  get ended(): boolean {
    return this.over;
  }
  /** True when whoever stands here can join. */
  reaches(position: bigint): boolean {
    return !this.over && position >= this.begin;
  }

  join(position: bigint, fresh: boolean): Cursor {
    const cursor = { position, idle: false, fresh };
    this.cursors.add(cursor);
    return cursor;
  }

  /** Something moved: whoever waits looks again. */
  stir(): void {
    for (const wake of [...this.waiting]) wake();
  }

  leave(cursor: Cursor): void {
    this.cursors.delete(cursor);
    this.stir();
  }

  async stop(): Promise<void> {
    this.over = true;
    this.stir();
    await this.subscription.stop();
  }

  /** What lies behind a reader, in order, as soon as there is something; null when it must read alone, or was told to stop. Throws what ended the subscription. */
  async next(cursor: Cursor, signal: AbortSignal): Promise<readonly Opened[] | null> {
    if (this.held.length > 0) this.stir();
    while (!signal.aborted && this.reaches(cursor.position)) {
      const found = this.held.filter(({ position }) => position > cursor.position);
      if (found.length > 0 || (cursor.fresh && this.live)) return together(found);
      cursor.idle = true;
      await this.stirred(PATIENCE_MS);
      cursor.idle = false;
    }
    await this.failure;
    return null;
  }

  private async take(batch: Batch): Promise<void> {
    const facts = await this.opened(batch.events);
    const bytes = batch.events.reduce((sum, { header, body }) => sum + header.length + body.length, 0);
    if (batch.position > this.end) this.held.push({ ...batch, facts, bytes });
    this.end = batch.position;
    this.live = batch.live;
    this.stir();
    await this.room();
  }

  private async opened(events: readonly StoredEvent[]): Promise<readonly Met[] | null> {
    const [opened] = await Promise.allSettled([this.decoder.decodeBatch(events)]);
    return opened?.status === 'fulfilled' ? opened.value : null;
  }

  private async room(): Promise<void> {
    const impatient = performance.now() + PATIENCE_MS;
    for (this.forget(); this.isFull() && !this.over; this.forget()) {
      await this.stirred(PATIENCE_MS);
      if (performance.now() >= impatient && [...this.cursors].some(({ idle }) => idle)) this.dropFirst();
    }
  }

  private isFull(): boolean {
    const events = this.held.reduce((sum, one) => sum + one.events.length, 0);
    return events >= MOST_EVENTS || this.held.reduce((sum, { bytes }) => sum + bytes, 0) >= MOST_BYTES;
  }

  /** Lets go of what everybody has taken; those who were left behind do not count. */
  private forget(): void {
    const joined = [...this.cursors].filter(({ position }) => position >= this.begin);
    for (let first = this.held[0]; first && joined.every(({ position }) => position >= (first as Opened).position); first = this.held[0])
      this.dropFirst();
  }

  private dropFirst(): void {
    const first = this.held.shift();
    if (first) this.begin = first.position;
  }

  /** Until something moved, or so many milliseconds have passed. */
  private stirred(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.waiting.add(wake);
    });
  }
}

/** As many as make a batch; one that could not be opened comes alone. */
function together(found: readonly Opened[]): readonly Opened[] {
  let size = 0;
  for (let events = 0; size < found.length; size++) {
    const { events: more, facts } = found[size] as Opened;
    events += more.length;
    if (size > 0 && (facts === null || events > MOST_EVENTS / 2)) break;
    if (facts === null) return found.slice(0, 1);
  }
  return found.slice(0, size);
}
