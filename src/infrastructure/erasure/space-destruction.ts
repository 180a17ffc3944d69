import { pause } from '../../application/shared/pause.js';
import { StoreUnavailable, type Clock } from '../../application/shared/ports.js';
import type { DestructionGround } from '../../domain/shared/destruction-ground.js';
import { epochOf, instantOf, type Instant } from '../../domain/shared/time.js';
import type { Destruction, DestructionRows, Progress } from './destruction-rows.js';

const SHORTEST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;
/** How long a destruction that failed is left alone. */
const LEFT_ALONE_MS = 60_000;

export interface SpaceDestructionParts {
  readonly rows: DestructionRows;
  readonly steps: { take(destruction: Destruction): Promise<Progress> };
  readonly clock: Clock;
  /** Told when a step failed: its name and the class of the error, never stored data. */
  readonly alarm: (reason: string) => void;
}

/** Carries destructions out, step by step, whatever dies in between; several processes may do so at once. */
export class SpaceDestruction {
  private stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: SpaceDestructionParts) {}

  /** A space whose end was decided. After an express erasure the traces stay until the archive would have ended (GDPR article 17(3)(e)). Twice is once. */
  async request(space: string, ground: DestructionGround, archivedUntil: Instant): Promise<void> {
    const { rows, clock } = this.parts;
    if (ground === 'ERASURE') await rows.ask(space, 'TRACE', ground, instantOf(epochOf(archivedUntil) + 1));
    await rows.ask(space, 'SPACE', ground, clock.now());
  }

  /** Does every step that is due now, of one space or of all; returns how many. Throws what a step throws. */
  async drain(only: string | null = null): Promise<number> {
    let done = 0;
    while (!this.stopping.signal.aborted && (await this.advance(only))) done++;
    return done;
  }

  start(): void {
    this.stopping = new AbortController();
    this.running = this.run();
  }

  /** Resolves when nothing of it is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async advance(only: string | null): Promise<boolean> {
    let taken: Destruction | null = null;
    try {
      return await this.parts.rows.advance(this.parts.clock.now(), only, (destruction) => this.parts.steps.take((taken = destruction)));
    } catch (error) {
      if (taken !== null && !(error instanceof StoreUnavailable)) await this.failed(taken, error);
      throw error;
    }
  }

  private async failed(destruction: Destruction, error: unknown): Promise<void> {
    this.parts.alarm(`a destruction failed at ${destruction.step}: ${error instanceof Error ? error.constructor.name : typeof error}`);
    await this.parts.rows.postpone(destruction, LEFT_ALONE_MS);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let wait = SHORTEST_WAIT_MS; !signal.aborted; await pause(wait, signal))
      wait = (await this.look()) ? SHORTEST_WAIT_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  /** True when there was something to do. What failed was told, and is tried again. */
  private async look(): Promise<boolean> {
    try {
      return (await this.drain()) > 0;
    } catch {
      return false;
    }
  }
}
