import { StreamDeletedError, WrongExpectedVersionError, NO_STREAM, type BinaryEventData } from '@eventstore/db-client';
import { LRUCache } from 'lru-cache';
import { LONGEST_WAIT_MS, type Append, type AppendOutcome, type StoredEvent } from '../../../application/shared/event-store.js';
import { StoreUnavailable, type Revision } from '../../../application/shared/ports.js';
import { pause } from '../../../application/shared/pause.js';
import type { StreamName } from '../../../domain/shared/fact.js';
import type { ClusterClock, ClusterTime, Moment } from './cluster-clock.js';
import { OutcomeUnknown, unavailable, type Connection } from './connection.js';
import type { Reader } from './reader.js';
import { sameBytes, writtenAt } from './stored-form.js';

const TOLERANCE_MS = 2_000;
/** The same bytes go out this often before the caller is told that nothing is promised. */
const SENDINGS = 3;
const FIRST_BACK_OFF_MS = 50;
const LONGEST_BACK_OFF_MS = 500;
const REMEMBERED_STREAMS = 20_000;

/** The last event of a stream that was seen here: written and read. */
type Seen = { readonly rev: Revision; readonly at: number };
type Written = Extract<AppendOutcome, { outcome: 'written' }>;

/** Writes one append. What is acknowledged was read back and compared, byte for byte: the server compares ids only. */
export class Appender {
  readonly #seen = new LRUCache<StreamName, Seen>({ max: REMEMBERED_STREAMS });
  /** Whatever lies up to here was written before now. */
  #horizon = 0n;

  constructor(
    private readonly connection: Connection,
    private readonly reader: Reader,
    private readonly clock: ClusterClock,
  ) {}

  /** Nothing that is written from now on lies at or before this position. */
  passed(position: bigint): void {
    if (position > this.#horizon) this.#horizon = position;
  }

  /** The last event of a stream, as somebody has just read it: who appends behind it needs not look again. */
  saw(event: StoredEvent | undefined): void {
    const at = event === undefined ? null : writtenAt(event);
    if (event !== undefined && at !== null) this.#seen.set(event.stream, { rev: event.rev, at });
  }

  /** `came`: the moment from which the append waits; half a minute of that is no fault of its clock. Throws StoreUnavailable. */
  async append(append: Append, proposals: readonly BinaryEventData[], came: Moment): Promise<AppendOutcome> {
    const moment = { ...came, here: Math.max(came.here, performance.now() - LONGEST_WAIT_MS) };
    const believed = farFrom(await this.clock.at(moment), append);
    const offByMs = believed ?? (await this.#behind(append));
    if (offByMs === null) return this.#send(append, proposals, this.#horizon);
    const judged = await this.#judged(append);
    if (judged !== null) return judged;
    const known = believed === null ? offByMs : await this.#offAnew(append, moment);
    return known === null ? this.#send(append, proposals, this.#horizon) : { outcome: 'clock', offByMs: known };
  }

  /** What was believed of the cluster's clock may be wrong: it is asked once more before anybody is refused. */
  async #offAnew(append: Append, moment: Moment): Promise<number | null> {
    return farFrom(await this.clock.anew(moment), append) ?? this.#behind(append);
  }

  /** How far `at` lies before that of the event before it, when that is too far. */
  async #behind({ stream, expected, at }: Append): Promise<number | null> {
    const before = expected < 0 ? null : await this.#atOf(stream, expected);
    return before !== null && at < before - TOLERANCE_MS ? at - before : null;
  }

  async #atOf(stream: StreamName, rev: Revision): Promise<number | null> {
    const seen = this.#seen.get(stream);
    if (seen?.rev === rev) return seen.at;
    const [event] = await this.reader.read(stream, rev, 1);
    this.saw(event);
    return event === undefined ? null : writtenAt(event);
  }

  async #send(append: Append, proposals: readonly BinaryEventData[], horizon: bigint): Promise<AppendOutcome> {
    for (let sending = 1, backOff = FIRST_BACK_OFF_MS; ; sending += 1, backOff *= 2) {
      try {
        return await this.#sendOnce(append, proposals, horizon);
      } catch (error) {
        const trouble = unavailable(error);
        if (!(trouble instanceof OutcomeUnknown) || sending === SENDINGS) throw trouble;
        await pause(backOff);
      }
    }
  }

  /** Throws what the client throws: whoever can't know what became of the bytes sends them again. */
  async #sendOnce(append: Append, proposals: readonly BinaryEventData[], horizon: bigint): Promise<AppendOutcome> {
    const { stream, expected } = append;
    const expectedRevision = expected < 0 ? NO_STREAM : BigInt(expected);
    try {
      await this.connection.ask((client) =>
        client.appendToStream(stream, [...proposals], { ...this.connection.with, expectedRevision, deadline: this.connection.patienceMs }),
      );
    } catch (error) {
      if (error instanceof StreamDeletedError) throw new StoreUnavailable('the stream was ended for ever', { cause: error });
      if (!(error instanceof WrongExpectedVersionError)) throw error;
      return this.#refused(append, horizon);
    }
    // Success also means that events with these ids lay there already.
    const judged = await this.#judged(append, horizon);
    if (judged === null) throw new OutcomeUnknown('the event store does not find what it has acknowledged');
    return judged;
  }

  /**
   * The conflict may be of our own bytes, sent before. The leader refuses by what it has taken, and shows it to nobody before enough nodes hold it: so long it
   * is waited for.
   */
  async #refused(append: Append, horizon: bigint): Promise<AppendOutcome> {
    const end = performance.now() + this.connection.patienceMs;
    for (let backOff = FIRST_BACK_OFF_MS; ; backOff = Math.min(backOff * 2, LONGEST_BACK_OFF_MS)) {
      const judged = await this.#judged(append, horizon);
      if (judged !== null) return judged;
      if (performance.now() + backOff > end)
        throw new StoreUnavailable('the event store refuses an append for an event that it does not show');
      await pause(backOff);
    }
  }

  /** By what lies where this append belongs: its own bytes, another revision, or (null) nothing yet. */
  async #judged(append: Append, horizon = this.#horizon): Promise<AppendOutcome | null> {
    const found = await this.#found(append, horizon);
    if (found !== null) return found;
    const actual = await this.reader.lastRevision(append.stream);
    if (actual === append.expected) return null;
    // What came between the two looks may be these very bytes.
    return (await this.#found(append, horizon)) ?? { outcome: 'conflict', actual };
  }

  /** These very bytes, where they belong; null where they are not. */
  async #found({ stream, expected, events }: Append, horizon: bigint): Promise<Written | null> {
    const there = await this.reader.read(stream, expected + 1, events.length);
    const last = there.at(-1);
    const isFound = there.length === events.length && there.every((event, n) => isThe(event, events[n]));
    return last !== undefined && isFound ? this.#written(last, horizon) : null;
  }

  #written(last: StoredEvent, horizon: bigint): Written {
    this.saw(last);
    this.passed(last.position);
    return { outcome: 'written', position: last.position, revision: last.rev, resent: last.position <= horizon };
  }
}

/** How far `at` is from the cluster's clock, when that is too far. */
const farFrom = ({ ms, uncertainty }: ClusterTime, { at }: Append): number | null => {
  const off = Math.round(at - ms);
  return Math.abs(off) > TOLERANCE_MS + uncertainty ? off : null;
};

const isThe = (event: StoredEvent, sent: Append['events'][number] | undefined): boolean => sent !== undefined && sameBytes(event, sent);
