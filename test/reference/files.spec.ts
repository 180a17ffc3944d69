import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownCodes, rowsOf, type MatrixCell } from '../../src/application/access/matrix-file.js';
import { codeListOf, faultsBeside, FaultyFile } from '../../src/application/record/code-list-file.js';
import { readMatrixCsv } from '../../src/infrastructure/codes/matrix-csv.js';
import { readCodeList, shippedCodeLists } from '../../src/infrastructure/codes/shipped.js';
import { StillTables } from '../support/still-tables.js';

const faultsOf = (work: () => unknown): readonly string[] => {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof FaultyFile) return error.faults;
    throw error;
  }
};

const list = (more: object = {}) => ({
  list: 'typeCode',
  title: 'Types',
  oid: null,
  version: '2027-01',
  date: '2027-01',
  source: 'somebody',
  complete: true,
  rows: [{ system: '2.16.840.1.113883.6.1', code: '11488-4', label: 'CR', classCode: '10', category: 'CPT_REND' }],
  ...more,
});
const row = { system: '1.2.3', code: 'X', label: 'x', classCode: null, category: null };

describe('A file of a code list', () => {
  it('is taken as it is', () => expect(codeListOf(list())).toEqual(list()));

  it.each([
    ['nothing', null, ['the file holds no object']],
    ['a list', [], ['the file holds no object']],
    ['another list', list({ list: 'colour' }), [expect.stringMatching(/^list is not one of classCode/)]],
    ['no version', list({ version: undefined }), [expect.stringMatching(/^version is not a version/)]],
    ['a date that is none', list({ date: 'winter' }), [expect.stringMatching(/^date is not a date/)]],
    ['an OID that is none', list({ oid: '1.02' }), ['oid is not an OID']],
    ['a member too many', list({ colour: 1 }), ['colour is no member of this list']],
    ['no rows', list({ rows: [] }), ['rows is empty, or no list']],
    ['a row that is none', list({ rows: [7] }), ['row 1: is not an object']],
    ['a code twice', list({ rows: [row, row] }), ['row 2 (X): the code stands twice']],
    ['a member of another list', list({ rows: [{ ...row, upload: 'CHOSEN' }] }), ['row 1 (X): upload is no member of this list']],
    [
      'a type without a class member',
      list({ rows: [row, { ...row, code: 'Y', classCode: undefined }] }),
      [expect.stringMatching(/^row 2 \(Y\): classCode /)],
    ],
    ['a status that is none', list({ rows: [{ ...row, status: 'OLD' }] }), [expect.stringMatching(/^row 1 \(X\): status is not one of/)]],
  ])('is refused with %s, row by row', (_, value, faults) => expect(faultsOf(() => codeListOf(value))).toEqual(faults));

  it('tells every fault at once', () => {
    const rows = [
      { ...row, label: '' },
      { ...row, code: 'é' },
      { ...row, system: 'LOINC' },
    ];
    expect(faultsOf(() => codeListOf(list({ rows })))).toHaveLength(3);
  });

  it('must name classes and categories that there are', async () => {
    const tables = new StillTables(await shippedCodeLists());
    const bad = codeListOf(list({ rows: [{ ...row, classCode: '12', category: 'NOWHERE' }] }));
    expect(faultsBeside(bad, (name) => tables.current(name))).toEqual([
      'row 1 (X): classCode 12 is not in the list classCode',
      'row 1 (X): category NOWHERE is not in the list category',
    ]);
  });
});

describe('A file of the authorisation matrix', () => {
  const cell: MatrixCell = { system: '1.2.250.1.71.1.2.7', profession: '60', classCode: '10', typeCode: '11488-4', allowed: '1' };
  const judged = async (...cells: readonly MatrixCell[]) => {
    const known = knownCodes(new StillTables(await shippedCodeLists()));
    return faultsOf(() => rowsOf({ source: '', cells }, known));
  };

  it('adds nothing to what it says', async () => {
    const known = knownCodes(new StillTables(await shippedCodeLists()));
    const cells = [cell, { ...cell, typeCode: '11502-2', allowed: '0' }, { ...cell, profession: '31', allowed: '0' }];
    expect(rowsOf({ source: '', cells }, known)).toEqual([
      { profession: '1.2.250.1.71.1.2.7|60', allowed: ['11488-4'] },
      { profession: '1.2.250.1.71.1.2.7|31', allowed: [] },
    ]);
  });

  it.each([
    ['an unknown profession', { profession: '11' }, 'the profession 1.2.250.1.71.1.2.7 11 is not in the list profession'],
    [
      'the profession of another system',
      { system: '1.2.250.1.71.1.2.8' },
      'the profession 1.2.250.1.71.1.2.8 60 is not in the list profession',
    ],
    ['an unknown type', { typeCode: '00000-0' }, '00000-0 is no type that is deposited in records, and no rubric'],
    [
      'a type that is not deposited',
      { typeCode: 'PIECE-IDENTITE', classCode: '' },
      'PIECE-IDENTITE is no type that is deposited in records, and no rubric',
    ],
    ['a type that is only announced', { typeCode: '96163-1' }, '96163-1 is no type that is deposited in records, and no rubric'],
    ['another class', { classCode: '11' }, '11488-4 is of the class 10, not 11'],
    ['a rubric in a class', { typeCode: 'WISHES' }, 'WISHES is of the class (none: a rubric), not 10'],
    ['neither yes nor no', { allowed: 'yes' }, 'allowed is yes, not 0 or 1'],
  ])('is refused with %s', async (_, more, fault) => expect(await judged(cell, { ...cell, ...more })).toEqual([`cell 2: ${fault}`]));

  it('is refused when it is empty, and when a cell stands twice', async () => {
    expect(await judged()).toEqual(['the file holds no cell']);
    expect(await judged(cell, { ...cell, allowed: '0' })).toEqual(['cell 2: 11488-4 stands twice for 1.2.250.1.71.1.2.7|60']);
  });
});

describe('What is no such file', () => {
  let folder: string;
  const written = async (text: string): Promise<string> => {
    const path = join(folder, 'file');
    await writeFile(path, text);
    return path;
  };
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'mes-reference-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('is told as such', async () => {
    await expect(readCodeList(await written('{'))).rejects.toThrow('the file is not JSON');
    await expect(readMatrixCsv(await written('a;b\n1;2\n'))).rejects.toThrow('the column profession_system is missing');
    await expect(readMatrixCsv(await written('a;b\n1\n'))).rejects.toThrow('the file is not CSV');
  });

  it('commas and a byte order mark are as good as semicolons', async () => {
    const text = '\ufeffprofession_system,profession_code,class_code,type_code,allowed\n1.2, 60 ,10,11488-4,1\n';
    const { cells, source } = await readMatrixCsv(await written(text));
    expect(cells).toEqual([{ system: '1.2', profession: '60', classCode: '10', typeCode: '11488-4', allowed: '1' }]);
    expect(source).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});
