import type { Client } from 'pg';
import { connected, freshDatabase, type TestDatabase } from '../support/database.js';
import { NO_STREAM } from '../../src/application/shared/ports.js';
import { storeOn } from './event-store/postgres.js';
import { appendOf, newStream, written } from './event-store/samples.js';
import { trustFigures } from '../support/trust/figures.js';

const REFUSED = '42501';
const ROLES = ['mes_writer', 'mes_projector', 'mes_reader', 'mes_vault', 'mes_sealer'] as const;
const TABLES = ['log.event', 'log.event_00', 'log.event_15'] as const;

/** Nothing of these ever works, whoever asks. */
const ATTACKS: readonly string[] = [
  ...TABLES.flatMap((table) => [
    `UPDATE ${table} SET body = '\\x00'`,
    `UPDATE ${table} SET rev = rev + 1 WHERE false`,
    `DELETE FROM ${table}`,
    `TRUNCATE ${table}`,
    `MERGE INTO ${table} e USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE`,
  ]),
  `INSERT INTO log.event SELECT * FROM log.event ON CONFLICT (stream, rev) DO UPDATE SET body = '\\x00'`,
  `DELETE FROM log.head`,
  `TRUNCATE log.head`,
  `DELETE FROM log.clock`,
];

/** What the roles of the running system may not do; the owner needs them for its work. */
const BEYOND_GRANTS: readonly string[] = [
  `INSERT INTO log.event SELECT 99, at, 99, stream, header, body FROM log.event LIMIT 1`,
  `UPDATE log.head SET position = position + 1`,
  `INSERT INTO log.head VALUES (2, 0)`,
  `UPDATE log.clock SET offset_ms = 86400000`,
  `ALTER TABLE log.event DISABLE TRIGGER ALL`,
  `ALTER TABLE log.event_00 DISABLE TRIGGER append_only`,
  `DROP TABLE log.event`,
  `ALTER TABLE log.event DETACH PARTITION log.event_00`,
  `CREATE OR REPLACE FUNCTION log.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
  `SET session_replication_role = replica`,
  `DO $$ BEGIN LOCK TABLE log.event IN ACCESS EXCLUSIVE MODE; END $$`,
  `SELECT * FROM log.head FOR UPDATE`,
];

describe('The log in PostgreSQL is append-only', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
    const store = storeOn(database);
    for (let n = 0; n < 64; n += 1) await written(store, appendOf(newStream(), NO_STREAM));
    await store.close();
  });
  let attempts = 0;
  let refused = 0;
  afterAll(async () => {
    trustFigures('append-only', { attempts, refused });
    await database.drop();
  });

  const attempt = (before: readonly string[], attack: string): Promise<string> =>
    connected(database.url, async (client) => {
      for (const statement of before) await client.query(statement);
      return codeOf(client, attack);
    });
  const attacked = async (before: readonly string[], attack: string): Promise<string> => {
    const code = await attempt(before, attack);
    attempts += 1;
    if (code === REFUSED) refused += 1;
    return code;
  };

  describe.each(ROLES)('for %s', (role) => {
    it.each([...ATTACKS, ...BEYOND_GRANTS])('%s', async (attack) => {
      expect(await attacked([`SET ROLE ${role}`], attack)).toBe(REFUSED);
    });
  });

  describe.each([
    ['its owner', ['SET ROLE mes_owner']],
    ['a superuser', []],
    ['a superuser in the role of a replica', ['SET session_replication_role = replica']],
  ])('for %s', (_, before) => {
    it.each(ATTACKS)('%s', async (attack) => {
      expect(await attacked(before, attack)).toBe(REFUSED);
    });
  });

  it.each(['mes_projector', 'mes_reader', 'mes_vault', 'mes_sealer'])('only the writer appends, not %s', async (role) => {
    const call = `SELECT * FROM log.append('{space-1}', '{-1}', '{1}', ARRAY[0], ARRAY[''::bytea], ARRAY[''::bytea])`;
    const alone = `SELECT * FROM log.append_one('space-1', -1, 0, ARRAY[''::bytea], ARRAY[''::bytea])`;
    expect(await attempt([`SET ROLE ${role}`], call)).toBe(REFUSED);
    expect(await attempt([`SET ROLE ${role}`], alone)).toBe(REFUSED);
  });

  it('refuses arrays that do not fit together, so that no position stays empty', async () => {
    const now = `(extract(epoch FROM clock_timestamp()) * 1000)::bigint`;
    const call = (counts: string): string =>
      `SELECT * FROM log.append('{space-1}', '{-1}', '${counts}', ARRAY[${now}], ARRAY[''::bytea], ARRAY[''::bytea])`;
    for (const counts of ['{2}', '{0}', '{-1}', '{}', '{1,1}'])
      expect(await attempt(['SET ROLE mes_writer'], call(counts))).not.toBe('done');
    expect(await attempt(['SET ROLE mes_writer'], call('{1}'))).toBe('done');
  });

  it('still holds what was written, dense from 1 to the head', async () => {
    await connected(database.url, async (client) => {
      const { rows } = await client.query(
        'SELECT count(*)::int AS events, min(position)::int AS first, max(position)::int AS last, (SELECT position::int FROM log.head) AS head FROM log.event',
      );
      expect(rows).toEqual([{ events: 65, first: 1, last: 65, head: 65 }]);
    });
  });
});

async function codeOf(client: Client, statement: string): Promise<string> {
  try {
    await client.query(statement);
    return 'done';
  } catch (error) {
    return (error as { code?: string }).code ?? 'no code';
  }
}
