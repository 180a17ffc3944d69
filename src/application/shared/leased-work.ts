import { LeaseKeeper } from './lease-keeper.js';
import type { Lease, Leases } from './leases.js';

/** Something that goes on in one process at a time. */
export interface Leased {
  /** Names the work and its only lease. */
  readonly name: string;
  /** Goes on until the signal: then the lease is lost or given up. Never called again before it has ended. */
  readonly run: (lease: Lease, signal: AbortSignal) => Promise<void>;
  /** Told when the lease cannot be renewed: class of the error. */
  readonly alarm: (reason: string) => void;
}

/** Runs a work while this process holds its lease, and begins it anew with each new one. */
export class LeasedWork {
  private readonly keeper: LeaseKeeper;
  private working = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    leases: Leases,
    private readonly leased: Leased,
  ) {
    const { name, alarm } = leased;
    this.keeper = new LeaseKeeper(leases, { work: name, names: [name], changed: (held) => this.changed(held), alarm });
  }

  /** Begins to ask for the lease; returns at once. */
  start(): void {
    this.keeper.start();
  }

  /** Resolves when nothing is under way and the lease is given up. */
  async stop(): Promise<void> {
    await this.keeper.stop();
  }

  private async changed([lease]: readonly Lease[]): Promise<void> {
    this.working.abort();
    await this.running;
    if (lease === undefined) return;
    this.working = new AbortController();
    this.running = this.leased.run(lease, this.working.signal);
  }
}
