import type { Pool } from 'pg';
import { classOf } from '../../application/shared/class-of.js';
import { StoreUnavailable } from '../../application/shared/ports.js';
import { Rounds } from '../../application/shared/rounds.js';
import { reach } from '../postgres/reach.js';

const EVERY_MS = 86_400_000;
const AGAIN_MS = 60_000;

/** Once a day, days on which keys were handed out go that nobody compares any more (migration 0027 says how old they are). Several processes may do so. */
export class ReleaseDays extends Rounds {
  constructor(
    /** Under mes_vault. */
    private readonly pool: Pool,
    /** Told when they could not go: the class of the error, never stored data. It is tried again. */
    private readonly alarm: (reason: string) => void,
  ) {
    super();
  }

  protected override async round(): Promise<number> {
    return (await this.forget()) ? EVERY_MS : AGAIN_MS;
  }

  /** False when they are still there. */
  private async forget(): Promise<boolean> {
    try {
      await reach(() => this.pool.query('SELECT vault.forget_releases()'));
      return true;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) this.alarm(`counts of keys could not be forgotten: ${classOf(error)}`);
      return false;
    }
  }
}
