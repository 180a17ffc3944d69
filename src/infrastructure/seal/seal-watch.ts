import { randomInt } from 'node:crypto';
import { classOf } from '../../application/shared/class-of.js';
import { LeasedWork } from '../../application/shared/leased-work.js';
import type { Leases } from '../../application/shared/leases.js';
import { pause } from '../../application/shared/pause.js';
import { GivingWay } from './giving-way.js';
import type { CheckRange } from './check-range.js';
import type { CheckResult, Monitor } from './monitor.js';
import { keep } from './seal-desk.js';
import type { Releases } from './releases.js';
import type { SealWriter } from './seal-writer.js';
import type { SealedTree } from './sealed-tree.js';

export interface SealWatchParts {
  readonly monitor: Monitor;
  readonly tree: Pick<SealedTree, 'head'>;
  readonly writer: SealWriter;
  readonly leases: Leases;
  /** Compares keys handed out with lines written, of one day; null where the moments of lines are not those of a real clock. */
  readonly releases: Pick<Releases, 'check'> | null;
  /** Pause between two comparisons, milliseconds. */
  readonly every: number;
  /** Leaves of a comparison that is not of the whole. */
  readonly sample: number;
  /** Hour of the day (UTC) from which on the whole log is due, once a day. */
  readonly hour: number;
  /** Told of findings, and when it could not compare: numbers and places, never stored data. */
  readonly alarm: (reason: string) => void;
}

/** Name of the lease: however many processes seal, one of them compares. */
const WATCH = 'seal-watch';

/** Ends a comparison from within: who stops does not wait for the end of the log. */
class Stopped extends Error {}

/**
 * Compares log and seal by itself: a part drawn by lot every few minutes, so that nobody knows what will be looked at next, and the whole log once a day, with it the keys of the day before.
 * It gives way to whatever else the process does. What it finds is told, and stays in the health of the system until a comparison that covers it finds nothing.
 */
export class SealWatch {
  private readonly work: LeasedWork;

  constructor(private readonly parts: SealWatchParts) {
    const { leases, alarm } = parts;
    this.work = new LeasedWork(leases, { name: WATCH, run: (_, signal) => this.run(signal), alarm });
  }

  /** Begins to ask for the lease; returns at once. */
  start(): void {
    this.work.start();
  }

  /** Resolves when nothing is under way and the lease is given up. */
  async stop(): Promise<void> {
    await this.work.stop();
  }

  private async run(signal: AbortSignal): Promise<void> {
    for (await pause(this.parts.every, signal); !signal.aborted; await pause(this.parts.every, signal))
      await this.look(signal).catch((error: unknown) => {
        if (!(error instanceof Stopped)) this.parts.alarm(`log and seal could not be compared: ${classOf(error)}`);
      });
  }

  private async look(signal: AbortSignal): Promise<void> {
    const { monitor, tree, writer, sample, hour, alarm } = this.parts;
    const { size, comparedWhole } = await tree.head();
    const now = new Date();
    const whole = isDue(comparedWhole, hour, now);
    const range = whole ? {} : drawn(size, sample);
    const way = new GivingWay();
    const result = await monitor.check(range, async () => {
      await way.rest(signal);
      if (signal.aborted) throw new Stopped();
    });
    await keep(writer, result);
    if (result.count > 0) alarm(said(result));
    if (whole) await this.countKeys(lastWholeDay(now));
  }

  private async countKeys(day: string): Promise<void> {
    const { releases, alarm } = this.parts;
    const unexplained = (await releases?.check(day))?.unexplained.length ?? 0;
    if (unexplained > 0)
      alarm(`keys were handed out to doors without a line on ${day}: of ${unexplained} rings; see mes seal releases --day ${day}`);
  }
}

/** Whether the whole log was not compared since this hour struck last. */
export function isDue(last: Date | null, hour: number, now: Date): boolean {
  const struck = new Date(now);
  struck.setUTCHours(hour, 0, 0, 0);
  if (struck > now) struck.setUTCDate(struck.getUTCDate() - 1);
  return last === null || last < struck;
}

/** The last day in UTC that was over an hour ago: lines of what was begun before midnight are written by then. */
const lastWholeDay = (now: Date): string => new Date(now.getTime() - 25 * 3_600_000).toISOString().slice(0, 10);

/** So many leaves in a row, each of them as likely as the others but for the ends of the log. */
function drawn(size: number, sample: number): CheckRange {
  if (size <= sample) return { from: 0, to: size };
  const from = randomInt(size - sample + 1);
  return { from, to: from + sample };
}

function said({ from, to, count, findings: [first] }: CheckResult): string {
  const place = first?.index == null ? 'the seal itself' : `leaf ${first.index}`;
  return `the log is not what was sealed: ${count} findings between leaves ${from} and ${to}, the first at ${place}`;
}
