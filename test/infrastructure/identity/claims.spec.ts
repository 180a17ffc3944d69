import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { isRejection } from '../../../src/domain/shared/rejection.js';
import { actorOf, claimsForeignRole } from '../../../src/infrastructure/identity/claims.js';
import { people, type PersonaName } from '../../../src/infrastructure/identity/personas.js';
import type { Named } from '../../../src/infrastructure/identity/trusted-issuers.js';

type Claims = Record<string, unknown>;
const issuer = (...names: Named[]) => ({ issuer: 'https://issuer.test', names });
const PROFESSIONALS = issuer('professionals');
const HEALTH = '1.2.250.1.71.1.2.7';

/** One place of work in a token: a nurse of a health centre, unless told otherwise. */
const activity = (more: Claims = {}): Claims => ({
  codeSecteurDactivite: 'SA05',
  numeroFinessSite: '990000028',
  raisonSocialeSite: 'Centre de santé des Essais',
  ...more,
});
const exercise = (more: Claims = {}): Claims => ({
  codeProfession: '60',
  codeCategorieProfessionnelle: 'C',
  activities: [activity()],
  ...more,
});
const token = (more: Claims = {}, ...exercises: Claims[]): Claims => ({
  sub: 'f:1:899990000038',
  acr: 'eidas1',
  SubjectNameID: '899990000038',
  preferred_username: '899990000038',
  given_name: 'Nadia',
  family_name: 'LEROY',
  SubjectRole: ['60^1.2.250.1.213.1.1.5.5', '10^1.2.250.1.213.1.1.5.5'],
  Secteur_Activite: 'SA05^1.2.250.1.71.4.2.4',
  Acces_Regulation_Medicale: 'FAUX',
  SubjectRefPro: { codeCivilite: 'MME', exercices: exercises.length > 0 ? exercises : [exercise()] },
  ...more,
});
const answer = (claims: Claims, facility?: string, from = PROFESSIONALS): unknown => {
  const actor = actorOf(claims, from, facility);
  return isRejection(actor) ? actor.rejected : actor;
};
const of = (professional: object) => ({ role: 'professional', professional: expect.objectContaining(professional) });
const NOBODY = 'request/role-not-recognised';

describe('A token of Pro Santé Connect', () => {
  it('says who, as what and where', () => {
    expect(answer(token())).toEqual({
      role: 'professional',
      subject: { issuer: 'https://issuer.test', sub: 'f:1:899990000038' },
      assurance: 'low',
      professional: {
        id: '899990000038',
        name: 'Nadia LEROY',
        profession: { system: HEALTH, code: '60' },
        sector: 'SA05',
        facility: { id: '990000028', name: 'Centre de santé des Essais' },
        regulating: false,
      },
    });
  });

  it.each([
    ['the national number in one claim', token({ preferred_username: undefined }), { id: '899990000038' }],
    ['the national number in the other', token({ SubjectNameID: undefined }), { id: '899990000038' }],
    ['a specialty', token({}, exercise({ codeSavoirFaire: 'SM26' })), { specialty: 'SM26' }],
    ['no specialty that we can read', token({}, exercise({ codeSavoirFaire: 'médecine' })), { profession: { system: HEALTH, code: '60' } }],
    ['the sector of the token', token({}, exercise({ activities: [activity({ codeSecteurDactivite: undefined })] })), { sector: 'SA05' }],
    ['no place', token({}, exercise({ activities: [] })), { facility: null, sector: 'SA05' }],
    [
      'a place without a number',
      token({}, exercise({ activities: [{ codeSecteurDactivite: 'SA07' }] })),
      { facility: null, sector: 'SA07' },
    ],
    ['one place twice', token({}, exercise({ activities: [activity(), activity()] })), { facility: expect.anything() }],
    ['a public agent', token({}, exercise({ codeCategorieProfessionnelle: 'M' })), { profession: { system: HEALTH, code: '60' } }],
    ['a regulating doctor', token({ Acces_Regulation_Medicale: 'VRAI' }), { regulating: true }],
    ['a word that is not quite VRAI', token({ Acces_Regulation_Medicale: true }), { regulating: false }],
  ])('holds with %s', (_, claims, professional) => {
    expect(answer(claims)).toMatchObject(of(professional));
  });

  it.each([
    ['a nurse', '60', 'C', HEALTH],
    ['a student of nursing', '60', 'E', '1.2.250.1.71.1.2.8'],
    ['a psychologist', '93', 'C', '1.2.250.1.213.1.6.1.109'],
    ['a midwife', '50', 'C', HEALTH],
    ['a social worker', '41', 'C', '1.2.250.1.213.1.6.1.4'],
    ['somebody known by his part', '99', 'C', '1.2.250.1.213.1.6.1.140'],
  ])('names the profession of %s with its code system', (_, code, category, system) => {
    const roles = { SubjectRole: [`${code}^1.2.250.1.213.1.1.5.5`] };
    const claims = token(roles, exercise({ codeProfession: code, codeCategorieProfessionnelle: category }));
    expect(answer(claims)).toMatchObject(of({ profession: { system, code } }));
  });

  it.each<[string, Claims]>([
    ['no professional reference', token({ SubjectRefPro: undefined })],
    ['an empty reference', token({ SubjectRefPro: {} })],
    ['a text for a reference', token({ SubjectRefPro: 'exercices' })],
    ['no exercise', token({ SubjectRefPro: { exercices: [] } })],
    ['exercises that are no list', token({ SubjectRefPro: { exercices: exercise() } })],
    ['no profession', token({}, exercise({ codeProfession: undefined }))],
    ['an unknown profession', token({}, exercise({ codeProfession: '61' }))],
    ['a number for a profession', token({}, exercise({ codeProfession: 60 }))],
    ['no category', token({}, exercise({ codeCategorieProfessionnelle: undefined }))],
    ['an unknown category', token({}, exercise({ codeCategorieProfessionnelle: 'X' }))],
    [
      'a student of a profession without studies',
      token({ SubjectRole: ['93^1.2.250.1.213.1.1.5.5'] }, exercise({ codeProfession: '93', codeCategorieProfessionnelle: 'E' })),
    ],
    ['no role', token({ SubjectRole: undefined })],
    ['a role that is not the profession', token({ SubjectRole: ['21^1.2.250.1.213.1.1.5.5'] })],
    ['a role of another code system', token({ SubjectRole: ['60^1.2.3'] })],
    ['a text that holds the role', token({ SubjectRole: '60^1.2.250.1.213.1.1.5.5' })],
    ['no national number', token({ SubjectNameID: undefined, preferred_username: undefined })],
    ['two national numbers', token({ preferred_username: '899990000012' })],
    ['a wrong check digit', token({ SubjectNameID: '899990000039', preferred_username: '899990000039' })],
    ['an RPPS number without its prefix', token({ SubjectNameID: '99990000038', preferred_username: '99990000038' })],
    ['an ADELI number', token({ SubjectNameID: '0759300001', preferred_username: '0759300001' })],
    ['zeros', token({ SubjectNameID: '800000000000', preferred_username: '800000000000' })],
    ['no given name', token({ given_name: undefined })],
    ['an empty family name', token({ family_name: ' ' })],
    ['a control character in a name', token({ family_name: 'LE\u0007ROY' })],
    ['a FINESS number with a letter', token({}, exercise({ activities: [activity({ numeroFinessSite: '2A0000018' })] }))],
    ['a FINESS number with a wrong check digit', token({}, exercise({ activities: [activity({ numeroFinessSite: '990000029' })] }))],
    ['a place without a name', token({}, exercise({ activities: [activity({ raisonSocialeSite: undefined })] }))],
  ])('with %s is nobody', (_, claims) => {
    expect(answer(claims)).toBe(NOBODY);
  });

  it.each([undefined, 'eidas0', '', 3])('that states the level %p is not believed', (acr) => {
    expect(answer(token({ acr }))).toBe('request/assurance-too-low');
  });

  it('of somebody who works nowhere but in one place needs no choice, and takes the right one only', () => {
    expect(answer(token(), '990000028')).toMatchObject(of({ facility: { id: '990000028', name: expect.any(String) } }));
    expect(answer(token(), '990000036')).toBe('request/facility-not-yours');
    expect(answer(token(), 'none')).toBe('request/facility-not-yours');
  });

  it('of somebody who works in several places says in which he is now', () => {
    const hospital = activity({ numeroFinessSite: '990000044', raisonSocialeSite: 'Hôpital des Essais', codeSecteurDactivite: 'SA01' });
    const own = { codeSecteurDactivite: 'SA07' };
    const both = token({}, exercise({ activities: [activity(), hospital] }), exercise({ codeProfession: '10', activities: [own] }));
    expect(answer(both)).toBe('request/facility-to-be-chosen');
    expect(answer(both, '990000044')).toMatchObject(of({ profession: { system: HEALTH, code: '60' }, sector: 'SA01' }));
    expect(answer(both, 'none')).toMatchObject(of({ profession: { system: HEALTH, code: '10' }, facility: null, sector: 'SA07' }));
    expect(answer(both, '990000036')).toBe('request/facility-not-yours');
  });

  it('of somebody with two professions in one place cannot be decided by the place', () => {
    const both = token({}, exercise(), exercise({ codeProfession: '10' }));
    expect(answer(both, '990000028')).toBe('request/facility-to-be-chosen');
  });

  it('of each invented professional holds', () => {
    const caring = Object.values(people).filter(({ claims }) => claims !== undefined && 'SubjectRefPro' in claims);
    expect(caring).toHaveLength(8);
    const ids = caring.map(
      ({ sub, acr, claims = {} }) => (answer({ sub, acr, ...claims }) as { professional: { id: string } }).professional.id,
    );
    expect(new Set(ids).size).toBe(8);
  });
});

describe('A token that claims a role', () => {
  const staff = issuer('persons', 'staff');
  const claimed = (mes_role: unknown, acr = 'eidas2') => ({ sub: 'somebody', acr, mes_role });

  it('of Assurance Maladie is believed from an issuer of staff, and from no other', () => {
    expect(answer(claimed('insurer'), undefined, staff)).toMatchObject({ role: 'insurer', assurance: 'substantial' });
    expect(answer(claimed('insurer', 'eidas1'), undefined, staff)).toBe('request/assurance-too-low');
    for (const other of [issuer('persons'), PROFESSIONALS, issuer('facilities')])
      expect(answer(claimed('insurer'), undefined, other)).toBe(NOBODY);
  });

  it.each(['employer', 'mutuelle', 'root', 'system', 'professional', 'bearer', '', null, 7, ['support']])(
    '%j is nobody, and foreign',
    (role) => {
      const all = issuer('persons', 'staff', 'professionals', 'facilities');
      expect(answer(claimed(role), undefined, all)).toBe(NOBODY);
      expect(claimsForeignRole(claimed(role), all)).toBe(true);
    },
  );

  it('that its issuer may not give is foreign; one without a role never is', () => {
    expect(claimsForeignRole(claimed('support'), issuer('persons'))).toBe(true);
    expect(claimsForeignRole(claimed('support'), staff)).toBe(false);
    expect(claimsForeignRole(claimed(undefined), PROFESSIONALS)).toBe(false);
  });

  it('of a facility is believed from ourselves alone, with the place it names', () => {
    const software = { ...claimed('facility'), sub: 'lab', facility_finess: '990000036', facility_name: 'Laboratoire des Essais' };
    const facility = { id: '990000036', name: 'Laboratoire des Essais' };
    expect(answer(software, undefined, issuer('facilities'))).toEqual({ role: 'facility', client: 'lab', facility });
    expect(answer(software, undefined, staff)).toBe(NOBODY);
    for (const wrong of [{ facility_finess: '990000037' }, { facility_finess: undefined }, { facility_name: '' }])
      expect(answer({ ...software, ...wrong }, undefined, issuer('facilities'))).toBe(NOBODY);
    expect(answer({ sub: 'lab' }, undefined, issuer('facilities'))).toBe(NOBODY);
  });

  it('of an account says nothing of a professional to an issuer of persons', () => {
    const name: PersonaName = 'dr-martin';
    expect(answer({ sub: 'x', ...people[name].claims }, undefined, issuer('persons'))).toMatchObject({ role: 'person' });
  });
});
