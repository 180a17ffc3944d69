import { CodeListImport } from '../../../src/application/record/code-list-import.js';
import { FaultyFile } from '../../../src/application/record/code-list-file.js';
import { CurrentCodeLists } from '../../../src/application/record/current-code-lists.js';
import { LIST_NAMES, VersionTaken, type CodeList } from '../../../src/application/record/code-tables.js';
import { PostgresCodeTables } from '../../../src/infrastructure/codes/postgres-code-tables.js';
import { shippedCodeLists } from '../../../src/infrastructure/codes/shipped.js';
import { openPools, type Pools } from '../../../src/infrastructure/postgres/pools.js';
import { connected, freshDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let pools: Pools;
const started: PostgresCodeTables[] = [];
const troubles: string[] = [];
const rows = (sql: string) => connected(database.url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);

/** One process of the installation. */
const another = async () => {
  const tables = await PostgresCodeTables.open(pools.pool('mes_projector'), (trouble) => troubles.push(trouble));
  started.push(tables);
  return { tables, codes: new CurrentCodeLists(tables), lists: new CodeListImport(tables) };
};

const next = (before: CodeList, version: string): CodeList => {
  const [first, second, ...others] = before.rows;
  const added = { system: '1.2.250.1.213.1.1.4.12', code: 'NEW-TYPE', label: 'Nouveau', classCode: '10', category: 'CPT_REND' };
  return { ...before, version, rows: [{ ...first!, label: 'Autre libellé' }, ...others, added], source: `without ${second!.code}` };
};

beforeEach(async () => {
  database = await freshDatabase();
  pools = openPools(database.url);
  troubles.length = 0;
});
afterEach(async () => {
  for (const tables of started.splice(0)) await tables.close();
  await pools.close();
  await database.drop();
});

it('the shipped lists are there once, however many processes start together', async () => {
  const processes = await Promise.all([1, 2, 3, 4].map(another));
  expect(await rows('SELECT count(*)::int, count(DISTINCT list)::int AS lists FROM reference.code_list')).toEqual([
    { count: LIST_NAMES.length, lists: LIST_NAMES.length },
  ]);
  for (const { tables, codes } of processes) {
    for (const list of await shippedCodeLists()) expect(tables.current(list.list)).toEqual(list);
    expect(codes.type('83901-9')?.classCode).toBe('11');
  }
});

describe('A new version', () => {
  it('stands beside the old one and counts in every process within seconds', async () => {
    const [here, there] = [await another(), await another()];
    const before = here.tables.current('typeCode');
    const [change] = await here.lists.run([next(before, '2027-01')]);
    expect(change).toEqual({
      list: 'typeCode',
      version: '2027-01',
      standing: 'NEW',
      before: '2025-02',
      added: ['NEW-TYPE'],
      removed: ['ATTEST-RESID'],
      changed: ['ATTEST-ASS-COMPL'],
    });
    expect(here.codes.type('NEW-TYPE')?.label).toBe('Nouveau');
    expect(here.codes.type('ATTEST-RESID')).toBeNull();
    expect(there.codes.type('NEW-TYPE')).toBeNull();
    const deadline = Date.now() + 10_000;
    while (there.codes.type('NEW-TYPE') === null && Date.now() < deadline) await new Promise((again) => setTimeout(again, 50));
    expect(there.codes.type('NEW-TYPE')?.classCode).toBe('10');
    expect(await rows(`SELECT version FROM reference.code_list WHERE list = 'typeCode' ORDER BY place`)).toEqual([
      { version: '2025-02' },
      { version: '2027-01' },
    ]);
  });

  it('is still the one that counts after a start: what is shipped does not come back', async () => {
    const { lists, tables } = await another();
    await lists.run([next(tables.current('typeCode'), '2027-01')]);
    expect((await another()).tables.current('typeCode').version).toBe('2027-01');
    const changes = await lists.run(await shippedCodeLists());
    expect(changes.map(({ standing }) => standing)).toEqual(LIST_NAMES.map(() => 'KNOWN'));
    expect(tables.current('typeCode').version).toBe('2027-01');
  });

  it('brought twice is one version, whatever the order of its members', async () => {
    const { lists, tables } = await another();
    const list = next(tables.current('typeCode'), '2027-01');
    await lists.run([list]);
    const turned = Object.fromEntries(Object.entries(list).reverse()) as unknown as CodeList;
    const [again] = await lists.run([turned]);
    expect(again).toMatchObject({ standing: 'KNOWN', added: [], removed: [], changed: [] });
    expect(await rows(`SELECT count(*)::int FROM reference.code_list WHERE list = 'typeCode'`)).toEqual([{ count: 2 }]);
  });

  it('rehearsed changes nothing', async () => {
    const { lists, tables } = await another();
    const [change] = await lists.rehearse([next(tables.current('typeCode'), '2027-01')]);
    expect(change?.added).toEqual(['NEW-TYPE']);
    expect(await rows(`SELECT count(*)::int FROM reference.code_list WHERE list = 'typeCode'`)).toEqual([{ count: 1 }]);
  });

  it('never takes the number of another, and nothing that came with it is taken either', async () => {
    const { lists, tables } = await another();
    const classes: CodeList = { ...tables.current('classCode'), version: '2027-01' };
    const taken = next(tables.current('typeCode'), '2025-02');
    await expect(lists.run([classes, taken])).rejects.toThrow(VersionTaken);
    await expect(tables.add([classes, taken])).rejects.toThrow(VersionTaken);
    expect(tables.current('classCode').version).toBe('2023-10');
  });

  it('of types may name a class that comes with it, and none that nobody knows', async () => {
    const { lists, tables } = await another();
    const before = tables.current('classCode');
    const classes: CodeList = {
      ...before,
      version: '2027-01',
      rows: [...before.rows, { ...before.rows[0]!, code: '99', identifier: 'OTHER' }],
    };
    const types = tables.current('typeCode');
    const list: CodeList = { ...types, version: '2027-01', rows: [{ ...types.rows[0]!, classCode: '99' }] };
    await expect(lists.rehearse([list])).rejects.toThrow(FaultyFile);
    expect(await lists.run([classes, list])).toHaveLength(2);
  });
});

it('nobody changes or removes a version, the owner of the table neither', async () => {
  await another();
  await expect(rows(`UPDATE reference.code_list SET content = '{}'`)).rejects.toThrow('stays as it is');
  await expect(rows('DELETE FROM reference.code_list')).rejects.toThrow('stays as it is');
  await expect(pools.pool('mes_projector').query('TRUNCATE reference.code_list')).rejects.toThrow('permission denied');
  await expect(pools.pool('mes_reader').query('SELECT FROM reference.code_list')).rejects.toThrow('permission denied');
});

it('lists that cannot be looked after are told once, and codes are answered from memory', async () => {
  const { codes } = await another();
  await rows('ALTER TABLE reference.code_list RENAME TO gone');
  const deadline = Date.now() + 15_000;
  while (troubles.length === 0 && Date.now() < deadline) await new Promise((again) => setTimeout(again, 50));
  expect(troubles).toEqual([expect.stringMatching(/^code lists cannot be looked after: /)]);
  expect(codes.has('classCode', '10')).toBe(true);
});
