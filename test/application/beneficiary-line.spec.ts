import { judgeLine, type LineFields } from '../../src/application/enrolment/beneficiary-line.js';
import type { LocalDate } from '../../src/domain/shared/time.js';
import { adult, child } from '../support/beneficiary-lines.js';

const judging = { today: '2026-11-22' as LocalDate, production: false };
const verdict = (change: Partial<LineFields>, on: LineFields = adult) => judgeLine({ ...on, ...change }, judging);

describe('a line of a beneficiaries file', () => {
  it('declares the person it describes', () => {
    expect(verdict({})).toEqual({
      accepted: true,
      deferred: false,
      beneficiary: {
        ins: '258113399990203',
        insOid: '1.2.250.1.213.1.4.10',
        familyName: 'Essayan',
        givenNames: 'Garance',
        sex: 'F',
        birthDate: '1958-11-03',
        birthPlace: '33999',
        email: 'garance.essayan@courriel.test',
        address: '4 allée du Nuage-Bleu',
        postalCode: '00123',
        city: 'Valtestin',
        regime: 'CPAM',
        vitaleSerial: '802500000212345678901',
      },
    });
  });

  it('may lack an e-mail address and a card', () => {
    expect(verdict({ email: '', vitale_serial: '' })).toMatchObject({ accepted: true, beneficiary: { email: null, vitaleSerial: null } });
  });

  it('is read with the INS in any case and with spaces, and with accents composed', () => {
    expect(verdict({ ins: '2 90 12 2b 999 904 18', family_name: ' Abrivie\u0301 ' })).toMatchObject({
      beneficiary: { ins: '290122B99990418', familyName: 'Abrivi\u00e9' },
    });
  });

  it('of a minor with a representative is put off', () => {
    expect(judgeLine(child, judging)).toMatchObject({ accepted: true, deferred: true });
  });

  it.each([
    ['on the eve of the 18th birthday', '2008-11-23', true],
    ['on the 18th birthday', '2008-11-22', false],
  ])('counts somebody as a minor %s: %s', (_when, birth_date, deferred) => {
    expect(verdict({ birth_date }, child)).toMatchObject({ accepted: true, deferred });
  });

  it.each<[string, Partial<LineFields>]>([
    ['identity/ins-malformed', { ins: '25811339999020' }],
    ['identity/ins-malformed', { ins: '258173399990203' }],
    ['identity/ins-wrong-key', { ins: '258113399990204' }],
    ['identity/ins-unknown-source', { ins_oid: '1.2.3' }],
    ['identity/real-ins-outside-production', { ins_oid: '1.2.250.1.213.1.4.8' }],
    ['import/empty-field', { family_name: '' }],
    ['import/empty-field', { regime: '' }],
    ['import/too-long', { family_name: 'x'.repeat(101) }],
    ['import/control-characters', { family_name: 'Essayan\u0007' }],
    ['import/control-characters', { city: 'Val\u202Etestin' }],
    ['import/malformed-sex', { sex: 'X' }],
    ['import/malformed-birth-date', { birth_date: '03/11/1958' }],
    ['import/malformed-birth-date', { birth_date: '2025-02-29' }],
    ['import/birth-date-out-of-range', { birth_date: '2026-11-23' }],
    ['import/birth-date-out-of-range', { birth_date: '1889-12-31' }],
    ['import/malformed-birth-place', { birth_place: '3399' }],
    ['import/malformed-email', { email: 'garance' }],
    ['import/malformed-email', { email: 'a@courriel.test, b@courriel.test' }],
    ['import/malformed-email', { email: 'garance@courriel' }],
    ['import/malformed-postal-code', { postal_code: '1234' }],
    ['import/malformed-vitale-serial', { vitale_serial: '1234567' }],
    ['import/malformed-vitale-serial', { vitale_serial: '12345678901234' }],
    ['import/malformed-representative', { representative_2_ins: '258113399990204' }],
    ['import/malformed-representative', { representative_1_ins: adult.ins }],
    ['import/minor-without-representative', { birth_date: '2016-04-09' }],
  ])('is rejected with %s: %j', (code, change) => {
    expect(verdict(change)).toEqual({ accepted: false, code });
  });

  it('from the test range is rejected in production', () => {
    expect(judgeLine(adult, { ...judging, production: true })).toEqual({ accepted: false, code: 'identity/test-ins-in-production' });
  });
});
