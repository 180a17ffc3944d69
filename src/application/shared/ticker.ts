import { SCHEDULER } from '../../domain/shared/actor.js';
import { epochOf, instantOf } from '../../domain/shared/time.js';
import type { Deadlines, PendingWish } from './deadlines.js';
import { classOf } from './class-of.js';
import { StoreUnavailable, type Clock } from './ports.js';
import { IdleWait, Rounds } from './rounds.js';
import type { Wishes } from './wishes.js';

/** Wishes fired together: enough for the store to commit many at once. */
const AT_ONCE = 256;
/** Wishes forgotten together: few enough for what falls due meanwhile not to wait, however many were fired on one day. */
const FORGOTTEN_AT_ONCE = 10_000;
const SHORTEST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 1_000;
const HOUR_MS = 3_600_000;
/** How long a wish that was fired is kept to be looked at, with the time zone rules it was computed with. */
const KEPT_MS = 30 * 24 * HOUR_MS;

/**
 * Fires wishes whose day has come, oldest first, whatever time it stood still. The legal clock says what is due; real time only says how
 * often to look. Several may run at once: each wish is fired by one of them.
 */
export class Ticker extends Rounds {
  private readonly wait = new IdleWait(SHORTEST_WAIT_MS, LONGEST_WAIT_MS);
  private purgedAt = 0;

  constructor(
    private readonly deadlines: Deadlines,
    private readonly wishes: Wishes,
    private readonly clock: Clock,
    /** Told when a wish could not be fired: process and class of the error, never stored data. */
    private readonly alarm: (reason: string) => void,
  ) {
    super();
  }

  /** Fires all that is due now. Returns how many wishes were fired. Throws StoreUnavailable when the calendar is away. */
  async drain(): Promise<number> {
    let total = 0;
    // What fails is put off, so each round takes others; where nothing can be carried out there is no use in trying all of them.
    for (
      let round = { taken: AT_ONCE, fired: AT_ONCE };
      round.taken === AT_ONCE && round.fired > 0 && !this.signal.aborted;
      total += round.fired
    )
      round = await this.fireSome();
    return total;
  }

  private async fireSome(): Promise<{ readonly taken: number; readonly fired: number }> {
    let taken = 0;
    const fired = await this.deadlines.fireDue(this.clock.now(), AT_ONCE, (wish) => {
      taken += 1;
      return this.fire(wish);
    });
    return { taken, fired };
  }

  protected override async round(): Promise<number> {
    return this.wait.after(await this.look());
  }

  /** True when there was something to do. A calendar that is away is looked at again. */
  private async look(): Promise<boolean> {
    try {
      const fired = await this.drain();
      return fired > 0 || (await this.purge());
    } catch (error) {
      this.alarm(`the calendar cannot be read: ${classOf(error)}`);
      return false;
    }
  }

  /** Forgets some of what was fired long ago; once nothing is left of it, not again for an hour. True when there may be more: what is due goes first. */
  private async purge(): Promise<boolean> {
    const now = epochOf(this.clock.now());
    if (now - this.purgedAt < HOUR_MS) return false;
    const forgotten = await this.deadlines.purge(instantOf(now - KEPT_MS), FORGOTTEN_AT_ONCE);
    if (forgotten < FORGOTTEN_AT_ONCE) this.purgedAt = now;
    return forgotten === FORGOTTEN_AT_ONCE;
  }

  private async fire(wish: PendingWish): Promise<void> {
    try {
      await this.wishes.send(wish, SCHEDULER);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) this.alarm(`${wish.process}: ${wish.wish.type} failed: ${classOf(error)}`);
      throw error;
    }
  }
}
