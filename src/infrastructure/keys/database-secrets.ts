import { access } from 'node:fs/promises';
import type { Pool } from 'pg';
import { reach } from '../postgres/reach.js';
import { transaction } from '../postgres/transaction.js';
import { ONE_BY_ONE } from './kek-epochs.js';
import { BadWrap, unwrapKey } from './key-wrap.js';
import { UnsafeSecrets } from './private-file.js';
import { SecretFile } from './secret-file.js';

const EPOCHS = 'SELECT epoch FROM vault.epoch';
const FIRST = 'INSERT INTO vault.epoch (epoch) VALUES (1)';
// Ids are random, so the lowest are any keys. Those of content, trace and documents (2, 3, 4) would be counted as handed out, and nobody reads anything here.
const ANY_KEYS = `WITH any_keys AS MATERIALIZED (SELECT id, purpose, state, epoch FROM vault.key ORDER BY id LIMIT 1000)
  SELECT array_agg(id) AS ids FROM (SELECT id FROM any_keys WHERE purpose NOT IN (2, 3, 4) AND state <> 3 AND epoch = ANY ($1::smallint[]) LIMIT 20) k`;
const HAND_OUT = 'SELECT epoch, wrapped FROM vault.hand_out($1::uuid[])';

interface Wrapped {
  readonly epoch: number | null;
  readonly wrapped: Buffer | null;
}

/**
 * Opens the secrets file of this database, making it where the vault has no epoch yet. Throws UnsafeSecrets when it is lost, or is that of another
 * installation: keys would be wrapped by a key that nobody else has, and persons not be found again under other peppers.
 */
export async function openSecrets(path: string, env: Readonly<Record<string, string | undefined>>, pool: Pool): Promise<SecretFile> {
  if (!(await isThere(path))) await makeFirst(path, env, pool);
  const file = await SecretFile.open(path, env);
  if (!(await fits(file, pool)))
    throw new UnsafeSecrets(
      `${path} opens no key of this database: it is older than its epochs, or of another installation. Put the right file in its place, or see to STATE_DIR and DATABASE_URL (docs/how-to/back-up.md).`,
    );
  return file;
}

/** One process at a time, on whatever machine: the second one of the same machine finds the file, that of another machine the epoch. */
async function makeFirst(path: string, env: Readonly<Record<string, string | undefined>>, pool: Pool): Promise<void> {
  const making = await transaction(pool, async (client) => {
    await client.query(ONE_BY_ONE);
    // What fails with a file is kept apart: a transaction takes an error with a code of the system for one of the network.
    const [found] = await Promise.allSettled([isThere(path)]);
    if (found.status === 'rejected' || found.value) return found;
    if ((await client.query(EPOCHS)).rows.length > 0) return lost(path);
    const [made] = await Promise.allSettled([SecretFile.open(path, env)]);
    if (made.status === 'fulfilled') await client.query(FIRST);
    return made;
  });
  if (making.status === 'rejected') throw making.reason;
}

const lost = (path: string): PromiseRejectedResult => ({
  status: 'rejected',
  reason: new UnsafeSecrets(
    `${path} is not there, and the keys of this database are wrapped by what it held: put it back, or see to STATE_DIR and DATABASE_URL (docs/how-to/back-up.md).`,
  ),
});

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Whether it has an epoch of the table, and opens any of the keys that it should. One that is damaged does not keep everything from starting. */
async function fits(file: SecretFile, pool: Pool): Promise<boolean> {
  const known = (await reach(() => pool.query<{ epoch: number }>(EPOCHS))).rows.map(({ epoch }) => epoch);
  const here = known.filter((epoch) => file.of('kek', epoch) !== undefined);
  if (here.length === 0) return known.length === 0;
  const { rows: any } = await reach(() => pool.query<{ ids: readonly string[] | null }>(ANY_KEYS, [here]));
  const { rows } = await reach(() => pool.query<Wrapped>(HAND_OUT, [any[0]?.ids ?? []]));
  const opened = rows.flatMap((row) => opens(file, row) ?? []);
  return opened.length === 0 || opened.includes(true);
}

/** Null where nothing can be said: destroyed, or wrapped anew, since it was chosen. */
function opens(file: SecretFile, { epoch, wrapped }: Wrapped): boolean | null {
  const kek = epoch === null ? undefined : file.of('kek', epoch);
  if (kek === undefined || wrapped === null) return null;
  try {
    unwrapKey(kek, wrapped).fill(0);
    return true;
  } catch (error) {
    if (error instanceof BadWrap) return false;
    throw error;
  }
}
