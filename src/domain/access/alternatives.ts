import type { Profession, Professional } from '../shared/actor.js';
import { DIRECTIVES, DOCTOR, OCCUPATIONAL, RUBRICS } from './access-policy.js';
import type { PossibleDocument } from './could-see.js';
import type { AccessFacts } from './facts.js';
import { mayRead, type HabilitationMatrix } from './habilitation.js';
import type { DocumentFacts, Law } from './policy.js';

/** A profession that takes no part in care. */
const NO_PROFESSION: Profession = { system: '', code: '' };
/** Every profession that this version of the matrix has a row for. */
export const professionsOf = ({ professions }: HabilitationMatrix): readonly Profession[] =>
  [...professions].map((key) => ({ system: key.slice(0, key.indexOf('|')), code: key.slice(key.indexOf('|') + 1) }));

/** Places of care that the facts of access name. */
export function facilitiesIn({ consents, withdrawn, blocked, masksFrom }: AccessFacts): readonly string[] {
  const named = [...consents.keys(), ...withdrawn.keys(), ...blocked.keys(), ...[...masksFrom.keys()].map(granteeIn)];
  return [...new Set(named.filter((key) => key.startsWith('@')).map((key) => key.slice(1)))];
}
/** Professionals whom the facts of access name. */
export function professionalsIn(facts: AccessFacts): readonly string[] {
  const { consents, withdrawn, temporary, blocked, masksFrom, attendingDoctor, administrators, emergencies } = facts;
  const named = [
    ...(attendingDoctor ? [attendingDoctor.professional] : []),
    ...administrators.keys(),
    ...consents.keys(),
    ...withdrawn.keys(),
    ...temporary.keys(),
    ...blocked.keys(),
    ...[...masksFrom.keys()].map(granteeIn),
    ...emergencies.keys(),
  ];
  return [...new Set(named.filter((key) => !key.startsWith('@')))];
}
const granteeIn = (key: string): string => key.slice(key.indexOf(' ') + 1);

/** Somebody of whom a class is all that is said. `id` empty: nobody whom a fact names. */
export const somebody = (
  profession: Profession,
  { id = '', facility = null, occupational = false }: { id?: string; facility?: string | null; occupational?: boolean } = {},
): Professional => ({
  id,
  name: '',
  profession,
  ...(occupational ? { specialty: OCCUPATIONAL.specialty } : {}),
  facility: facility === null ? null : { id: facility, name: '' },
  regulating: profession.code === DOCTOR,
});

/** All that a professional may have been of whom only the number is known: any profession, medicine at work or not, at any place that a fact names. */
export function possibleProfessionals(id: string, access: AccessFacts, { matrix }: Law): readonly Professional[] {
  const places = [null, ...facilitiesIn(access)];
  return [NO_PROFESSION, ...professionsOf(matrix)].flatMap((profession) =>
    places.flatMap((facility) => [false, true].map((occupational) => somebody(profession, { id, facility, occupational }))),
  );
}

/** One type that each profession may read, one that it may not, and the directives: other types are decided like one of these. */
function tellingTypes(matrix: HabilitationMatrix): readonly string[] {
  const all = [...new Set([...matrix.allowed].map((cell) => cell.slice(cell.indexOf(' ') + 1)))];
  const telling = professionsOf(matrix).flatMap((profession) => {
    const yes = all.find((type) => mayRead(matrix, profession, type));
    const no = all.find((type) => !mayRead(matrix, profession, type));
    return [yes, no].flatMap((type) => type ?? []);
  });
  return [...new Set([...telling, DIRECTIVES, ''])];
}

/** All that a document may have been whose description died with its key: any type, of a rubric or not, by this author or by somebody else. */
export function possibleDocuments(known: DocumentFacts, reader: string | null, { matrix }: Law): PossibleDocument {
  const categories = ['', ...Object.keys(RUBRICS).slice(0, 1)];
  const authors = reader === null || known.authors.includes(reader) ? [known.authors] : [known.authors, [...known.authors, reader]];
  const alternatives = tellingTypes(matrix).flatMap((typeCode) =>
    categories.flatMap((category) => authors.map((by) => ({ ...known, typeCode, category, authors: by }))),
  );
  return { alternatives, missing: ['DOCUMENT_TYPE'] };
}
