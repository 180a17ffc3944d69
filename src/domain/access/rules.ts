import type { Actor, Role, Subject } from '../shared/actor.js';
import type { Rejection } from '../shared/rejection.js';
import type { Instant } from '../shared/time.js';
import { facilityKey } from './access-steps.js';
import type { AccessMode, Operation } from './access-vocabulary.js';
import { answers } from './answers.js';
import { decideAccess } from './decide-access.js';
import { decideDocument } from './decide-document.js';
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
const denied = (denial: Denial, facts: readonly FactRef[] = []): Verdict => ({
  refusal: answers[denial],
  receipt: receiptOf('DENY', denial, 'role', facts),
  viewer: null,
});

const GROUNDS: Readonly<Record<Role, Ground>> = {
  person: 'HOLDER',
  bearer: 'LETTER',
  professional: 'CONSENT',
  facility: 'FEEDING_DUTY',
  insurer: 'FEEDING_DUTY',
  support: 'STAFF',
  operator: 'STAFF',
  compliance: 'STAFF',
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

const same = (a: Subject, b: Subject): boolean => a.issuer === b.issuer && a.sub === b.sub;

/** The account the space is bound to. Somebody else's space and no space at all are the same answer. */
export const theHolder: Rule = ({ actor, facts: { holder } }) => {
  if (actor.role !== 'person') return denied('not-allowed');
  return holder && same(holder, actor.subject) ? granted('HOLDER', { kind: 'HOLDER' }) : denied('nothing-here');
};

/** The holder; until the majority also whoever represents him by law. */
export const theHolderSide: Rule = (asked) => {
  const { actor, facts, at } = asked;
  const verdict = theHolder(asked);
  if (verdict.refusal === null || actor.role !== 'person') return verdict;
  const link = facts.representatives.find(({ subject, until }) => same(subject, actor.subject) && at < until);
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

/** Somebody who may come to be allowed: what he says here is what the decision will rest on. He must take part in care, and not be blocked. */
export const declaring: Rule = (asked) => {
  const verdict = caring('CONSULT')(asked);
  const missing: readonly string[] = ['no-consent', 'consent-withdrawn', 'express-consent-needed'];
  return verdict.refusal !== null && missing.includes(verdict.receipt.reason) ? granted('CONSENT') : verdict;
};

/** All that an emergency asks for but the session, which is opened by this very act. */
export const inEmergency: Rule = (asked) => {
  const verdict = caring('CONSULT')(asked);
  return verdict.receipt.reason === 'emergency-not-open' ? granted('EMERGENCY') : verdict;
};

/** The software of a place of care, under a consent to feed that its people or it recorded; it never reads. */
export const feedingFacility: Rule = ({ actor, facts }) => {
  if (actor.role !== 'facility') return denied('not-allowed');
  if (!isOpen(facts)) return denied('not-open');
  const key = facilityKey(actor.facility.id);
  const block = facts.blocked.get(key);
  if (block) return denied('blocked', [block.because]);
  const consent = facts.consents.get(key);
  if (consent?.scope.includes('FEED')) return granted('CONSENT', null, [consent.because]);
  return denied(facts.withdrawn.has(key) ? 'consent-withdrawn' : 'no-consent');
};
/** The same software declares that the person was informed and agreed. */
export const declaringFacility: Rule = (asked) => {
  const verdict = feedingFacility(asked);
  const missing: readonly string[] = ['no-consent', 'consent-withdrawn'];
  return missing.includes(verdict.receipt.reason) ? granted('FEEDING_DUTY') : verdict;
};

/** Attending doctor or administrator: who reads the history and blocks others in the holder's name (CSP R.1111-43). */
export const trusted: Rule = (asked) => {
  const verdict = caring('CONSULT')(asked);
  const { reason } = verdict.receipt;
  const limited = verdict.viewer?.kind === 'PROFESSIONAL' && verdict.viewer.rubricsOnly;
  if (verdict.refusal !== null) return verdict;
  return (reason === 'ATTENDING_DOCTOR' || reason === 'ADMINISTRATOR') && !limited ? verdict : denied('not-allowed');
};

/** What a rule says of the space, and then what the document itself says; an author reads his own without any consent, unless blocked. */
export const ofDocument =
  (rule: Rule): Rule =>
  (asked) => {
    const { document, actor, facts, law, at, mode } = asked;
    const verdict = rule(asked);
    if (document === undefined) return verdict;
    if (document === null) return verdict.refusal === null ? denied('no-such-document') : verdict;
    const unconsented: readonly string[] = ['no-consent', 'consent-withdrawn'];
    const author = actor.role === 'professional' && document.authors.includes(actor.professional.id) ? actor.professional : null;
    if (verdict.refusal !== null && !(author && unconsented.includes(verdict.receipt.reason))) return verdict;
    const viewer: Viewer | null =
      verdict.viewer ?? (author ? { kind: 'PROFESSIONAL', professional: author, mode, ground: 'AUTHOR', rubricsOnly: false } : null);
    if (viewer === null) return denied('not-allowed');
    const decided = decideDocument(document, viewer, facts, law, at);
    if (!decided.allowed) return { refusal: answers[decided.denial], receipt: decided.receipt, viewer: null };
    const receipt = { ...decided.receipt, facts: [...verdict.receipt.facts, ...decided.receipt.facts] };
    return { refusal: null, receipt, viewer };
  };
