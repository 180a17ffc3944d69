import { classOf } from '../../application/shared/class-of.js';
import { StoreUnavailable, type Clock } from '../../application/shared/ports.js';
import { IdleWait, Rounds } from '../../application/shared/rounds.js';
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

/** A destruction whose step failed; it was told, and is left alone for a while. */
interface Failure {
  readonly error: unknown;
}

/** Carries destructions out, step by step, whatever dies in between; several processes may do so at once. */
export class SpaceDestruction extends Rounds {
  private readonly wait = new IdleWait(SHORTEST_WAIT_MS, LONGEST_WAIT_MS);

  constructor(private readonly parts: SpaceDestructionParts) {
    super();
  }

  /** A space whose end was decided. After an express erasure the traces stay until the archive would have ended (GDPR article 17(3)(e)). Twice is once. */
  async request(space: string, ground: DestructionGround, archivedUntil: Instant): Promise<void> {
    const { rows, clock } = this.parts;
    const traces = ground === 'ERASURE' ? { TRACE: instantOf(epochOf(archivedUntil) + 1) } : {};
    await rows.ask(space, ground, { SPACE: clock.now(), ...traces });
  }

  /** Does every step that is due now, of one space or of all; returns how many. Throws what a step throws. */
  async drain(only: string | null = null): Promise<number> {
    for (let done = 0; ; done++) {
      const advanced = await this.advance(only);
      if (typeof advanced === 'object') throw advanced.error;
      if (!advanced) return done;
    }
  }

  /** False when nothing is due, or when it was stopped. Throws where nobody can be left alone: the table itself cannot be reached. */
  private async advance(only: string | null): Promise<boolean | Failure> {
    const { rows, steps, clock } = this.parts;
    let taken: Destruction | null = null;
    if (this.signal.aborted) return false;
    try {
      return await rows.advance(clock.now(), only, (destruction) => steps.take((taken = destruction)));
    } catch (error) {
      if (taken === null) throw error;
      await this.leaveAlone(taken, error);
      return { error };
    }
  }

  /** Where the database is away nobody can be left alone, and others tell of it; of whatever else may be away only this alarm may. */
  private async leaveAlone(destruction: Destruction, error: unknown): Promise<void> {
    const reason = `a destruction failed at ${destruction.step}: ${classOf(error)}`;
    const isAway = error instanceof StoreUnavailable;
    if (!isAway) this.parts.alarm(reason);
    await this.parts.rows.postpone(destruction, LEFT_ALONE_MS);
    if (isAway) this.parts.alarm(reason);
  }

  protected override async round(): Promise<number> {
    return this.wait.after(await this.look());
  }

  /** Does what is due, whatever fails of it: that is tried again, and the others go on. True when there was something to do. */
  private async look(): Promise<boolean> {
    try {
      let found = false;
      while (await this.advance(null)) found = true;
      return found;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) this.parts.alarm(`destructions stand still: ${classOf(error)}`);
      return false;
    }
  }
}
