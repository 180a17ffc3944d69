import { classOf } from '../../../application/shared/class-of.js';
import { LeasedWork } from '../../../application/shared/leased-work.js';
import { LeaseLost, type Leases } from '../../../application/shared/leases.js';
import { pause } from '../../../application/shared/pause.js';
import type { SignedHead } from '../sealed-tree.js';
import { WitnessRound, type RoundParts } from './witness-round.js';

export interface WitnessParts extends RoundParts {
  readonly leases: Leases;
  /** Pause between two rounds, milliseconds. */
  readonly every: number;
}

/** Name of the lease: one process asks the witnesses of a log. */
export const WITNESSES = 'witnesses';
const LONGEST_WAIT_MS = 30_000;

/**
 * Shows every new head to the witnesses, and keeps what they say. Sealing does not wait for it, nor does anything else: a head that its quorum did not
 * cosign in time is published without, and an alarm says so.
 */
export class WitnessPublisher {
  private readonly work: LeasedWork;
  /** Whether the last head went without its quorum: told once. */
  private without = false;

  constructor(private readonly parts: WitnessParts) {
    const { leases, alarm } = parts;
    this.work = new LeasedWork(leases, {
      name: WITNESSES,
      run: (lease, signal) => this.run(new WitnessRound(parts, lease, signal), signal),
      alarm,
    });
  }

  /** Begins to ask for the lease; returns at once. */
  start(): void {
    this.work.start();
  }

  /** Resolves when no witness is being asked any more and the lease is given up. */
  async stop(): Promise<void> {
    await this.work.stop();
  }

  private async run(round: WitnessRound, signal: AbortSignal): Promise<void> {
    const { every } = this.parts;
    for (let wait = every; !signal.aborted; await pause(wait, signal))
      wait = (await this.safely(round, signal)) ? every : Math.min(Math.max(wait, 50) * 2, LONGEST_WAIT_MS);
    await round.over();
  }

  /** False when it has to be tried again later. */
  private async safely(round: WitnessRound, signal: AbortSignal): Promise<boolean> {
    try {
      const head = await this.parts.tree.signed();
      if (head !== null) await this.show(head, round);
      return true;
    } catch (error) {
      if (!(error instanceof LeaseLost) && !signal.aborted) this.parts.alarm(`witnesses wait: ${classOf(error)}`);
      return false;
    }
  }

  private async show(head: SignedHead, round: WitnessRound): Promise<void> {
    const reached = await round.show(head);
    if (reached === null) return;
    if (!reached && !this.without) this.parts.alarm(`the head of ${head.size} leaves is published without the quorum of its witnesses`);
    this.without = !reached;
  }
}
