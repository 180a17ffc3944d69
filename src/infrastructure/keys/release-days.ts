import type { Pool } from 'pg';
import { pause } from '../../application/shared/pause.js';
import { StoreUnavailable } from '../../application/shared/ports.js';
import { reach } from '../postgres/reach.js';

const EVERY_MS = 86_400_000;
const AGAIN_MS = 60_000;

/** Once a day, days on which keys were handed out go that nobody compares any more (migration 0027 says how old they are). Several processes may do so. */
export class ReleaseDays {
  private stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    /** Under mes_vault. */
    private readonly pool: Pool,
    /** Told when they could not go: the class of the error, never stored data. It is tried again. */
    private readonly alarm: (reason: string) => void,
  ) {}

  /** Begins at once, and returns. */
  start(): void {
    this.stopping = new AbortController();
    this.running = this.run();
  }

  /** Resolves when nothing of it is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) await pause((await this.forget()) ? EVERY_MS : AGAIN_MS, signal);
  }

  /** False when they are still there. */
  private async forget(): Promise<boolean> {
    try {
      await reach(() => this.pool.query('SELECT vault.forget_releases()'));
      return true;
    } catch (error) {
      if (!(error instanceof StoreUnavailable))
        this.alarm(`counts of keys could not be forgotten: ${error instanceof Error ? error.constructor.name : typeof error}`);
      return false;
    }
  }
}
