import type { Pool } from 'pg';
import { Clock } from '../../application/shared/ports.js';
import { noteAhead } from './clock-note.js';
import { epochOf, instantOf, type Instant } from '../../domain/shared/time.js';

/** While the head is held no append is under way: none is judged by a clock it was not written by. */
const MOVE = `WITH held AS (SELECT position FROM log.head FOR UPDATE)
  UPDATE log.clock c SET offset_ms = greatest(c.offset_ms, $1) FROM held`;

/** Where the simulated clock lives, and whether real people live here. */
export interface ClockHome {
  /** As the owner of the database: moving its clock is nothing a role of the running system may do. */
  readonly owner: Pool;
  readonly production: boolean;
  /** State folder, where programs beside this one find how far the clock is ahead. */
  readonly stateDir: string;
}

/**
 * The clock of a demonstration: it runs like the machine's and can be moved forward, never back. How far it is ahead lies in the database,
 * whose own clock is judged with the same offset, and is kept between runs. One process at a time may move it.
 */
export class SimulatedClock extends Clock {
  private constructor(
    private readonly owner: Pool,
    private readonly stateDir: string,
    private ahead: number,
  ) {
    super();
  }

  /** Goes on from where the last run left it. Throws in production: deadlines of real people run on real time. */
  static async open({ owner, production, stateDir }: ClockHome): Promise<SimulatedClock> {
    if (production) throw new Error('production has no simulated clock');
    const { rows } = await owner.query<{ offset_ms: string }>('SELECT offset_ms FROM log.clock');
    const ahead = Number(rows[0]?.offset_ms ?? 0);
    await noteAhead(stateDir, ahead);
    return new SimulatedClock(owner, stateDir, ahead);
  }

  now(): Instant {
    return instantOf(Date.now() + this.ahead);
  }

  /** How far it is ahead of the machine's, milliseconds. */
  get aheadMs(): number {
    return this.ahead;
  }

  /** From now on it is at least this instant, here and in the database. Throws RangeError when that lies behind us. */
  async advanceTo(target: Instant): Promise<void> {
    const ahead = epochOf(target) - Date.now();
    if (ahead < this.ahead) throw new RangeError('the simulated clock only goes forward');
    await this.owner.query(MOVE, [ahead]);
    this.ahead = ahead;
    await noteAhead(this.stateDir, ahead);
  }
}
