import fc from 'fast-check';
import { Client } from 'pg';
import { binaryColumn } from '../../../src/infrastructure/postgres/projections/binary-column.js';
import type { Cell, ColumnType } from '../../../src/projections/shared/projection.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';

const rowsOf = (cells: readonly (Cell | undefined)[]) => cells.map((cell) => ({ cells: ['another column', cell] }));

const EDGES: Readonly<Record<ColumnType, readonly Cell[]>> = {
  uuid: ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-4fff-bfff-ffffffffffff', 'ABCDEF01-2345-4678-9abc-def012345678'],
  integer: [0, -1, 2 ** 31 - 1, -(2 ** 31)],
  bigint: [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 7, -7, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  boolean: [true, false],
  timestamptz: [
    '2022-01-20T09:00:00+01:00',
    '2022-01-20T09:00Z',
    '2022-01-20T09:00:00.5-03:30',
    '9999-12-31T23:59:59-05:00',
    '1999-12-31T23:59:59.999Z',
    '2000-01-01T00:00:00.000Z',
    '2285-06-06T10:13:21.001Z',
    '9999-12-31T23:59:59.999Z',
  ],
  date: ['1875-02-21', '1999-12-31', '2000-01-01', '2028-02-29', '9999-12-31'],
  text: ['', 'NULL', '{a,"b"}', '\\', "d'accord", 'é\n\t', 'é'.repeat(60), 'a'.repeat(48), 'a'.repeat(49), '𝕊'.repeat(30), 7],
  jsonb: ['{}', '[1, 2]', '"é"', `{"a": "${'b"'.replaceAll('"', '\\"').repeat(40)}"}`, 'null'],
};
const ANY: Readonly<Record<ColumnType, fc.Arbitrary<Cell>>> = {
  uuid: fc.uuid(),
  integer: fc.integer(),
  bigint: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  boolean: fc.boolean(),
  timestamptz: fc
    .date({ min: new Date('0100-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
    .map((moment) => moment.toISOString()),
  date: fc
    .date({ min: new Date('0100-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
    .map((moment) => moment.toISOString().slice(0, 10)),
  text: fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
  jsonb: fc.jsonValue().map((value) => JSON.stringify(value)),
};
const TYPES = Object.keys(EDGES) as readonly ColumnType[];

describe('A column of rows as the database takes it in binary', () => {
  let database: TestDatabase;
  let db: Client;

  beforeAll(async () => {
    database = await freshDatabase();
    db = new Client({ connectionString: database.url });
    await db.connect();
    await db.query("SET timezone TO 'UTC'");
  });
  afterAll(async () => {
    await db.end();
    await database.drop();
  });

  /** What the database makes of the column, and of the text of each cell. */
  const bothWays = async (type: ColumnType, cells: readonly (Cell | undefined)[]) => {
    const texts = cells.map((cell) => (cell == null ? null : String(cell)));
    const { rows } = await db.query(
      `SELECT array_to_json($1::${type}[]) AS binary, (SELECT json_agg(cell::${type} ORDER BY n) FROM unnest($2::text[]) WITH ORDINALITY AS t(cell, n)) AS text`,
      [binaryColumn(type, rowsOf(cells), 1), texts],
    );
    return rows[0] as { readonly binary: unknown; readonly text: unknown };
  };

  it.each(TYPES)('says of %s what the text of each cell says, at the edges', async (type) => {
    const { binary, text } = await bothWays(type, EDGES[type]);
    expect(binary).toEqual(text);
  });

  it.each(TYPES)('says of %s what the text of each cell says, with cells that are missing or come again', async (type) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(ANY[type], fc.constantFrom(null, undefined, ...EDGES[type])), { minLength: 1 }), async (cells) => {
        const again = cells.flatMap((cell, n) => (n % 3 === 0 ? [cell, cell] : [cell]));
        const { binary, text } = await bothWays(type, again);
        expect(binary).toEqual(text);
      }),
      { numRuns: 60 },
    );
  });

  const REFUSED: readonly (readonly [ColumnType, Cell])[] = [
    ['uuid', 'somebody'],
    ['uuid', '0000000000000-0000-0000-000000000000'],
    ['uuid', '00000000-0000-0000-0000-00000000000g'],
    ['uuid', '00000000-0000-0000-0000-0000000000é0'],
    ['integer', 1.5],
    ['integer', 2 ** 31],
    ['integer', '7'],
    ['bigint', 2 ** 53],
    ['bigint', 2n ** 63n],
    ['bigint', 0.5],
    ['boolean', 'true'],
    ['timestamptz', '2026-11-22'],
    ['timestamptz', '2026-02-30T00:00:00Z'],
    ['timestamptz', 'yesterday'],
    ['timestamptz', '2026-02-30T00:00:00.000Z'],
    ['timestamptz', '2026-11-22T25:00:00.000Z'],
    ['date', '2026-02-29'],
    ['date', '2026-13-01'],
    ['date', '22/11/2026'],
  ];

  it.each(REFUSED)('refuses as %s what is none: %p', (type, cell) => {
    expect(() => binaryColumn(type, rowsOf([cell]), 1)).toThrow(/^a cell holds no|out of range/);
  });
});
