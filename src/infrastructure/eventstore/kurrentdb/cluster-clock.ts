import { randomUUID } from 'node:crypto';
import { ANY, binaryEvent } from '@eventstore/db-client';
import { OutcomeUnknown, unavailable, type Connection } from './connection.js';
import { CLOCK_CATEGORY, positionOf, type KurrentRecord } from './stored-form.js';

/** How long an answer is believed; a vague one not so long. Milliseconds. */
const BELIEVED = 60_000;
const VAGUELY_BELIEVED = 5_000;
const VAGUE = 500;
/**
 * So long, after it was asked because of a doubt, the cluster is not asked for another, milliseconds: whoever's clock is off leaves twelve records a minute and
 * not one for each append, and whoever's is right is not refused for longer than that.
 */
const UNDOUBTED = 5_000;

interface Asked {
  /** What the cluster's clock said, epoch milliseconds. */
  readonly cluster: number;
  /** What this machine's uninterrupted clock said meanwhile: it does not jump when somebody sets the time. */
  readonly here: number;
  /** How far the two may be apart: half of what the answer took. */
  readonly uncertainty: number;
}

/** A moment, by this machine's uninterrupted clock, and how far the clock of a demonstration was ahead then; milliseconds. */
export interface Moment {
  readonly here: number;
  readonly ahead: number;
}

/** What time it was for the cluster, epoch milliseconds, and how far off that may be. */
export interface ClusterTime {
  readonly ms: number;
  readonly uncertainty: number;
}

const timeAt = (moment: Moment, { cluster, here, uncertainty }: Asked): ClusterTime => ({
  ms: cluster + (moment.here - here) + moment.ahead,
  uncertainty,
});

/**
 * What time it is for the cluster. The server tells its time in one place only, the stamp that it puts on what it writes: so we write an
 * empty record into a stream of our own, at first, then at most once a minute and where somebody doubts, and read its stamp.
 */
export class ClusterClock {
  readonly #stream = `${CLOCK_CATEGORY}-${randomUUID()}`;
  #last: Asked | undefined;
  #asking: Promise<Asked> | undefined;
  #doubted = -Infinity;

  constructor(
    private readonly connection: Connection,
    /** Where our own records lie: everything that others wrote before lies in front of it. */
    private readonly onPosition: (position: bigint) => void,
    /** How far the clock of a demonstration is ahead, milliseconds: it then stands for the cluster's too. */
    private readonly ahead: () => number,
  ) {}

  /** That of so many milliseconds ago. */
  moment(ago = 0): Moment {
    return { here: performance.now() - ago, ahead: this.ahead() };
  }

  /** What time it was for the cluster at that moment. Throws StoreUnavailable. */
  async at(moment: Moment): Promise<ClusterTime> {
    return timeAt(moment, this.#believed() ?? (await this.#asked()));
  }

  /**
   * The same by a new answer: the uninterrupted clock of a machine stands still while that is suspended, and what was believed of the cluster's is behind by as
   * much. Whoever doubts at the same time shares the question; so soon after it, the answer holds.
   */
  async anew(moment: Moment): Promise<ClusterTime> {
    const isUndoubted = performance.now() - this.#doubted < UNDOUBTED;
    const asked = (isUndoubted ? this.#believed() : undefined) ?? (await this.#asked());
    if (!isUndoubted) this.#doubted = performance.now();
    return timeAt(moment, asked);
  }

  #asked(): Promise<Asked> {
    return (this.#asking ??= this.#ask());
  }

  #believed(): Asked | undefined {
    const last = this.#last;
    if (last === undefined) return undefined;
    return performance.now() - last.here < (last.uncertainty > VAGUE ? VAGUELY_BELIEVED : BELIEVED) ? last : undefined;
  }

  async #ask(): Promise<Asked> {
    try {
      const id = randomUUID();
      const sent = performance.now();
      const { nextExpectedRevision } = await this.#write(id);
      const uncertainty = (performance.now() - sent) / 2;
      const record = await this.#readBack(nextExpectedRevision);
      if (record?.id !== id) throw new OutcomeUnknown('the event store does not find what it has just written');
      this.onPosition(positionOf(record));
      return (this.#last = { cluster: record.created.getTime(), here: sent + uncertainty, uncertainty });
    } catch (error) {
      throw unavailable(error);
    } finally {
      this.#asking = undefined;
    }
  }

  /** Sent once: a record whose answer was lost tells no time. */
  #write(id: string) {
    const record = binaryEvent({ id, type: 'ClockAsked', data: new Uint8Array() });
    return this.connection.ask((client) =>
      client.appendToStream(this.#stream, record, {
        ...this.connection.with,
        expectedRevision: ANY,
        deadline: this.connection.patienceMs,
      }),
    );
  }

  async #readBack(fromRevision: bigint): Promise<KurrentRecord | undefined> {
    let found: KurrentRecord | undefined;
    await this.connection.follow(
      (client) => client.readStream(this.#stream, { ...this.connection.with, fromRevision, maxCount: 1 }),
      ({ event }) => {
        found = event;
        return 'enough';
      },
    );
    return found;
  }
}
