import { mayRead } from '../../src/domain/access/habilitation.js';
import { knownCodes, rowsOf, type MatrixFile } from '../../src/application/access/matrix-file.js';
import { matrixOf, MATRIX_RUBRICS, type MatrixRow } from '../../src/domain/access/matrix-version.js';
import type { CodeList } from '../../src/application/record/code-tables.js';
import { readMatrixCsv } from '../../src/infrastructure/codes/matrix-csv.js';
import { SHIPPED_MATRIX, shippedCodeLists } from '../../src/infrastructure/codes/shipped.js';
import { StillTables } from '../support/still-tables.js';

const HEALTH = '1.2.250.1.71.1.2.7';
const TRAINEE = '1.2.250.1.71.1.2.8';
const TITLE = '1.2.250.1.213.1.6.1.109';
const SOCIAL = '1.2.250.1.213.1.6.1.4';
const ROLE = '1.2.250.1.213.1.6.1.140';

let lists: readonly CodeList[];
let file: MatrixFile;
let rows: readonly MatrixRow[];
let may: (system: string, code: string, type: string) => boolean;

beforeAll(async () => {
  lists = await shippedCodeLists();
  file = await readMatrixCsv(SHIPPED_MATRIX);
  rows = rowsOf(file, knownCodes(new StillTables(lists)));
  const matrix = matrixOf({ version: 1, rows });
  may = (system, code, type) => mayRead(matrix, { system, code }, type);
});

const professionsOf = (system: string): readonly string[] =>
  rows.flatMap(({ profession }) => (profession.startsWith(`${system}|`) ? [profession.slice(system.length + 1)] : []));
const allowedTo = (system: string, code: string): readonly string[] =>
  rows.find(({ profession }) => profession === `${system}|${code}`)?.allowed ?? ['no row'];

describe('The shipped authorisation matrix', () => {
  it('has a row for every profession that takes part in care, one without rights included', () => {
    const health = lists.find(({ list }) => list === 'profession')?.rows.filter(({ system }) => system === HEALTH);
    expect(professionsOf(HEALTH)).toEqual(health?.map(({ code }) => code));
    expect(professionsOf(TRAINEE)).toEqual(['10', '21', '40', '50']);
    expect(professionsOf(TITLE)).toEqual(['93']);
    expect(professionsOf(SOCIAL)).toEqual(['41', '42', '43', '44', '45', '46', '47', '48', '49', '51', '52', '53']);
    expect(professionsOf(ROLE)).toEqual(['99']);
    expect(rows).toHaveLength(48);
    for (const code of ['31', '32', '36', '81', '86']) expect(allowedTo(HEALTH, code)).toEqual([]);
  });

  it('says yes or no to every profession for every type that is deposited and every rubric', () => {
    expect(file.cells).toHaveLength(48 * (102 + MATRIX_RUBRICS.length));
  });

  it('lets doctors read everything', () => {
    for (const system of [HEALTH, TRAINEE]) expect(allowedTo(system, '10')).toHaveLength(102 + MATRIX_RUBRICS.length);
  });

  it('shows advance directives to doctors only', () => {
    const readers = rows.filter(({ allowed }) => allowed.includes('EXPPAT_3')).map(({ profession }) => profession);
    expect(readers).toEqual([`${HEALTH}|10`, `${TRAINEE}|10`]);
  });

  it.each(['83981-1', 'DOCPAT03', 'DOCPAT05', 'DOCPAT06', '47420-5', '11502-2', '15507-7', '56445-0', 'PROT_ALD', '11369-6'])(
    'a nurse reads %s',
    (type) => expect(may(HEALTH, '60', type)).toBe(true),
  );
  it.each(['83901-9', '75496-0', '68599-0', '68817-6', '89601-9', 'CERT_DECL', 'REMB', 'EXPPAT_3'])('a nurse does not read %s', (type) =>
    expect(may(HEALTH, '60', type)).toBe(false),
  );

  it.each([
    ['40', '68599-0', false],
    ['40', '89601-9', true],
    ['21', '75496-0', false],
    ['21', '59283-2', false],
    ['21', '96874-3', true],
    ['21', '89601-9', false],
    ['69', '83901-9', true],
    ['69', '68599-0', true],
    ['93', '68599-0', true],
    ['91', '83901-9', true],
    ['91', '68599-0', false],
    ['91', 'PRESC-ORTHOPHO', true],
    ['91', 'PRESC-KINE', false],
    ['92', 'PRESC-ORTHOPTIE', true],
    ['92', '78513-9', true],
    ['92', '11488-4', false],
    ['28', '78513-9', true],
    ['98', '18748-4', true],
    ['95', '18748-4', false],
    ['35', '18761-7', true],
    ['35', '60591-5', false],
    ['50', 'DOCPAT09', false],
  ])('the health profession %s and %s: %s', (code, type, allowed) => expect(may(HEALTH, code, type)).toBe(allowed));

  it('gives those who coordinate eight letters and summaries at most, and social professions administrative documents too', () => {
    expect(allowedTo(ROLE, '99')).toEqual(['11488-4', '11490-0', '83981-1', '18761-7', '34842-5', '74207-2', '88348-8']);
    for (const code of professionsOf(SOCIAL)) expect(may(SOCIAL, code, '80788-3') && may(SOCIAL, code, 'ATTEST-RESID')).toBe(true);
    expect(may(SOCIAL, '41', '11502-2')).toBe(false);
  });

  it('tells a number of one code system from the same number of another', () => {
    expect(may(SOCIAL, '50', '11488-4')).toBe(false);
    expect(may(HEALTH, '50', '11488-4')).toBe(true);
    expect(allowedTo(TITLE, '93')).toEqual(allowedTo(HEALTH, '93'));
  });

  it('opens a rubric of the profile to whoever may read the documents behind it', () => {
    for (const { allowed } of rows) {
      expect(allowed.includes('VACCINATIONS')).toBe(allowed.includes('11369-6'));
      expect(allowed.includes('CARE_HISTORY')).toBe(allowed.includes('REMB'));
      expect(allowed.includes('WISHES')).toBe(allowed.includes('EXPPAT_1'));
    }
  });
});
