import { classOf } from '../../application/shared/class-of.js';
import { LeasedWork } from '../../application/shared/leased-work.js';
import type { Lease, Leases } from '../../application/shared/leases.js';
import { pause } from '../../application/shared/pause.js';
import { IdleWait } from '../../application/shared/rounds.js';
import type { ExportJob, ExportJobs } from './export-jobs.js';

/** Name of the lease: one process at a time makes exports. */
const EXPORTS = 'exports';
const SHORTEST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** What became of a step: it is done with, the next one may come, or it has to wait so many milliseconds. */
export type StepOutcome = 'DONE' | 'PROVE' | { readonly waits: number };

export interface ExportSteps {
  /** Does the step of a job. Throws ExportCancelled when the signal ended it: it is then begun anew by whoever comes next. */
  take(job: ExportJob, signal: AbortSignal): Promise<StepOutcome>;
}

export interface ExportWorkerParts {
  readonly jobs: ExportJobs;
  readonly steps: ExportSteps;
  readonly leases: Leases;
  /** Told when a step failed: its name and the class of the error. */
  readonly alarm: (reason: string) => void;
}

/** Makes approved exports, one after the other, whatever dies in between. The lease keeps two from working twice; that there is one result, the log decides. */
export class ExportWorker {
  private readonly work: LeasedWork;

  constructor(private readonly parts: ExportWorkerParts) {
    const { leases, alarm } = parts;
    this.work = new LeasedWork(leases, { name: EXPORTS, run: (_, signal) => this.run(signal), alarm });
  }

  /** Begins to ask for the lease; returns at once. */
  start(): void {
    this.work.start();
  }

  /** Ends what is under way, which another process begins anew; resolves when nothing is. */
  async stop(): Promise<void> {
    await this.work.stop();
  }

  /**
   * Does every step that is due now, under the same lease; how many. For the command line, where no worker runs: where one does, waits until it has done
   * them. Throws what a step throws.
   */
  async drain(signal: AbortSignal): Promise<number> {
    const ended = new AbortController();
    const come: { steps: number; failed?: { readonly error: unknown } } = { steps: 0 };
    const run = async (_: Lease, lost: AbortSignal): Promise<void> => {
      try {
        come.steps += await this.allDue(AbortSignal.any([signal, lost]));
      } catch (error) {
        come.failed = { error };
      }
      ended.abort();
    };
    const { leases, alarm, jobs } = this.parts;
    const work = new LeasedWork(leases, { name: EXPORTS, run, alarm });
    const over = AbortSignal.any([signal, ended.signal]);
    work.start();
    try {
      while (!over.aborted && (await jobs.next()) !== null) await pause(SHORTEST_WAIT_MS, over);
    } finally {
      // A look that failed must not leave a build behind that nobody stops.
      await work.stop();
    }
    // What the signal ended is no failure: it is begun anew.
    if (come.failed !== undefined && !signal.aborted) throw come.failed.error;
    return come.steps;
  }

  private async allDue(signal: AbortSignal): Promise<number> {
    let done = 0;
    for (let job = await this.parts.jobs.next(); job !== null && !signal.aborted; job = await this.parts.jobs.next()) {
      await this.advance(job, signal);
      done += 1;
    }
    return done;
  }

  private async run(signal: AbortSignal): Promise<void> {
    const wait = new IdleWait(SHORTEST_WAIT_MS, LONGEST_WAIT_MS);
    while (!signal.aborted) await pause(wait.after(await this.look(signal)), signal);
  }

  /** True when there was something to do. What failed was told, and is tried again later. */
  private async look(signal: AbortSignal): Promise<boolean> {
    let job: ExportJob | null = null;
    try {
      job = await this.parts.jobs.next();
      if (job !== null) await this.advance(job, signal);
      return job !== null;
    } catch (error) {
      if (!signal.aborted) await this.failed(job, error);
      return false;
    }
  }

  private async advance(job: ExportJob, signal: AbortSignal): Promise<void> {
    const outcome = await this.parts.steps.take(job, signal);
    if (typeof outcome === 'string') await this.parts.jobs.move(job, outcome);
    else await this.parts.jobs.later(job.id, outcome.waits, false);
  }

  private async failed(job: ExportJob | null, error: unknown): Promise<void> {
    this.parts.alarm(`an export failed at ${job?.step ?? 'its queue'}: ${classOf(error)}`);
    if (job === null) return;
    const wait = Math.min(FIRST_RETRY_MS * 2 ** job.failures, LONGEST_RETRY_MS);
    await this.parts.jobs
      .later(job.id, wait, true)
      .catch((late: unknown) => this.parts.alarm(`an export waits: ${String((late as Error).name)}`));
  }
}
