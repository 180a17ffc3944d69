import { classOf } from '../../../application/shared/class-of.js';
import { LeasedWork } from '../../../application/shared/leased-work.js';
import { LeaseLost, type Lease, type Leases } from '../../../application/shared/leases.js';
import { pause } from '../../../application/shared/pause.js';
import { dayAfter, type LocalDate } from '../../../domain/shared/time.js';
import { MapMoved } from './head-map.js';
import { MapRoots, type MapRootsParts } from './map-roots.js';

export interface HeadPublisherParts extends MapRootsParts {
  readonly leases: Leases;
  /** The day in Paris. */
  readonly today: () => LocalDate;
  /** Pause between two looks at the calendar, milliseconds. */
  readonly every: number;
  readonly alarm: (reason: string) => void;
}

/** Name of the lease: one process makes the map. */
export const HEADS = 'stream-heads';

/**
 * When a day is over in Paris, brings the map of stream heads to where the log is sealed and writes its root into the log. The work is that of what was sealed
 * since the day before, in one transaction: who is killed in it begins again where the day began.
 */
export class HeadPublisher {
  private readonly work: LeasedWork;
  private readonly roots: MapRoots;

  constructor(private readonly parts: HeadPublisherParts) {
    const { leases, alarm } = parts;
    this.roots = new MapRoots(parts);
    this.work = new LeasedWork(leases, { name: HEADS, run: (lease, signal) => this.run(lease, signal), alarm });
  }

  /** Begins to ask for the lease; returns at once. */
  start(): void {
    this.work.start();
  }

  /** Resolves when nothing is under way and the lease is given up. */
  async stop(): Promise<void> {
    await this.work.stop();
  }

  private async run(lease: Lease, signal: AbortSignal): Promise<void> {
    for (; !signal.aborted; await pause(this.parts.every, signal))
      try {
        await this.closeDay(lease, signal);
      } catch (error) {
        // Somebody who needs a root for an export was quicker: the next look goes on from there.
        if (!(error instanceof LeaseLost || error instanceof MapMoved) && !signal.aborted)
          this.parts.alarm(`stream heads wait: ${classOf(error)}`);
      }
  }

  /** Of days that nobody closed the last one alone: its root says what theirs would have said. */
  private async closeDay(lease: Lease, signal: AbortSignal): Promise<void> {
    const { map } = this.parts;
    const last = await map.last();
    if (last !== null && last.fact === null) return this.roots.write(last);
    const today = this.parts.today();
    const day = dayAfter(today, { days: -1 });
    if (day < (await map.since(today)) || (last !== null && day <= last.day)) return;
    await this.roots.publish(day, [lease], signal);
  }
}
