import 'reflect-metadata';
import { Pool, type PoolClient } from 'pg';
import type { Provider } from '@nestjs/common';
import { ListBreakGlass, ListAccesses, ListAccessesBy } from '../../../src/application/audit/compliance.queries.js';
import { ListAccounts, type AccountFilter, type AccountPage } from '../../../src/application/registers/accounts.queries.js';
import type { SubjectQuery } from '../../../src/application/shared/subject-query.js';
import { instant } from '../../../src/domain/shared/time.js';
import { createIndexes, createTable } from '../../../src/infrastructure/postgres/projections/ddl.js';
import { projections } from '../../../src/infrastructure/system/read-side.js';
import { answerListAccesses, answerListAccessesBy, answerListBreakGlass } from '../../../src/projections/audit/access-answers.js';
import { answerListAccounts } from '../../../src/projections/registers/account-answers.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { by, officer } from '../../support/history-world.js';

/** Enough that a walk over all of them cannot be mistaken for a page. */
const LOOKS = 300_000;
const ACCOUNTS = 11_987;
let database: TestDatabase;
let pool: Pool;
let db: PoolClient;

beforeAll(async () => {
  database = await freshDatabase();
  pool = new Pool({ connectionString: database.url, max: 1 });
  db = await pool.connect();
  await db.query('SET ROLE mes_projector; SET search_path TO read');
  for (const table of projections.flatMap(({ tables }) => tables)) {
    await db.query(createTable('read', table));
    await db.query(`GRANT SELECT ON read.${table.name} TO mes_reader`);
  }
  const row = (n: string, kind: string, mode: string) => `
    INSERT INTO access_log (stream, rev, position, at, kind, space_id, actor, account, by, role, action, mode, secret, veiled, profession, facility_id, name_key)
    SELECT 'passage-' || i, 0, i, timestamptz '2026-01-01' + i * interval '1 second', ${kind}, md5((i % 20000)::text)::uuid, 'professional:' || (i % ${ACCOUNTS}), 'psc|' || (i % ${ACCOUNTS}),
      'professional', 'professional', 'GetDocument', ${mode}, false, false, 'p', 'f' || i % 50, 'n' || i % 997 FROM ${n} AS i`;
  await db.query(row(`generate_series(1, ${LOOKS})`, "'LOOK'", "'normal'"));
  await db.query(row(`generate_series(400001, 400150)`, "'EMERGENCY'", "CASE i % 2 WHEN 0 THEN 'bris_de_glace' ELSE 'centre_15' END"));
  await db.query(
    `UPDATE access_log SET at = at - interval '4 days', until = at - interval '4 days' + interval '1 hour' WHERE kind = 'EMERGENCY'`,
  );
  for (const table of projections.flatMap(({ tables }) => tables)) await db.query(createIndexes('read', table));
  await db.query('ANALYZE');
  await db.query('SET ROLE mes_reader');
  await db.query("SET mes.viewer = 'COMPLIANCE'");
});
afterAll(async () => {
  db.release();
  await pool.end();
  await database.drop();
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}
const rowsRead = (plan: Plan): number =>
  (plan['Relation Name'] === undefined ? 0 : (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']) +
  (plan.Plans ?? []).reduce((sum, below) => sum + rowsRead(below), 0);

type Handler = new (gate: unknown, tables: unknown, secrets: unknown) => { execute(query: SubjectQuery<unknown>): Promise<unknown> };
type Statement = (text: string, ...values: unknown[]) => Promise<unknown[]>;
/** The answer of compliance, in June 2026, where statements are run so. */
function answered(answer: Provider, query: SubjectQuery<unknown>, sql: Statement): Promise<unknown> {
  const gate = { pass: async () => ({ viewer: null, moment: instant('2026-06-01T00:00:00Z') }) };
  const tables = { ask: async (_: unknown, __: unknown, ___: unknown, ask: (with_: unknown) => Promise<unknown>) => ask(sql) };
  const secrets = { positionOf: () => null, positionToken: String, digest: () => '' };
  return new (answer as unknown as Handler)(gate, tables, secrets).execute(query);
}
/** Rows that the database walks over to find what the question asks for. */
async function walked(answer: Provider, query: SubjectQuery<unknown>): Promise<number> {
  let walkedOver = 0;
  await answered(answer, query, async (text, ...values) => {
    const explained = await db.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
    walkedOver += rowsRead(explained.rows[0]?.['QUERY PLAN'][0]?.Plan as Plan);
    return [];
  });
  return walkedOver;
}

const everyAccount = { role: null, unusedSince: null, findingsOnly: false };
const page = { first: 50, cursor: null, from: null, until: null, mode: null, kind: null };
const space = 'c4ca4238-a0b9-2382-0dcc-509a6f75849b';

describe('Of the log of accesses of a country', () => {
  it.each([
    ['the emergencies', answerListBreakGlass, new ListBreakGlass(by(officer), page)],
    ['the accounts', answerListAccounts, new ListAccounts(everyAccount, { first: 50, cursor: null }, null, by(officer))],
    ['the accesses of one professional', answerListAccessesBy, new ListAccessesBy('professional:5', by(officer), page)],
    ['the accesses to one space', answerListAccesses, new ListAccesses(space, by(officer), page)],
  ])('a page of %s is found by an index', async (_, answer, query) => {
    expect(await walked(answer, query)).toBeLessThan(LOOKS / 100);
  });

  describe('of which twelve thousand accounts are', () => {
    const accounts = (filter: Partial<AccountFilter>, first: number, cursor: string | null = null) =>
      new ListAccounts({ ...everyAccount, ...filter }, { first, cursor }, null, by(officer));
    const pageFrom = async (filter: Partial<AccountFilter>, first: number, cursor: string | null): Promise<AccountPage> =>
      (await answered(
        answerListAccounts,
        accounts(filter, first, cursor),
        async (text, ...values) => (await db.query(text, values)).rows,
      )) as AccountPage;
    const longAgo = { unusedSince: instant('2020-01-01T00:00:00Z') };

    it('those that were not used for long are found by their last facts', async () => {
      expect(await walked(answerListAccounts, accounts(longAgo, 50))).toBeLessThan(LOOKS / 5);
    });

    it('a page looks at ten thousand for those that were not used for long, and the next one goes on behind them', async () => {
      const first = await pageFrom(longAgo, 50, null);
      expect(first).toEqual({ accounts: [], next: expect.any(String) });
      expect(await pageFrom(longAgo, 50, first.next)).toEqual({ accounts: [], next: null });
    });

    it('each stands on one page, with what it did', async () => {
      const names = new Set<string>();
      let cursor: string | null = null;
      do {
        const { accounts: shown, next } = await pageFrom({ role: 'professional' }, 100, cursor);
        for (const { actor, looks } of shown) names.add(`${actor} ${looks > 20}`);
        cursor = next;
      } while (cursor !== null);
      expect(names.size).toBe(ACCOUNTS);
      expect([...names].every((name) => name.endsWith(' true'))).toBe(true);
    });
  });
});
