// Nobody here exists: RPPS numbers of a range that is not given, FINESS numbers of a department that is not there.

interface Practice {
  readonly is: string;
  /** RPPS number. */
  readonly rpps: string;
  readonly name: readonly [given: string, family: string];
  readonly profession: string;
  readonly specialty?: string;
  readonly sector: string;
  /** FINESS number and name; absent: a practice without a number. */
  readonly facility?: readonly [finess: string, name: string];
  readonly regulating?: boolean;
}

const CENTRE = ['990000028', 'Centre de santé des Essais'] as const;
const HOSPITAL = ['990000044', 'Hôpital des Essais'] as const;
/** The place of the demonstration's laboratory: a biologist works there, and its software deposits for it. */
export const LABORATORY = ['990000036', 'Laboratoire des Essais'] as const;

/** The claims of Pro Santé Connect, in the form of its user information. */
function claimsOf({
  rpps,
  name,
  profession,
  specialty,
  sector,
  facility,
  regulating = false,
}: Practice): Readonly<Record<string, unknown>> {
  const [given, family] = name;
  const place = facility === undefined ? {} : { numeroFinessSite: facility[0], raisonSocialeSite: facility[1] };
  const exercise = {
    codeProfession: profession,
    codeCategorieProfessionnelle: 'C',
    nomDexercice: family,
    prenomDexercice: given,
    ...(specialty === undefined ? {} : { codeTypeSavoirFaire: 'S', codeSavoirFaire: specialty }),
    activities: [{ codeModeExercice: 'S', codeSecteurDactivite: sector, ...place }],
  };
  return {
    SubjectNameID: `8${rpps}`,
    preferred_username: `8${rpps}`,
    given_name: given,
    family_name: family,
    SubjectRole: [`${profession}^1.2.250.1.213.1.1.5.5`],
    Secteur_Activite: `${sector}^1.2.250.1.71.4.2.4`,
    Acces_Regulation_Medicale: regulating ? 'VRAI' : 'FAUX',
    SubjectRefPro: { codeCivilite: 'M', exercices: [exercise] },
  };
}

const practices = {
  'dr-martin': {
    is: 'a general practitioner in a practice of her own',
    rpps: '99990000012',
    name: ['Claire', 'MARTIN'],
    profession: '10',
    specialty: 'SM26',
    sector: 'SA07',
    facility: ['990000010', 'Cabinet du docteur Martin'],
  },
  'dr-petit': {
    is: 'a general practitioner in a health centre',
    rpps: '99990000020',
    name: ['Paul', 'PETIT'],
    profession: '10',
    specialty: 'SM26',
    sector: 'SA05',
    facility: CENTRE,
  },
  'nurse-leroy': {
    is: 'a nurse in the same health centre',
    rpps: '99990000038',
    name: ['Nadia', 'LEROY'],
    profession: '60',
    sector: 'SA05',
    facility: CENTRE,
  },
  'lab-biologist': {
    is: 'a pharmacist in a laboratory',
    rpps: '99990000046',
    name: ['Luc', 'MOREAU'],
    profession: '21',
    sector: 'SA25',
    facility: LABORATORY,
  },
  'samu-doctor': {
    is: 'a doctor who regulates calls of a SAMU',
    rpps: '99990000053',
    name: ['Sara', 'GARNIER'],
    profession: '10',
    sector: 'SA01',
    facility: HOSPITAL,
    regulating: true,
  },
  'emergency-doctor': {
    is: 'a doctor in the emergency ward of the same hospital',
    rpps: '99990000061',
    name: ['Hugo', 'FABRE'],
    profession: '10',
    sector: 'SA01',
    facility: HOSPITAL,
  },
  'occupational-doctor': {
    is: 'an occupational doctor',
    rpps: '99990000079',
    name: ['Odile', 'ROUX'],
    profession: '10',
    specialty: 'SM25',
    sector: 'SA66',
    facility: ['990000051', 'Santé au travail des Essais'],
  },
  psychologist: {
    is: 'a psychologist in a practice without a number',
    rpps: '99990000087',
    name: ['Yann', 'COLIN'],
    profession: '93',
    sector: 'SA07',
  },
} as const satisfies Readonly<Record<string, Practice>>;

export type ProfessionalName = keyof typeof practices;

/** Invented professionals: what each is, and what the claims of a token say of him. */
export const professionals = Object.fromEntries(
  Object.entries(practices).map(([name, practice]) => [name, { is: practice.is, claims: claimsOf(practice) }]),
) as Readonly<Record<ProfessionalName, { readonly is: string; readonly claims: Readonly<Record<string, unknown>> }>>;
