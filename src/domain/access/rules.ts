import type { Actor, Role } from '../shared/actor.js';
import type { Rejection } from '../shared/rejection.js';
import type { Instant } from '../shared/time.js';
import { facilityKey, sameAccount } from './access-steps.js';
import type { AccessMode, Operation } from './access-vocabulary.js';
import { answers } from './answers.js';
import { covering } from './consents.js';
import { decideAccess } from './decide-access.js';
import type { AccessFacts, FactRef } from './facts.js';
import type { Decided, DocumentFacts, Law, Viewer } from './policy.js';
import type { DecisionReceipt, Denial, Ground } from './receipt.js';

/** Who asks what, of which space, and when. */
export interface Asked {
  readonly actor: Actor;
  readonly facts: AccessFacts;
  readonly at: Instant;
  readonly mode: AccessMode;
  readonly law: Law;
  /** The one document that is asked for, null when there is no such document; absent for everything else. */
  readonly document?: DocumentFacts | null | undefined;
}
/** The answer of the matrix of actions: null refuses nothing. `viewer`: as whom he then looks at documents. */
export interface Verdict {
  readonly refusal: Rejection | null;
  readonly receipt: DecisionReceipt;
  readonly viewer: Viewer | null;
}
export type Rule = (asked: Asked) => Verdict;

const receiptOf = (outcome: 'ALLOW' | 'DENY', reason: Ground | Denial, rule: string, facts: readonly FactRef[]): DecisionReceipt => ({
  outcome,
  rule,
  reason,
  mode: 'normal',
  matrix: null,
  facts,
});
const granted = (ground: Ground, viewer: Viewer | null = null, facts: readonly FactRef[] = []): Verdict => ({
  refusal: null,
  receipt: receiptOf('ALLOW', ground, 'role', facts),
  viewer,
});
/** No, for this reason; `rule`: that of the receipt. */
export const denied = (denial: Denial, facts: readonly FactRef[] = [], rule = 'role'): Verdict => ({
  refusal: answers[denial],
  receipt: receiptOf('DENY', denial, rule, facts),
  viewer: null,
});

const GROUNDS: Readonly<Record<Role, Ground>> = {
  person: 'HOLDER',
  bearer: 'LETTER',
  professional: 'FEEDING_DUTY',
  facility: 'FEEDING_DUTY',
  insurer: 'FEEDING_DUTY',
  support: 'STAFF',
  operator: 'STAFF',
  compliance: 'STAFF',
  archivist: 'STAFF',
  auditor: 'STAFF',
  system: 'SYSTEM',
};

/** These roles, whatever the space; nobody else. */
export const any =
  (...roles: readonly Role[]): Rule =>
  ({ actor }) =>
    roles.includes(actor.role) ? granted(GROUNDS[actor.role]) : denied('not-allowed');

/** A rule for each role that may come at all; default is no. */
export const byRole =
  (rules: Partial<Readonly<Record<Role, Rule>>>): Rule =>
  (asked) =>
    (rules[asked.actor.role] ?? (() => denied('not-allowed')))(asked);

/** The account the space is bound to. Somebody else's space and no space at all are the same answer. */
export const theHolder: Rule = ({ actor, facts: { holder } }) => {
  if (actor.role !== 'person') return denied('not-allowed');
  return holder && sameAccount(holder, actor.subject) ? granted('HOLDER', { kind: 'HOLDER' }) : denied('nothing-here');
};

/** The holder; until the majority also whoever represents him by law. */
export const theHolderSide: Rule = (asked) => {
  const { actor, facts, at } = asked;
  const verdict = theHolder(asked);
  if (verdict.refusal === null || actor.role !== 'person') return verdict;
  const link = facts.representatives.find(({ subject, until }) => sameAccount(subject, actor.subject) && at < until);
  return link ? granted('REPRESENTATIVE', { kind: 'REPRESENTATIVE' }, [link.because]) : verdict;
};

const isOpen = ({ status }: AccessFacts): boolean => status === 'OPENED' || status === 'ACTIVE';
/** Only while the space is open. */
export const whileOpen =
  (rule: Rule): Rule =>
  (asked) => {
    const verdict = rule(asked);
    return verdict.refusal === null && !isOpen(asked.facts) ? denied('not-open') : verdict;
  };

const verdictOf = (decided: Decided, { actor, mode }: Asked): Verdict => {
  if (!decided.allowed) return { refusal: answers[decided.denial], receipt: decided.receipt, viewer: null };
  const { ground, rubricsOnly, receipt } = decided;
  const viewer: Viewer | null =
    actor.role === 'professional' ? { kind: 'PROFESSIONAL', professional: actor.professional, mode, ground, rubricsOnly } : null;
  return { refusal: null, receipt, viewer };
};

/** A professional, as domain reference 3.1 decides. */
export const caring =
  (operation: Operation): Rule =>
  (asked) => {
    const { actor, mode, at, facts, law } = asked;
    if (actor.role !== 'professional') return denied('not-allowed');
    return verdictOf(decideAccess({ professional: actor.professional, operation, mode, at }, facts, law), asked);
  };

/** The same receipt, of somebody who may after all. */
const allowedBy = (ground: Ground, { receipt }: Verdict): Verdict => ({
  refusal: null,
  receipt: { ...receipt, outcome: 'ALLOW', reason: ground },
  viewer: null,
});
const isLimited = ({ viewer }: Verdict): boolean => viewer?.kind === 'PROFESSIONAL' && viewer.rubricsOnly;
const deniedFor = ({ receipt: { reason } }: Verdict, ...denials: readonly Denial[]): boolean =>
  (denials as readonly string[]).includes(reason);

/** Reading as on any day, whatever emergency he says to come in; who is blocked may not, also where some of it stays readable to him. */
const readingNormally: Rule = (asked) => {
  const verdict = caring('CONSULT')({ ...asked, mode: 'normal' });
  const { receipt } = verdict;
  return isLimited(verdict)
    ? { refusal: answers.blocked, receipt: { ...receipt, outcome: 'DENY', reason: 'blocked' }, viewer: null }
    : verdict;
};

/** Somebody who may come to be allowed: what he says here is what the decision will rest on. He must take part in care, and not be blocked. */
export const declaring: Rule = (asked) => {
  const verdict = readingNormally(asked);
  return deniedFor(verdict, 'no-consent', 'consent-withdrawn', 'express-consent-needed') ? allowedBy('CONSENT', verdict) : verdict;
};

/** All that an emergency asks for but the session, which is opened by this very act. Nobody opens one who does not say that it is one. */
export const inEmergency: Rule = (asked) => {
  if (asked.mode === 'normal') return denied('not-allowed');
  const verdict = caring('CONSULT')(asked);
  return deniedFor(verdict, 'emergency-not-open') ? allowedBy('EMERGENCY', verdict) : verdict;
};

/** The software of a place of care, under a consent to feed that its people or it recorded; it never reads. */
export const feedingFacility: Rule = ({ actor, facts, at }) => {
  if (actor.role !== 'facility') return denied('not-allowed');
  if (!isOpen(facts)) return denied('not-open');
  const key = facilityKey(actor.facility.id);
  const block = facts.blocked.get(key);
  if (block) return denied('blocked', [block.because]);
  const consent = covering(facts.consents.get(key), 'FEED', at);
  if (consent) return granted('CONSENT', null, [consent.because]);
  const taken = facts.withdrawn.get(key);
  return taken ? denied('consent-withdrawn', [taken.because]) : denied('no-consent');
};
/** The same software declares that the person was informed and agreed. */
export const declaringFacility: Rule = (asked) => {
  const verdict = feedingFacility(asked);
  return deniedFor(verdict, 'no-consent', 'consent-withdrawn') ? allowedBy('FEEDING_DUTY', verdict) : verdict;
};

/** Attending doctor or administrator: who reads the history (CSP R.1111-43). */
export const trusted: Rule = (asked) => {
  const verdict = readingNormally(asked);
  const { reason } = verdict.receipt;
  if (verdict.refusal !== null || reason === 'ATTENDING_DOCTOR' || reason === 'ADMINISTRATOR') return verdict;
  return denied('not-allowed');
};
/** Administrator: who blocks others in the holder's name (domain reference 3.4). */
export const administering: Rule = (asked) => {
  const verdict = trusted(asked);
  if (verdict.refusal !== null || asked.actor.role !== 'professional') return verdict;
  const administrator = asked.facts.administrators.get(asked.actor.professional.id);
  return administrator ? { ...allowedBy('ADMINISTRATOR', verdict), viewer: verdict.viewer } : denied('not-allowed');
};
