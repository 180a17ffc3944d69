import { CurrentCodeLists } from '../../src/application/record/current-code-lists.js';
import { faultsBeside } from '../../src/application/record/code-list-file.js';
import { LIST_NAMES, type CodeList, type CodeRow, type ListName } from '../../src/application/record/code-tables.js';
import { accessPolicy, HEALTH_PROFESSIONS, OCCUPATIONAL, RUBRICS } from '../../src/domain/access/access-policy.js';
import { shippedCodeLists } from '../../src/infrastructure/codes/shipped.js';
import { StillTables } from '../support/still-tables.js';

let lists: ReadonlyMap<ListName, CodeList>;
let codes: CurrentCodeLists;
const rowsOf = (name: ListName): readonly CodeRow[] => lists.get(name)?.rows ?? [];

beforeAll(async () => {
  const shipped = await shippedCodeLists();
  lists = new Map(shipped.map((list) => [list.list, list]));
  codes = new CurrentCodeLists(new StillTables(shipped));
});

describe('The shipped code lists', () => {
  it('are one version of every list that is kept', () => {
    expect([...lists.keys()].sort()).toEqual([...LIST_NAMES].sort());
  });

  it.each([
    ['classCode', 11],
    ['category', 15],
    ['typeCode', 118],
    ['formatCode', 62],
    ['facilityType', 69],
    ['practiceSetting', 12],
    ['confidentiality', 8],
    ['profession', 52],
  ] as const)('%s has %i codes', (name, count) => {
    expect(rowsOf(name)).toHaveLength(count);
  });

  it('put every type into a class and a category that exist, or into none of both', () => {
    expect(rowsOf('typeCode').filter(({ classCode, category }) => (classCode === null) !== (category === null))).toEqual([]);
    for (const list of lists.values()) expect(faultsBeside(list, (name) => lists.get(name) ?? null)).toEqual([]);
  });

  it('have 102 types that are deposited in records: all classes have one', () => {
    const deposited = rowsOf('typeCode').filter(({ classCode }) => classCode !== null);
    expect(deposited).toHaveLength(102);
    expect(new Set(deposited.map(({ classCode }) => classCode)).size).toBe(11);
  });

  it.each([
    ['60591-5', '11', 'SYNTHESE', 'Synthèse médicale'],
    ['11502-2', '10', 'BIOLOGIE', "CR d'examens biologiques"],
    ['REMB', '60', 'REMB', 'Données de remboursement'],
    ['EXPPAT_3', '90', 'DIR_ANT', 'Directives anticipées'],
    ['96173-0', '52', 'DEPISTAG', "Test rapide d'orientation diagnostique"],
    ['PIECE-IDENTITE', null, null, "Copie pièce d'identité"],
    ['11526-1', '10', 'CPT_REND', "CR d'anatomie et de cytologie pathologiques"],
  ])('%s: class %s, category %s', (code, classCode, category, label) => {
    expect(codes.type(code)).toMatchObject({ classCode, category, label });
  });

  it('tell code systems apart', () => {
    expect(codes.type('83901-9')?.system).toBe('2.16.840.1.113883.6.1');
    expect(codes.type('PRESC-BIO')?.system).toBe('1.2.250.1.213.1.1.4.12');
  });

  it('know codes that are announced, and do not take them yet', () => {
    const announced = ['85895-1', '104144-1', '96163-1', 'JUSTIF-PRESC-RENF'];
    expect(rowsOf('typeCode').flatMap(({ code, status }) => (status === 'ANNOUNCED' ? [code] : []))).toEqual(announced);
    for (const code of [...announced, 'E1762', 'no-such-code', '__proto__']) expect(codes.type(code)).toBeNull();
  });

  it('know codes that are deprecated, and take them no longer', () => {
    expect(rowsOf('typeCode').flatMap(({ code, status }) => (status === 'DEPRECATED' ? [code] : []))).toEqual(['11526-1']);
    expect([codes.type('11526-1')?.inForce, codes.type('60591-5')?.inForce]).toEqual([false, true]);
  });

  it('take the codes of each value set, and no other of its code system', () => {
    for (const code of ['N', 'R', 'V', 'MASQUE_PS', 'INVISIBLE_PATIENT', 'INVISIBLE_REPRESENTANTS_LEGAUX'])
      expect(codes.has('confidentiality', code)).toBe(true);
    for (const code of ['MASQUE_PSOCIAL', 'MASQUE_PT', 'n']) expect(codes.has('confidentiality', code)).toBe(false);
    expect(codes.has('formatCode', 'urn:asip:ci-sis:vsm:2012')).toBe(true);
    expect(codes.has('facilityType', 'SA07')).toBe(true);
    expect(codes.has('facilityType', 'SA62')).toBe(false);
    expect(codes.has('practiceSetting', 'SAMU_SMUR')).toBe(true);
    expect(codes.has('classCode', '11')).toBe(true);
    expect(codes.has('classCode', '12')).toBe(false);
  });

  it('hold what the rules of access name', () => {
    expect(OCCUPATIONAL.sectors.filter((code) => !codes.has('facilityType', code))).toEqual([]);
    const categories = new Set(rowsOf('category').map(({ code }) => code));
    expect(Object.keys(RUBRICS).filter((category) => !categories.has(category))).toEqual([]);
    const systems = new Set(rowsOf('profession').map(({ system }) => system));
    expect(HEALTH_PROFESSIONS.filter((system) => !systems.has(system))).toEqual([]);
    const numbers = new Set(rowsOf('profession').map(({ code }) => code));
    expect(accessPolicy.administratorProfessions.filter((code) => !numbers.has(code))).toEqual([]);
  });

  it('let the holder choose nine categories at upload', () => {
    const chosen = rowsOf('category').filter(({ upload }) => upload === 'CHOSEN' || upload === 'CHOSEN_IN_RUBRIC');
    expect(chosen.map(({ code }) => code).join(' ')).toBe(
      'SYNTHESE ORD_SOIN RADIO_SC BIOLOGIE CPT_REND DEPISTAG CERT_MED DOC_ADM AUTR_DOC',
    );
  });
});
