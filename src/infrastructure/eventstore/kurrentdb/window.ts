import type { ResolvedEvent } from '@eventstore/db-client';
import type { Batch, StoredEvent } from '../../../application/shared/event-store.js';
import { isOfTheLog, storedOf } from './stored-form.js';

/** A batch holds at most this many events, and about this many bytes: few enough that what is made of a batch is garbage while it is young. */
const MOST_EVENTS = 1_000;
const MOST_BYTES = 16 * 1024 * 1024;
/** Where nothing matches, a batch still ends now and then: its reader can then be stopped, and keeps what was passed. */
const MOST_CHECKPOINTS = 100;

/** What is gathered of one stretch of the log, from behind `after` up to `head`, until it is enough for a batch. */
export class Window {
  readonly #events: StoredEvent[] = [];
  #bytes = 0;
  #checkpoints = 0;
  #position: bigint;
  #enough: () => void = () => undefined;
  #news: () => void = () => undefined;

  constructor(
    after: bigint,
    private readonly head: bigint,
  ) {
    this.#position = after;
  }

  onEnough(end: () => void): void {
    this.#enough = end;
  }

  /** Told of every sign of life that is not an event. */
  onNews(alive: () => void): void {
    this.#news = alive;
  }

  take({ event }: ResolvedEvent): 'more' | 'enough' {
    if (event === undefined || !isOfTheLog(event)) return 'more';
    if (this.#isFull()) return 'enough';
    const stored = storedOf(event);
    // What was written since the head was asked for belongs to the next batch.
    if (stored.position > this.head) return this.#reach(this.head);
    this.#events.push(stored);
    this.#bytes += stored.header.length + stored.body.length;
    return this.#reach(stored.position);
  }

  /** The server looked at everything up to here. */
  looked(position: bigint): void {
    this.#news();
    if (this.#isFull()) return;
    this.#checkpoints += 1;
    if (this.#reach(position < this.head ? position : this.head) === 'enough') this.#enough();
  }

  /** Everything up to here was looked at. */
  get position(): bigint {
    return this.#position;
  }

  /** False while the server may still tell more. */
  get complete(): boolean {
    return this.#isFull();
  }

  batch(): Batch {
    return { events: this.#events, position: this.#position, live: this.#position >= this.head };
  }

  #reach(position: bigint): 'more' | 'enough' {
    if (position > this.#position) this.#position = position;
    return this.#isFull() ? 'enough' : 'more';
  }

  /** From here on nothing is taken any more: what comes behind was not looked at for this batch. */
  #isFull(): boolean {
    return (
      this.#position >= this.head ||
      this.#events.length >= MOST_EVENTS ||
      this.#bytes >= MOST_BYTES ||
      this.#checkpoints >= MOST_CHECKPOINTS
    );
  }
}
