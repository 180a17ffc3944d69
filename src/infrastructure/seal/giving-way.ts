import { performance } from 'node:perf_hooks';
import { pause } from '../../application/shared/pause.js';

/** Work that is shorter, in milliseconds, goes on without a rest. */
const FELT_MS = 200;
/** How long the thread is looked at before it is judged, milliseconds. */
const LOOK_MS = 20;
/** Share of the thread from which on others are taken to need it. */
const BUSY = 0.5;
/** A rest lasts at most so many times as long as the work before it: an eighth of the time is left for the work, in turns with the others, however busy they are. */
const LONGEST_REST = 7;

/** Long work that nobody waits for, in the thread of others: between its steps it rests for as long as they need the thread, and does not starve. */
export class GivingWay {
  private resumed: number;

  /** `busy`: which share of the thread others used while it was looked at. `now`: real time, milliseconds. */
  constructor(
    private readonly busy: (signal: AbortSignal) => Promise<number> = busyWhileLooking,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.resumed = now();
  }

  /** After each step of the work; does nothing before the steps together were long enough to be felt. An abort ends the rest at once. */
  async rest(signal: AbortSignal): Promise<void> {
    const stopped = this.now();
    const worked = stopped - this.resumed;
    if (worked < FELT_MS) return;
    const latest = stopped + worked * LONGEST_REST;
    while ((await this.busy(signal)) > BUSY && this.now() < latest && !signal.aborted);
    this.resumed = this.now();
  }
}

async function busyWhileLooking(signal: AbortSignal): Promise<number> {
  const before = performance.eventLoopUtilization();
  await pause(LOOK_MS, signal);
  return performance.eventLoopUtilization(before).utilization;
}
