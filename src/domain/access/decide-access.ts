import type { Professional } from '../shared/actor.js';
import { facilityKey, professionalKey } from './access-steps.js';
import { accessPolicy, HEALTH_PROFESSIONS, OCCUPATIONAL } from './access-policy.js';
import type { AccessFacts, Because, Consent, FactRef } from './facts.js';
import { hasRow } from './habilitation.js';
import type { Decided, Law, Request } from './policy.js';
import type { Denial, Ground } from './receipt.js';

/** One step of the decision: it has the last word, or it leaves it to the next. */
type Step = (request: Request, facts: AccessFacts, law: Law) => Word | null;
type Word =
  | { readonly rule: string; readonly ground: Ground; readonly facts: readonly FactRef[]; readonly rubricsOnly?: true }
  | { readonly rule: string; readonly denial: Denial; readonly facts: readonly FactRef[] };

const refs = (...because: readonly (Because | null | undefined)[]): readonly FactRef[] =>
  because.flatMap((one) => (one ? [one.because] : []));
/** The keys under which rights of this professional may stand: his own, and his place of care. */
const keysOf = ({ id, facility }: Professional): readonly string[] => [
  professionalKey(id),
  ...(facility ? [facilityKey(facility.id)] : []),
];
const firstOf = <V>(map: ReadonlyMap<string, V>, keys: readonly string[]): V | undefined =>
  keys.map((key) => map.get(key)).find((value) => value !== undefined);

/** True for medicine at work: nothing without an express consent (CSP L.1111-17 IV). */
export const isOccupational = ({ specialty, sector }: Professional): boolean =>
  specialty === OCCUPATIONAL.specialty || (sector !== undefined && OCCUPATIONAL.sectors.includes(sector));

const spaceIsOpen: Step = (_, { status }) =>
  status === 'OPENED' || status === 'ACTIVE' ? null : { rule: '2', denial: 'not-open', facts: [] };

const professionTakesPart: Step = ({ professional }, _, { matrix }) =>
  hasRow(matrix, professional.profession) ? null : { rule: '3', denial: 'never-allowed', facts: [] };

const emergency: Step = ({ professional, mode, operation, at }, facts) => {
  if (mode === 'normal') return null;
  const deny = (denial: Denial, ...because: readonly FactRef[]): Word => ({ rule: '4e', denial, facts: because });
  if (isOccupational(professional)) return deny('express-consent-needed');
  if (!(HEALTH_PROFESSIONS as readonly string[]).includes(professional.profession.system)) return deny('never-allowed');
  if (mode === 'centre_15' && !professional.regulating) return deny('not-regulating');
  if (mode === 'centre_15' && operation !== 'CONSULT') return deny('consult-only');
  const { value, because } = facts.switches[mode === 'centre_15' ? 'ETREAT' : 'BTG'];
  if (value === 'deny') return deny('emergency-refused', ...(because ? [because] : []));
  const session = facts.emergencies.get(professional.id);
  if (session?.mode !== mode || session.until <= at) return deny('emergency-not-open', ...refs(session));
  return { rule: '4e', ground: 'EMERGENCY', facts: refs(session) };
};

/** A block reaches the attending doctor's documents only, as the policy flag says: the way to end all he may is to change him. */
const notBlocked: Step = ({ professional, operation }, { blocked, attendingDoctor }) => {
  const block = firstOf(blocked, keysOf(professional));
  if (!block) return null;
  const attending = attendingDoctor?.professional === professional.id ? accessPolicy.attendingDoctorBlock : 'ALL';
  if (attending === 'NONE') return null;
  return attending === 'DOCUMENTS_ONLY' && operation === 'CONSULT'
    ? { rule: '4a', ground: 'ATTENDING_DOCTOR', rubricsOnly: true, facts: refs(block, attendingDoctor) }
    : { rule: '4a', denial: 'blocked', facts: refs(block) };
};

/** Medicine at work: an express consent of its own, whoever else trusts him. */
const occupational: Step = ({ professional, at }, { consents }) => {
  if (!isOccupational(professional)) return null;
  const consent = consents.get(professionalKey(professional.id));
  return consent?.basis === 'EXPRESS' && consent.until > at
    ? { rule: '4b', ground: 'CONSENT', facts: refs(consent) }
    : { rule: '4b', denial: 'express-consent-needed', facts: refs(consent) };
};

const standing: Step = ({ professional: { id } }, { attendingDoctor, administrators }) => {
  if (attendingDoctor?.professional === id) return { rule: '4b', ground: 'ATTENDING_DOCTOR', facts: refs(attendingDoctor) };
  const administrator = administrators.get(id);
  return administrator ? { rule: '4b', ground: 'ADMINISTRATOR', facts: refs(administrator) } : null;
};

const notWithdrawn: Step = ({ professional }, { withdrawn, consents, temporary }) => {
  const [own = ''] = keysOf(professional);
  const taken = withdrawn.get(own);
  const givenAnew = consents.has(own) || temporary.has(own);
  return taken && !givenAnew ? { rule: '4b', denial: 'consent-withdrawn', facts: refs(taken) } : null;
};

/** Reading needs a consent that still runs; feeding goes on under any that was ever given and not withdrawn (CSP R.1111-47). */
const covers = ({ operation, at }: Request, { scope, until }: Consent): boolean =>
  scope.includes(operation) && (operation === 'FEED' || until > at);

const consented: Step = (request, { consents, temporary }) => {
  const keys = keysOf(request.professional);
  const given = keys.map((key) => consents.get(key)).find((consent) => consent !== undefined && covers(request, consent));
  if (given) return { rule: '4b', ground: given.basis === 'CARE_TEAM' ? 'CARE_TEAM' : 'CONSENT', facts: refs(given) };
  const code = firstOf(temporary, keys);
  return code && code.until > request.at ? { rule: '4b', ground: 'TEMPORARY_ACCESS', facts: refs(code) } : null;
};

const lastWord = ({ professional }: Request, { withdrawn }: AccessFacts): Word => {
  const taken = firstOf(withdrawn, keysOf(professional));
  return { rule: '4b', denial: taken ? 'consent-withdrawn' : 'no-consent', facts: refs(taken) };
};

const STEPS: readonly Step[] = [spaceIsOpen, professionTakesPart, emergency, notBlocked, occupational, standing, notWithdrawn, consented];

/** Steps 2 to 4 of the decision (domain reference 3.1): may this professional read or feed this space at all, at this moment? */
export function decideAccess(request: Request, facts: AccessFacts, law: Law): Decided {
  for (const step of STEPS) {
    const word = step(request, facts, law);
    if (word !== null) return decided(word, request, law);
  }
  return decided(lastWord(request, facts), request, law);
}

function decided(word: Word, { mode }: Request, { matrix }: Law): Decided {
  const receipt = { rule: word.rule, mode, matrix: matrix.version, facts: word.facts };
  return 'ground' in word
    ? {
        allowed: true,
        ground: word.ground,
        rubricsOnly: word.rubricsOnly === true,
        receipt: { ...receipt, outcome: 'ALLOW', reason: word.ground },
      }
    : { allowed: false, denial: word.denial, receipt: { ...receipt, outcome: 'DENY', reason: word.denial } };
}
