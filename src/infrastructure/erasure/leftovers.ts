import type { Pool } from 'pg';
import type { StoredEvent } from '../../application/shared/event-store.js';
import type { FactReader } from '../../application/shared/fact-reader.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { leafHash } from '../eventstore/leaf.js';
import { holdCheckpoints } from '../postgres/projections/claiming.js';
import { linkedTo } from '../postgres/projections/links.js';
import { quoted } from '../postgres/projections/ddl.js';
import { reach } from '../postgres/reach.js';
import { transaction } from '../postgres/transaction.js';
import { unlessWalked } from './purge-lock.js';

const TABLES = `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'read' AND column_name = 'space_id' ORDER BY 1`;
const LEAVES = 'INSERT INTO erasure.purged (position, leaf) SELECT * FROM unnest($1::bigint[], $2::bytea[]) ON CONFLICT DO NOTHING';

/** Of the space itself, and those of its veils that name it: a veil is their target. */
const DROP_DEADLINES = `DELETE FROM process.deadline WHERE target = $1 OR wish ->> 'space' = $1`;
/** Whoever was allowed to come back as often as he was destroyed is not skipped. */
const SUPPRESS = `INSERT INTO registry.suppression SELECT digest FROM unnest($1::bytea[], $2::integer[]) AS s(digest, destroyed)
  WHERE destroyed > coalesce((SELECT l.times FROM registry.lifted l WHERE l.digest = s.digest), 0) ON CONFLICT DO NOTHING`;

/** What the database holds of a space beside the log and the keys. */
export class Leftovers {
  constructor(
    /** Under mes_projector. */
    private readonly rows: Pool,
    /** Under mes_vault. */
    private readonly vault: Pool,
    private readonly reader: Pick<FactReader, 'read'>,
  ) {}

  /** The veils of a space: those the table of links names, and those that lie behind it in the log. */
  async veilsOf(space: string): Promise<readonly StreamName[]> {
    const linked = await transaction(this.rows, (db) => linkedTo(db, space, this.reader));
    return [...linked].filter((stream) => stream.startsWith('veil-'));
  }

  /** Every row of every read model that is about the space, and what waited for its day. The projector stands still meanwhile. */
  async dropRows(space: string): Promise<void> {
    await transaction(this.rows, async (db) => {
      await holdCheckpoints(db);
      const { rows } = await db.query<{ name: string }>(TABLES);
      for (const { name } of rows) await db.query(`DELETE FROM read.${quoted(name)} WHERE space_id = $1`, [space]);
      await db.query(DROP_DEADLINES, [space]);
    });
  }

  /** The address and its codes go; a digest stays, which makes files skip the person. */
  async forgetPerson(space: string, suppression: Buffer | null): Promise<void> {
    await transaction(this.vault, async (db) => {
      if (suppression) await db.query('INSERT INTO registry.suppression VALUES ($1) ON CONFLICT DO NOTHING', [suppression]);
      await db.query('DELETE FROM registry.person WHERE space = $1', [space]);
      await db.query('DELETE FROM registry.code WHERE space = $1', [space]);
    });
  }

  /** How often files were told to name this person again. */
  async timesLifted(digest: Buffer): Promise<number> {
    const text = 'SELECT times FROM registry.lifted WHERE digest = $1';
    return (await reach(() => this.vault.query<{ times: number }>(text, [digest]))).rows[0]?.times ?? 0;
  }

  /** Files skip these again, as the deletion ledger knows them: digests in hexadecimal, and how often their persons were destroyed. */
  async suppress(times: ReadonlyMap<string, number>): Promise<void> {
    const digests = [...times.keys()].map((digest) => Buffer.from(digest, 'hex'));
    if (digests.length > 0) await reach(() => this.vault.query(SUPPRESS, [digests, [...times.values()]]));
  }

  /** The days before this one on which its keys were handed out: nothing is left of the space that they could be compared with. */
  async forgetReleases(space: string): Promise<void> {
    await reach(() => this.vault.query('SELECT vault.forget_releases_of($1)', [space]));
  }

  /** Removes something from the log by `work`; false where an export walks through it, and has to find what it began with. */
  unlessExported(work: () => Promise<void>): Promise<boolean> {
    return unlessWalked(this.vault, work);
  }

  async keepLeaves(events: readonly StoredEvent[]): Promise<void> {
    await reach(() =>
      this.vault.query(LEAVES, [events.map(({ position }) => position), events.map((event) => Buffer.from(leafHash(event)))]),
    );
  }
}
