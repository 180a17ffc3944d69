import type { CopyMaker, CopyOutcome } from '../../application/portability/copy-maker.js';
import { classOf } from '../../application/shared/class-of.js';
import { StoreUnavailable } from '../../application/shared/ports.js';
import { IdleWait, Rounds } from '../../application/shared/rounds.js';
import type { CopyJobs, WaitingCopy } from './copy-jobs.js';

const SHORTEST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1_000;
/** How long a copy waits for the seal before it is made without the receipts of its last lines. */
const SEAL_PATIENCE_MS = 30_000;
/** Failures, over more than an hour, after which the person is told that it cannot be made. */
const MOST_TRIES = 14;
/** A store that is away is no failure of the copy; what it hindered for so long is counted as one, so that the person is told in the end. */
const OUTAGE_PATIENCE_MS = 86_400_000;

export interface CopyWorkerParts {
  readonly jobs: CopyJobs;
  readonly maker: Pick<CopyMaker, 'make' | 'giveUp'>;
  /** Told when a copy failed: the class of the error, never stored data. */
  readonly alarm: (reason: string) => void;
}

/** Makes copies, one at a time in each process; whatever dies in between, each is made once. */
export class CopyWorker extends Rounds {
  readonly name = 'copies';
  private readonly wait = new IdleWait(SHORTEST_WAIT_MS, LONGEST_WAIT_MS);

  constructor(private readonly parts: CopyWorkerParts) {
    super();
  }

  /** Whether every copy that was asked for is made. */
  async reached(): Promise<boolean> {
    return (await this.parts.jobs.waiting()) === 0;
  }

  protected override async round(): Promise<number> {
    return this.wait.after(await this.look());
  }

  /** True when there was something to do. What failed is told, and tried again later. */
  private async look(): Promise<boolean> {
    let taken: WaitingCopy | null = null;
    try {
      return await this.parts.jobs.advance((waiting) => this.make((taken = waiting)));
    } catch (error) {
      return this.troubled(taken, error);
    }
  }

  private async make(waiting: WaitingCopy): Promise<CopyOutcome> {
    if (waiting.tries < MOST_TRIES) return this.parts.maker.make(waiting, waiting.age < SEAL_PATIENCE_MS, this.signal);
    await this.parts.maker.giveUp(waiting, 'NOT_MADE');
    return 'done';
  }

  /** Never throws: what cannot be put aside now is found where it was, at the next look. */
  private async troubled(taken: WaitingCopy | null, error: unknown): Promise<boolean> {
    const late = taken !== null && taken.age >= OUTAGE_PATIENCE_MS && !this.signal.aborted;
    const passing = error instanceof StoreUnavailable && !late;
    // Of a store that is away others tell, unless it stays away from this one.
    if (!passing) this.parts.alarm(`a copy was not made: ${classOf(error)}`);
    // What ends with this process did not fail: whoever comes next begins it anew.
    if (taken === null || this.signal.aborted) return false;
    try {
      await (passing ? this.parts.jobs.hindered(taken) : this.parts.jobs.failed(taken));
      return true;
    } catch (away) {
      if (!(away instanceof StoreUnavailable)) this.parts.alarm(`a copy that failed was not put aside: ${classOf(away)}`);
      return false;
    }
  }
}
