import {
  isAdult,
  normaliseIns,
  refusalOfFiness,
  refusalOfIns,
  refusalOfOid,
  refusalOfRpps,
} from '../../../src/domain/enrolment/beneficiary.js';
import type { Rejection } from '../../../src/domain/shared/rejection.js';
import type { LocalDate } from '../../../src/domain/shared/time.js';

const code = (refusal: Rejection | null): string | null => refusal?.rejected ?? null;

describe('The national health identity: 13 characters and their key', () => {
  it.each([
    '185067599990139',
    '258113399990203',
    '180032A99990397',
    '290122B99990418',
    '172032099991364',
    '216043199990560',
    '126028099990610',
    '163099999990726',
    '201079749990890',
    '110054499991163',
    '287014499991255',
    '208055999991491',
    '142116299991541',
    '785067599990922',
    '858113399991083',
    '279035121518989',
    '146026322000196',
  ])('%s is one', (ins) => {
    expect(refusalOfIns(ins)).toBeNull();
  });

  it.each([
    ['wrong key', '185067599990140', 'identity/ins-wrong-key'],
    ['wrong key, seen in public documents', '170017510112313', 'identity/ins-wrong-key'],
    ['two digits exchanged', '158067599990139', 'identity/ins-wrong-key'],
    ['too short', '18506759999013', 'identity/ins-malformed'],
    ['too long', '1850675999901390', 'identity/ins-malformed'],
    ['nobody begins with 5', '585067599990139', 'identity/ins-malformed'],
    ['a letter that is not Corsican', '180032C99990397', 'identity/ins-malformed'],
    ['a key in letters', '1850675999901AB', 'identity/ins-malformed'],
    ['lower case, not normalised', '180032a99990397', 'identity/ins-malformed'],
    ['nothing', '', 'identity/ins-malformed'],
  ])('refused: %s (%s)', (_, ins, refusal) => {
    expect(code(refusalOfIns(ins))).toBe(refusal);
  });

  it.each([
    ['01', true],
    ['12', true],
    ['20', true],
    ['30', true],
    ['42', true],
    ['50', true],
    ['99', true],
    ['00', false],
    ['13', false],
    ['19', false],
    ['21', false],
    ['29', false],
    ['43', false],
    ['49', false],
  ])('months as INSEE uses them: %s', (month, used) => {
    const body = `185${month}7599990 1`.replace(' ', '0').slice(0, 13).padEnd(13, '1');
    const key = String(97n - (BigInt(body) % 97n)).padStart(2, '0');
    expect(code(refusalOfIns(body + key))).toBe(used ? null : 'identity/ins-malformed');
  });

  it('is written in one form: letters upper case, separators gone', () => {
    expect(normaliseIns('1 80 03 2a 999 903 97')).toBe('180032A99990397');
    expect(normaliseIns('1.80-03\u00a02b')).toBe('180032B');
  });
});

describe('Test identities stay out of production, and real ones stay inside', () => {
  it.each([
    ['1.2.250.1.213.1.4.8', true, null],
    ['1.2.250.1.213.1.4.9', true, null],
    ['1.2.250.1.213.1.4.10', true, 'identity/test-ins-in-production'],
    ['1.2.250.1.213.1.4.11', true, 'identity/test-ins-in-production'],
    ['1.2.250.1.213.1.4.8', false, 'identity/real-ins-outside-production'],
    ['1.2.250.1.213.1.4.9', false, 'identity/real-ins-outside-production'],
    ['1.2.250.1.213.1.4.10', false, null],
    ['1.2.250.1.213.1.4.11', false, null],
    ['1.2.250.1.213.1.4.12', true, 'identity/ins-unknown-source'],
    ['', false, 'identity/ins-unknown-source'],
    ['constructor', true, 'identity/ins-unknown-source'],
    ['toString', false, 'identity/ins-unknown-source'],
  ])('source %s, production %s: %s', (oid, production, refusal) => {
    expect(code(refusalOfOid(oid, production))).toBe(refusal);
  });
});

describe('Numbers of professionals and facilities', () => {
  it.each(['99990000012', '99990000020', '99990000038', '99990000103', '99700218896', '01234567897'])('%s is a professional', (rpps) => {
    expect(refusalOfRpps(rpps)).toBeNull();
  });
  it.each(['99990000013', '00000000000', '9999000001', '999900000120', '9999000001A', ''])('%s is none', (rpps) => {
    expect(code(refusalOfRpps(rpps))).toBe('identity/rpps-invalid');
  });
  it.each(['990000010', '990000028', '990000051', '750803447', '750300550', '130786049', '300017985'])('%s is a facility', (finess) => {
    expect(refusalOfFiness(finess)).toBeNull();
  });
  it.each(['990000011', '000000000', '99000001', '9900000100', '2A0000010', ''])('%s is none', (finess) => {
    expect(code(refusalOfFiness(finess))).toBe('identity/finess-invalid');
  });
});

describe('Majority: from 00:00 Paris of the 18th birthday', () => {
  it.each([
    ['2008-05-12', '2026-05-11', false],
    ['2008-05-12', '2026-05-12', true],
    ['2008-02-29', '2026-02-27', false],
    ['2008-02-29', '2026-02-28', true],
    ['2026-02-01', '2026-11-20', false],
    ['1942-11-11', '2026-11-20', true],
  ])('born on %s, on %s: adult %s', (birthDate, today, adult) => {
    expect(isAdult(birthDate as LocalDate, today as LocalDate)).toBe(adult);
  });
});

describe('A33 national identity with a wrong key, test source in production, professional number failing Luhn', () => {
  it('each is refused with a code of its own', () => {
    const refusals = [refusalOfIns('185067599990140'), refusalOfOid('1.2.250.1.213.1.4.10', true), refusalOfRpps('99990000013')].map(code);
    expect(refusals).toEqual(['identity/ins-wrong-key', 'identity/test-ins-in-production', 'identity/rpps-invalid']);
  });
});
