import type { PossibleReader } from '../../application/replay/could-see.queries.js';
import { facilitiesIn, possibleProfessionals, professionalsIn, professionsOf, somebody } from '../../domain/access/alternatives.js';
import { NO_ACCOUNT, readingBy, readingIf, type Assumption, type Circumstance, type Missing } from '../../domain/access/could-see.js';
import type { AccessMode } from '../../domain/access/access-vocabulary.js';
import type { DocumentFacts } from '../../domain/access/policy.js';
import type { DecisionReceipt } from '../../domain/access/receipt.js';
import type { Actor, Profession, Professional, Role } from '../../domain/shared/actor.js';
import { professionName } from '../history/professions.js';
import { nameOfStated, statedBy } from '../history/who.js';
import type { Timeline } from './timeline.js';

type Reader = PossibleReader;
/** Somebody to ask the policy about. `key`: the same for the same at every moment; `group`: those that differ in the profession alone. */
export interface Asked {
  readonly key: string;
  readonly group: string;
  readonly reader: Reader;
  /** Number of a professional, for what he may have written himself. */
  readonly id: string | null;
  readonly missing: readonly Missing[];
  readonly decide: (document: DocumentFacts | null, circumstance: Circumstance) => readonly DecisionReceipt[];
}

const NOBODY: Omit<Reader, 'kind' | 'fr' | 'en'> = {
  id: null,
  name: null,
  professions: [],
  facility: null,
  role: null,
  assumption: 'NONE',
  mode: 'normal',
};
const person = (sub: { readonly issuer: string; readonly sub: string }): Actor => ({
  role: 'person',
  subject: sub,
  assurance: 'substantial',
  authenticatedAt: 0,
});
const byActor = (actor: Actor, key: string, reader: Reader): Asked => ({
  ...{ key, group: key, reader, id: null, missing: [] },
  decide: (document, circumstance) => [readingBy(actor, 'normal', document, circumstance)],
});

/** The holder and those who represent him. */
export function holderSide({ access: { holder, representatives } }: Timeline): readonly Asked[] {
  const his = holder && byActor(person(holder), 'holder', { ...NOBODY, kind: 'HOLDER', fr: 'Le titulaire', en: 'The holder' });
  const words = { fr: 'Un représentant légal', en: 'A legal representative' };
  return [
    ...(his ? [his] : []),
    ...representatives.map(({ subject, because }) =>
      byActor(person(subject), `representative ${because.rev}`, { ...NOBODY, kind: 'REPRESENTATIVE', ...words }),
    ),
  ];
}

const called = (professions: readonly Profession[]): Reader['professions'] =>
  professions.map((profession) => ({ ...profession, ...professionName(profession) }));

function stated(professional: Professional, mode: AccessMode): Asked {
  const { id, name, profession, facility } = professional;
  const known = statedBy({ role: 'professional', subject: NO_ACCOUNT, assurance: 'substantial', professional });
  const words = (known && nameOfStated(known)) ?? { fr: `Le professionnel n° ${id}`, en: `The professional no. ${id}` };
  const key = `professional ${id} ${facility?.id ?? ''} ${mode}`;
  const reader: Reader = { ...NOBODY, kind: 'PROFESSIONAL', id, name, professions: called([profession]), facility, mode, ...words };
  return {
    ...{ key, group: key, reader, id, missing: [] },
    decide: (document, circumstance) => [readingIf('NONE', professional, mode, document, circumstance)],
  };
}

function unknown(id: string, mode: AccessMode): Asked {
  const key = `professional ${id} ? ${mode}`;
  const words = { fr: `Le professionnel n° ${id}, de profession inconnue`, en: `The professional no. ${id}, of unknown profession` };
  return {
    ...{ key, group: key, id, missing: ['PROFESSION'], reader: { ...NOBODY, kind: 'PROFESSIONAL', id, mode, ...words } },
    decide: (document, circumstance) =>
      possibleProfessionals(id, circumstance.access, circumstance.law).map((one) => readingIf('NONE', one, mode, document, circumstance)),
  };
}

/** One professional in every way that the facts let him come: from each place he stated, and in the emergency that he opened. */
export function professional(id: string, { stated: all, access }: Timeline): readonly Asked[] {
  const his = all.filter((one) => one.id === id);
  const opened = access.emergencies.get(id)?.mode;
  const modes: readonly AccessMode[] = opened === undefined ? ['normal'] : ['normal', opened];
  return modes.flatMap((mode) => (his.length === 0 ? [unknown(id, mode)] : his.map((one) => stated(one, mode))));
}

/** Every professional whom a fact names: by a right, as author, or because he came. */
export function namedProfessionals(timeline: Timeline, document: DocumentFacts | null): readonly Asked[] {
  const ids = [...professionalsIn(timeline.access), ...(document?.authors ?? []), ...timeline.stated.map(({ id }) => id)];
  return [...new Set(ids)].flatMap((id) => professional(id, timeline));
}

interface Situation {
  readonly name: string;
  readonly fr: string;
  readonly en: string;
  readonly assumption: Assumption;
  readonly mode: AccessMode;
  readonly facility?: string;
  readonly occupational?: true;
}
const SITUATIONS: readonly Situation[] = [
  { name: 'unnamed', fr: 'Sans consentement', en: 'Without a consent', assumption: 'NONE', mode: 'normal' },
  { name: 'consent', fr: 'Avec un consentement de l’instant', en: 'With a consent of that moment', assumption: 'CONSENT', mode: 'normal' },
  { name: 'occupational', fr: 'En médecine du travail', en: 'In medicine at work', assumption: 'NONE', mode: 'normal', occupational: true },
  { name: 'glass', fr: 'En urgence (bris de glace)', en: 'In an emergency (break-glass)', assumption: 'EMERGENCY', mode: 'bris_de_glace' },
  { name: '15', fr: 'Par la régulation du centre 15', en: 'By medical regulation (15)', assumption: 'EMERGENCY', mode: 'centre_15' },
];
const ofFacility = (facility: string): Situation => ({
  ...{ name: `facility ${facility}`, assumption: 'NONE', mode: 'normal', facility },
  ...{ fr: `Depuis l’établissement n° ${facility}`, en: `From the place of care no. ${facility}` },
});

const OUTSIDE: Profession = { system: '', code: '' };
function inSituation(profession: Profession, { name, fr, en, assumption, mode, facility, occupational }: Situation): Asked {
  const one = somebody(profession, { facility: facility ?? null, occupational: occupational === true });
  const isOutside = profession === OUTSIDE;
  const reader: Reader = {
    ...NOBODY,
    ...{ kind: 'PROFESSIONS', assumption, mode, professions: isOutside ? [] : called([profession]) },
    facility: facility === undefined ? null : { id: facility, name: null },
    fr: isOutside ? `${fr}, toute autre profession` : fr,
    en: isOutside ? `${en}, any other profession` : en,
  };
  return {
    ...{
      key: `${name} ${profession.system}|${profession.code}`,
      group: isOutside ? `${name} outside` : name,
      reader,
      id: null,
      missing: [],
    },
    decide: (document, circumstance) => [readingIf(assumption, one, mode, document, circumstance)],
  };
}

/** Whoever has a profession and is named by no fact, in every situation. */
export function classes({ access }: Timeline, { matrix }: Circumstance['law']): readonly Asked[] {
  const professions = [...professionsOf(matrix), OUTSIDE];
  return [...SITUATIONS, ...facilitiesIn(access).map(ofFacility)].flatMap((situation) =>
    professions.map((profession) => inSituation(profession, situation)),
  );
}

const staff = (role: 'support' | 'operator' | 'compliance' | 'archivist' | 'insurer'): Actor => ({
  role,
  subject: NO_ACCOUNT,
  assurance: 'substantial',
});
const ROLES: readonly (readonly [Actor, fr: string, en: string])[] = [
  [person({ issuer: '', sub: 'somebody else' }), 'Le titulaire d’un autre compte', 'The owner of another account'],
  [{ role: 'bearer' }, 'Une personne munie de la lettre', 'A person holding the letter'],
  [{ role: 'facility', client: '', facility: { id: '', name: '' } }, 'Le logiciel d’un établissement', 'The software of a place of care'],
  [staff('insurer'), 'L’Assurance maladie', 'The health insurance'],
  [staff('support'), 'Un agent du 3422', 'An agent of the 3422 line'],
  [staff('operator'), 'Un agent du service', 'An operator of the service'],
  [staff('compliance'), 'Un agent chargé de la conformité', 'A compliance officer'],
  [staff('archivist'), 'Un archiviste du service', 'An archivist of the service'],
  [{ role: 'system', name: 'process' }, 'Une partie du service', 'A part of the service'],
];
/** Every role in which one may come that is neither the holder's side nor a professional's. */
export const roles: readonly Asked[] = ROLES.map(([actor, fr, en]) => {
  const role: Role = actor.role;
  return byActor(actor, `role ${role}`, { ...NOBODY, kind: 'ROLE', role, fr, en });
});
