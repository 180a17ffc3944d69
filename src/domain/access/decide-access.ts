import { facilityKey, professionalKey } from './access-steps.js';
import { accessPolicy } from './access-policy.js';
import { blockOf, covering, expressOf, isOccupational, refs } from './consents.js';
import { obstacleInEmergency, switchOf } from './emergency.js';
import type { AccessFacts, FactRef } from './facts.js';
import { hasRow } from './habilitation.js';
import type { Decided, Law, Request } from './policy.js';
import type { Denial, Ground } from './receipt.js';

/** One step of the decision: it has the last word, or it leaves it to the next. */
type Step = (request: Request, facts: AccessFacts, law: Law) => Word | null;
type Word =
  | { readonly rule: string; readonly ground: Ground; readonly facts: readonly FactRef[]; readonly rubricsOnly?: true }
  | { readonly rule: string; readonly denial: Denial; readonly facts: readonly FactRef[] };

const spaceIsOpen: Step = (_, { status }) =>
  status === 'OPENED' || status === 'ACTIVE' ? null : { rule: '2', denial: 'not-open', facts: [] };

const professionTakesPart: Step = ({ professional }, _, { matrix }) =>
  hasRow(matrix, professional.profession) ? null : { rule: '3', denial: 'never-allowed', facts: [] };

/** Blocks and consents say nothing of an emergency, which has its own switches; the session was opened with a reason. */
const emergency: Step = (request, facts) => {
  if (request.mode === 'normal') return null;
  const obstacle = obstacleInEmergency(request, facts);
  if (obstacle) return { rule: '4e', ...obstacle };
  const session = facts.emergencies.get(request.professional.id);
  if (session?.mode !== request.mode || session.until <= request.at)
    return { rule: '4e', denial: 'emergency-not-open', facts: refs(session) };
  const { because } = switchOf(request, facts);
  return { rule: '4e', ground: 'EMERGENCY', facts: because ? [because, session.because] : [session.because] };
};

/** A block reaches the attending doctor's documents only, as the policy flag says: the way to end all he may is to change him. */
const notBlocked: Step = ({ professional, operation }, facts) => {
  const block = blockOf(professional, facts);
  if (!block) return null;
  const { attendingDoctor } = facts;
  const attending = attendingDoctor?.professional === professional.id && !isOccupational(professional);
  const reach = attending ? accessPolicy.attendingDoctorBlock : 'ALL';
  if (reach === 'NONE') return null;
  return reach === 'DOCUMENTS_ONLY' && operation === 'CONSULT'
    ? { rule: '4a', ground: 'ATTENDING_DOCTOR', rubricsOnly: true, facts: refs(block, attendingDoctor) }
    : { rule: '4a', denial: 'blocked', facts: refs(block) };
};

/** Medicine at work: an express consent of its own, whoever else trusts him. */
const occupational: Step = ({ professional, operation, at }, facts) => {
  if (!isOccupational(professional)) return null;
  const express = expressOf(professional, operation, facts, at);
  return express
    ? { rule: '4b', ground: 'CONSENT', facts: refs(express) }
    : { rule: '4b', denial: 'express-consent-needed', facts: refs(facts.withdrawn.get(professionalKey(professional.id))) };
};

/** No further consent is asked of whom the holder trusts with all (domain reference 13.11). */
const standing: Step = ({ professional: { id } }, { attendingDoctor, administrators }) => {
  if (attendingDoctor?.professional === id) return { rule: '4b', ground: 'ATTENDING_DOCTOR', facts: refs(attendingDoctor) };
  const administrator = administrators.get(id);
  return administrator ? { rule: '4b', ground: 'ADMINISTRATOR', facts: refs(administrator) } : null;
};

/** What was said of himself: a consent, a code of the holder; or that he may not any more, whatever his team may. */
const himself: Step = ({ professional, operation, at }, { consents, temporary, withdrawn }) => {
  const key = professionalKey(professional.id);
  const consent = covering(consents.get(key), operation, at);
  if (consent) return { rule: '4b', ground: consent.basis === 'CARE_TEAM' ? 'CARE_TEAM' : 'CONSENT', facts: refs(consent) };
  const code = temporary.get(key);
  if (code && at < code.until) return { rule: '4b', ground: 'TEMPORARY_ACCESS', facts: refs(code) };
  const taken = withdrawn.get(key);
  return taken ? { rule: '4b', denial: 'consent-withdrawn', facts: refs(taken) } : null;
};

/** What was said of his place of care. */
const hisTeam: Step = ({ professional: { facility }, operation, at }, { consents, withdrawn }) => {
  if (!facility) return null;
  const key = facilityKey(facility.id);
  const consent = covering(consents.get(key), operation, at);
  if (consent) return { rule: '4b', ground: 'CARE_TEAM', facts: refs(consent) };
  const taken = withdrawn.get(key);
  return taken ? { rule: '4b', denial: 'consent-withdrawn', facts: refs(taken) } : null;
};

const SAID_OF_HIM: readonly Step[] = [notBlocked, occupational, standing, himself, hisTeam];
const STEPS: readonly Step[] = [spaceIsOpen, professionTakesPart, emergency, ...SAID_OF_HIM];
const NOTHING_SAID: Word = { rule: '4b', denial: 'no-consent', facts: [] };

/** Steps 2 to 4 of the decision (domain reference 3.1): may this professional read or feed this space at all, at this moment? */
export const decideAccess = (request: Request, facts: AccessFacts, law: Law): Decided =>
  decided(firstWord(STEPS, request, facts, law), request, law);

/** Step 4 alone, from the rights stream alone: is he let in, and to everything? The space and his profession were asked about elsewhere. */
export const isLetIn = (request: Request, facts: AccessFacts): boolean => {
  const word = firstWord(SAID_OF_HIM, request, facts, NO_LAW);
  return 'ground' in word && word.rubricsOnly !== true;
};
const NO_LAW: Law = { matrix: { version: 0, professions: new Set(), allowed: new Set() } };

function firstWord(steps: readonly Step[], request: Request, facts: AccessFacts, law: Law): Word {
  for (const step of steps) {
    const word = step(request, facts, law);
    if (word !== null) return word;
  }
  return NOTHING_SAID;
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
