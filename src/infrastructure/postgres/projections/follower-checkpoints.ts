import type { Pool } from 'pg';
import { Checkpoints } from '../../../application/shared/checkpoints.js';
import type { EventStore } from '../../../application/shared/event-store.js';
import type { FactBatch } from '../../../application/shared/fact-reader.js';
import { transaction } from '../transaction.js';
import { checkpoints, landmarkOf, saveCheckpoints, verify, type Checkpoint } from './checkpoint.js';

const beginning = (name: string): Checkpoint => ({ name, version: 1, position: 0n, last: null, sealed: 0n });

/** Checkpoints of followers, in `process.checkpoint` (role mes_projector). */
export class PostgresCheckpoints extends Checkpoints {
  constructor(
    private readonly pool: Pool,
    private readonly store: Pick<EventStore, 'at'>,
  ) {
    super();
  }

  async load(name: string): Promise<bigint> {
    const saved = (await checkpoints(this.pool, 'process', [name])).get(name) ?? beginning(name);
    await verify(this.store, saved);
    return saved.position;
  }

  /** The furthest one counts: a reader that was replaced meanwhile does not take its successor back. */
  async save(name: string, { position, last, facts }: FactBatch): Promise<void> {
    await transaction(this.pool, async (client) => {
      const saved = (await checkpoints(client, 'process', [name], 'FOR UPDATE')).get(name) ?? beginning(name);
      if (position <= saved.position) return;
      const sealed = saved.sealed + BigInt(facts.filter((met) => 'sealed' in met).length);
      await saveCheckpoints(client, 'process', [{ ...saved, position, last: landmarkOf(last) ?? saved.last, sealed }]);
    });
  }
}
