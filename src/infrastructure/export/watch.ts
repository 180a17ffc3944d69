import { pause } from '../../application/shared/pause.js';
import type { ExportJobs } from './export-jobs.js';

const LOOK_EVERY_MS = 1_000;

/** Looks every second whether somebody called the work off, and tells how far it has come. */
export class Watch {
  readonly signal: AbortSignal;
  readonly progress = (done: number, total: number): void => void (this.reached = { done, total });
  private reached: { readonly done: number; readonly total: number } | null = null;
  private readonly off = new AbortController();
  private readonly over = new AbortController();
  private readonly looking: Promise<void>;

  constructor(
    private readonly jobs: ExportJobs,
    private readonly id: string,
    private readonly isCalledOff: () => Promise<boolean>,
    outer: AbortSignal,
  ) {
    this.signal = AbortSignal.any([this.off.signal, outer]);
    this.looking = this.look();
  }

  /** Resolves when it looks no more. */
  async end(): Promise<void> {
    this.over.abort();
    await this.looking;
  }

  private async look(): Promise<void> {
    const { signal } = this.over;
    while (!signal.aborted) {
      // A database that is away for a moment says nothing about the wish; the work itself meets it too.
      if (await this.isCalledOff().catch(() => false)) this.off.abort();
      if (this.reached !== null) await this.jobs.reached(this.id, this.reached.done, this.reached.total).catch(() => undefined);
      await pause(LOOK_EVERY_MS, signal);
    }
  }
}
