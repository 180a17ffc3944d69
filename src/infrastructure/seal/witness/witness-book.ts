import type { Pool } from 'pg';
import type { Lease } from '../../../application/shared/leases.js';
import { assertHeld } from '../../postgres/leases/postgres-leases.js';
import { reach } from '../../postgres/reach.js';
import { transaction } from '../../postgres/transaction.js';
import type { Witness } from './policy.js';

/**
 * `away`: no answer. `refused`: it does not take our heads. `contradicts`: what it was shown before under our key is another history than ours, or a
 * longer one: a backup was brought back without its seal, or somebody else signs with our key.
 */
export type WitnessTrouble = 'away' | 'refused' | 'contradicts';

const POLICY = `INSERT INTO seal.policy (id, text, patience) VALUES (1, $1, $2 * interval '1 millisecond')
  ON CONFLICT (id) DO UPDATE SET text = excluded.text, patience = excluded.patience`;
const NO_POLICY = 'DELETE FROM seal.policy';
const WITNESSES = `INSERT INTO seal.witness (key, label) SELECT * FROM unnest($1::text[], $2::text[])
  ON CONFLICT (key) DO UPDATE SET label = excluded.label`;
const NOT_ASKED =
  'DELETE FROM seal.witness w WHERE NOT w.key = ANY ($1::text[]) AND NOT EXISTS (SELECT FROM seal.cosignature c WHERE c.witness = w.key)';
const RETIRED = 'UPDATE seal.witness SET asked = key = ANY ($1::text[])';
const KNOWN = 'SELECT known FROM seal.witness WHERE key = $1';
const REMEMBER = 'UPDATE seal.witness SET known = $2 WHERE key = $1';
/** Two cosignatures of one head at the same time: each would count without the other, and none would find the quorum. */
const ONE_BY_ONE = `SELECT pg_advisory_xact_lock(hashtextextended('seal.cosignature', $1::bigint))`;
const COSIGNED = `INSERT INTO seal.cosignature (size, witness, line) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;
const HEALED = 'UPDATE seal.witness SET known = $2, trouble = NULL, detail = NULL WHERE key = $1';
const LABELS = 'SELECT w.label FROM seal.cosignature c JOIN seal.witness w ON w.key = c.witness WHERE c.size = $1 AND w.asked';
const QUORUM = 'INSERT INTO seal.quorum (size) VALUES ($1) ON CONFLICT DO NOTHING';
const TROUBLE = 'UPDATE seal.witness SET trouble = $2, detail = $3 WHERE key = $1 AND (trouble, detail) IS DISTINCT FROM ($2, $3)';

/** What the log knows of its witnesses, under role mes_sealer. Every method throws StoreUnavailable when the database is away. */
export class WitnessBook {
  constructor(private readonly pool: Pool) {}

  /** The policy that holds from now on; null: none, heads are published as they are signed. `patience`: see seal.policy. */
  async adopt(policy: { readonly text: string; readonly patience: number; readonly witnesses: readonly Witness[] } | null): Promise<void> {
    const keys = (policy?.witnesses ?? []).map(({ keyText }) => keyText);
    await transaction(this.pool, async (client) => {
      await client.query(NOT_ASKED, [keys]);
      if (policy === null) await client.query(NO_POLICY);
      else {
        await client.query(POLICY, [policy.text, policy.patience]);
        await client.query(WITNESSES, [keys, policy.witnesses.map(({ label }) => label)]);
      }
      await client.query(RETIRED, [keys]);
    });
  }

  /** The size of the last head that this witness cosigned, as far as is known here. */
  async known({ keyText }: Witness): Promise<number> {
    const { rows } = await reach(() => this.pool.query<{ known: bigint }>(KNOWN, [keyText]));
    return Number(rows[0]?.known ?? 0n);
  }

  /** What the witness itself says that it knows; never more than we have, which would be a contradiction. */
  async remember({ keyText }: Witness, size: number): Promise<void> {
    await reach(() => this.pool.query(REMEMBER, [keyText, size]));
  }

  /**
   * Keeps a cosignature, and that the quorum is reached when it is with this one. Returns whether it is. Throws LeaseLost: then nothing was kept.
   */
  async cosigned(
    lease: Lease,
    { keyText }: Witness,
    { size, line }: { readonly size: number; readonly line: string },
    suffices: (labels: ReadonlySet<string>) => boolean,
  ): Promise<boolean> {
    return transaction(this.pool, async (client) => {
      await assertHeld(client, [lease]);
      await client.query(ONE_BY_ONE, [size]);
      await client.query(COSIGNED, [size, keyText, line]);
      await client.query(HEALED, [keyText, size]);
      const { rows } = await client.query<{ label: string }>(LABELS, [size]);
      const enough = suffices(new Set(rows.map(({ label }) => label)));
      if (enough) await client.query(QUORUM, [size]);
      return enough;
    });
  }

  /** The quorum is reached without anybody: the policy wants none. */
  async quorum(size: number): Promise<void> {
    await reach(() => this.pool.query(QUORUM, [size]));
  }

  /** Keeps what is wrong with a witness. True when it was not known before. */
  async trouble({ keyText }: Witness, trouble: WitnessTrouble, detail: string): Promise<boolean> {
    return (await reach(() => this.pool.query(TROUBLE, [keyText, trouble, detail]))).rowCount === 1;
  }
}
