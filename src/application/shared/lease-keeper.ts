import { classOf } from './class-of.js';
import type { Lease, Leases } from './leases.js';
import { Rounds } from './rounds.js';

/** How often in a term a lease is renewed: two renewals may fail before it is over. */
const BEATS_PER_TERM = 4;
/** For one who has nothing yet while others have more than their share, and after a failure. */
const SOON_MS = 100;

/** A work whose leases are kept for one process, and who is told of them. */
export interface Keeping {
  /** Names the work: those who attend to the same share its leases. */
  readonly work: string;
  /** All leases of it. */
  readonly names: readonly string[];
  /** Told of every change, before what is not among them any more is given up: resolves when nothing is done under that. Never called twice at once. */
  readonly changed: (held: readonly Lease[]) => Promise<void>;
  /** Told when the leases cannot be renewed: class of the error. */
  readonly alarm: (reason: string) => void;
}

/**
 * Holds the share of one process of the leases of a work: what there is, by the number of those who live. Takes over what a dead one held when
 * its term is over; gives up what a newcomer needs; considers all as lost when it could not renew in time; gives all up at the end.
 */
export class LeaseKeeper extends Rounds {
  private held: readonly Lease[] = [];
  /** Until when they are surely held, by the clock of this process (milliseconds of performance.now). */
  private sure = 0;

  constructor(
    private readonly leases: Leases,
    private readonly keeping: Keeping,
  ) {
    super();
  }

  protected override async round(): Promise<number> {
    const complete = await this.safely(() => this.beat());
    return complete ? this.leases.term / BEATS_PER_TERM : SOON_MS;
  }

  /** Everything is given up, or could not be because the database is away: then the terms run out. */
  protected override async leave(): Promise<void> {
    await this.safely(() => this.giveUpAll());
  }

  /** False when it must look again soon. */
  private async beat(): Promise<boolean> {
    const { leases, keeping } = this;
    const before = performance.now();
    const each = keeping.names.length / (await leases.attend(keeping.work));
    const share = Math.ceil(each);
    const still = await leases.renew(this.held);
    this.sure = before + leases.term;
    const surplus = still.slice(share);
    const missing = keeping.names.filter((name) => !still.some((one) => one.name === name));
    const taken = await leases.take(missing, share - still.length);
    await this.become([...still.slice(0, share), ...taken]);
    await leases.giveUp(surplus);
    return this.held.length > 0 || each < 1;
  }

  private async giveUpAll(): Promise<void> {
    const { held } = this;
    await this.become([]);
    await this.leases.giveUp(held);
    await this.leases.leave(this.keeping.work);
  }

  private async become(next: readonly Lease[]): Promise<void> {
    const same = next.length === this.held.length && next.every((lease, i) => lease === this.held[i]);
    this.held = next;
    if (!same) await this.keeping.changed(next);
  }

  private async safely(work: () => Promise<boolean | void>): Promise<boolean> {
    try {
      return (await work()) ?? true;
    } catch (error) {
      this.keeping.alarm(`${this.keeping.work}: leases cannot be kept: ${classOf(error)}`);
      // Somebody else may hold them by now.
      if (performance.now() >= this.sure) await this.become([]);
      return false;
    }
  }
}
