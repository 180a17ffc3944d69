import fc from 'fast-check';
import { Client } from 'pg';
import { createTable } from '../../../src/infrastructure/postgres/projections/ddl.js';
import { coalesce } from '../../../src/infrastructure/postgres/projections/row-changes.js';
import { writeRows } from '../../../src/infrastructure/postgres/projections/row-operations.js';
import { nullable, table, type RowOperation } from '../../../src/projections/shared/projection.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';

const things = table(
  'thing',
  { id: 'uuid', part: 'integer' },
  {
    word: nullable('text'),
    many: 'bigint',
    yes: 'boolean',
    at: nullable('timestamptz'),
    day: nullable('date'),
    more: 'jsonb',
  },
);
const marks = table('mark', { id: 'text' }, {});
const tables = [things, marks];

const key = fc.record({
  id: fc.constantFrom('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'),
  part: fc.nat({ max: 2 }),
});
const instants = fc.constantFrom(
  '1899-12-31T23:59:59.999Z',
  '1999-12-31T23:59:59.999Z',
  '2000-01-01T00:00:00.000Z',
  '2026-11-22T00:00:00.123Z',
  '2027-03-28T01:59:59.999Z',
  '2285-06-06T10:13:21.001Z',
  '9999-12-31T23:59:59.999Z',
);
const days = fc.constantFrom('1875-02-21', '1999-12-31', '2000-01-01', '2026-11-22', '2028-02-29', '9999-12-31');
const row = {
  word: fc.option(fc.constantFrom('', 'NULL', '{a,"b"}', "d'accord", '\\', 'é\n\t', '€uro'.repeat(20), 'long '.repeat(20), '𝕊')),
  many: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  yes: fc.boolean(),
  at: fc.option(instants),
  day: fc.option(days),
  more: fc.constantFrom('{}', '{"a":"\\"b\\\\"}', '[1,2]'),
};
const operation: fc.Arbitrary<RowOperation> = fc.oneof(
  fc.tuple(key, fc.record(row)).map(([k, r]) => things.put(k, r)),
  fc.tuple(key, fc.record(row, { requiredKeys: [] })).map(([k, r]) => things.patch(k, r)),
  key.map((k) => things.drop(k)),
  fc.constantFrom('x', 'y').map((id) => marks.put({ id }, {})),
  fc.constantFrom('x', 'y').map((id) => marks.drop({ id })),
);

describe('writing row operations set by set', () => {
  let database: TestDatabase;
  let db: Client;
  const rows = async (schema: string) =>
    (
      await db.query(
        `SELECT 'thing' AS t, to_jsonb(x) AS r FROM ${schema}.thing x UNION ALL SELECT 'mark', to_jsonb(x) FROM ${schema}.mark x ORDER BY 1, 2`,
      )
    ).rows;

  beforeAll(async () => {
    database = await freshDatabase();
    db = new Client({ connectionString: database.url });
    await db.connect();
    for (const schema of ['one', 'sets']) {
      await db.query(`CREATE SCHEMA ${schema}`);
      for (const each of tables) await db.query(createTable(schema, each));
    }
  });
  afterAll(async () => {
    await db.end();
    await database.drop();
  });

  it('leaves the same rows as one operation after the other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(operation, { maxLength: 12 }), { maxLength: 4 }), async (batches) => {
        for (const schema of ['one', 'sets']) for (const { name } of tables) await db.query(`DELETE FROM ${schema}.${name}`);
        for (const batch of batches) {
          await writeRows(db, 'sets', tables, batch);
          for (const each of batch) await writeRows(db, 'one', tables, [each]);
        }
        expect(await rows('sets')).toEqual(await rows('one'));
      }),
      { numRuns: 150 },
    );
  });

  it('touches each row once, however often it changed', () => {
    const id = '00000000-0000-4000-8000-00000000000a';
    const full = { word: 'a', many: 1n, yes: true, at: null, day: null, more: '{}' };
    const changes = [
      things.put({ id, part: 1 }, full),
      things.patch({ id, part: 1 }, { word: 'b' }),
      things.patch({ id, part: 2 }, { yes: false }),
    ];
    const [ofThings, ofMarks] = coalesce(tables, changes);
    expect(ofThings?.columns).toEqual(['id', 'part', 'word', 'many', 'yes', 'at', 'day', 'more']);
    expect([...(ofThings?.all ?? [])]).toEqual([
      { op: 'put', cells: [id, 1, 'b', 1n, true, null, null, '{}'] },
      { op: 'patch', cells: [id, 2, undefined, undefined, false, undefined, undefined, undefined] },
    ]);
    expect([...(ofMarks?.all ?? [])]).toEqual([]);
  });

  it('does not bring a dropped row back by changing it', async () => {
    await writeRows(db, 'sets', tables, [marks.drop({ id: 'x' }), things.drop({ id: '00000000-0000-4000-8000-00000000000a', part: 0 })]);
    await writeRows(db, 'sets', tables, [things.patch({ id: '00000000-0000-4000-8000-00000000000a', part: 0 }, { word: 'back' })]);
    expect((await db.query("SELECT FROM sets.thing WHERE word = 'back'")).rowCount).toBe(0);
  });

  it('refuses a table that is not of the projection', async () => {
    const other = table('other', { id: 'text' }, {});
    await expect(writeRows(db, 'sets', tables, [other.drop({ id: 'x' })])).rejects.toThrow('other is not a table of this projection');
  });
});
