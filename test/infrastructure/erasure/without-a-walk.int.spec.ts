import { randomUUID } from 'node:crypto';
import type { Instant } from '../../../src/domain/shared/time.js';
import { DestructionRows } from '../../../src/infrastructure/erasure/destruction-rows.js';
import { Leftovers } from '../../../src/infrastructure/erasure/leftovers.js';
import { openPools } from '../../../src/infrastructure/postgres/pools.js';
import { createIndexes, createTable } from '../../../src/infrastructure/postgres/projections/ddl.js';
import { projections } from '../../../src/infrastructure/system/read-side.js';
import { isAboutSpaces } from '../../../src/infrastructure/postgres/projections/destroyed-spaces.js';
import type { Table } from '../../../src/projections/shared/projection.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/read-side.js';

const TODAY = '2026-06-01T00:00:00.000Z' as Instant;
const IN_TEN_YEARS = '2036-06-01T00:00:00.000Z';
const WAITING = 2_000;

/** Where a table is walked through only if nothing else leads to a row: what is walked then would be walked with 68 million people too. */
function withoutWalks(url: string): string {
  const its = new URL(url);
  its.searchParams.set('options', '-c enable_seqscan=off');
  return its.toString();
}

const isFoundBySpace = ({ key, indexes }: Table): boolean => [Object.keys(key), ...indexes].some(([first]) => first === 'space_id');

describe('The destruction of one space, beside those of everybody else', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(async () => {
    await database.drop();
  });

  it('finds its rows and its deadlines by an index: the projector stands still as long as they are looked for', async () => {
    const tables = projections.flatMap((projection) => projection.tables);
    expect(tables.filter((table) => isAboutSpaces(table) && !isFoundBySpace(table)).map(({ name }) => name)).toEqual([]);
    for (const table of tables)
      await database.rows(`SET ROLE mes_projector; ${createTable('read', table)}; ${createIndexes('read', table)}`);
    // A connection says what it did when it ends; to make an index is a walk as well.
    await eventually(async () => expect((await touched()).length).toBeGreaterThanOrEqual(tables.length));
    await database.rows('SELECT pg_stat_reset()');
    const pools = openPools(withoutWalks(database.url));
    const reader = { read: () => Promise.reject(new Error('nothing is read')) as never };
    await new Leftovers(pools.pool('mes_projector'), pools.pool('mes_vault'), reader).dropRows(randomUUID());
    await pools.close();
    await eventually(async () => expect((await touched()).map(({ name }) => name)).toContain('deadline'));
    expect((await touched()).filter(({ walks }) => walks !== 0)).toEqual([]);
  });

  it('is not looked for among the traces that wait for years', async () => {
    await database.rows(
      `INSERT INTO erasure.destruction (space, scope, ground, step, not_before)
       SELECT gen_random_uuid(), 'TRACE', 'ERASURE', 'COLLECT', $1 FROM generate_series(1, ${WAITING})`,
      [IN_TEN_YEARS],
    );
    await database.rows('ANALYZE erasure.destruction');
    const pools = openPools(withoutWalks(database.url));
    const rows = new DestructionRows(pools.pool('mes_vault'));
    const space = randomUUID();
    await rows.ask(space, 'RETENTION', { SPACE: TODAY });
    const taken: string[] = [];
    const take = () =>
      rows.advance(TODAY, null, (destruction) => {
        taken.push(destruction.space);
        return Promise.resolve({ step: 'DONE' });
      });
    expect([await take(), await take(), taken]).toEqual([true, false, [space]]);
    await pools.close();
    const read = `SELECT sum(idx_tup_read)::integer AS entries FROM pg_stat_user_indexes WHERE schemaname = 'erasure' AND relname = 'destruction'`;
    await eventually(async () => expect((await database.rows(read))[0]?.['entries']).toBeGreaterThan(0));
    expect((await database.rows(read))[0]?.['entries']).toBeLessThan(WAITING / 10);
  });

  const touched = () =>
    database.rows(
      `SELECT relname AS name, seq_scan::integer AS walks FROM pg_stat_user_tables
       WHERE schemaname IN ('read', 'process') AND relname <> 'checkpoint' AND seq_scan + idx_scan > 0 ORDER BY 1`,
    );
});
