import type { Beneficiary } from '../../src/domain/enrolment/beneficiary.js';
import { policy } from '../../src/domain/enrolment/policy.js';
import type { CardProof, CodeIssue, CodeProof, FreshCode, PhoneProof } from '../../src/domain/enrolment/provisional-code.js';
import type { SpaceCommand, SpaceEvent } from '../../src/domain/enrolment/space-vocabulary.js';
import { IMPORTER, SCHEDULER, type Actor } from '../../src/domain/shared/actor.js';
import type { Of } from '../../src/domain/shared/decider.js';
import { epochOf, instantOf, type Instant, type LocalDate } from '../../src/domain/shared/time.js';

// Nobody here exists: the identities come from the synthetic range of the national identity's test registry.

type Fact<T extends SpaceEvent['type']> = Of<SpaceEvent, T>;
type Person = Extract<Actor, { role: 'person' }>;

/** The invitation of the stories is sent on Friday 20 November 2026 at 08:00 in Paris. */
export const DAY_0 = '2026-11-20T07:00:00.000Z' as Instant;
/** 08:00 Paris winter time, `n` days after the sending. */
export const day = (n: number): Instant => instantOf(epochOf(DAY_0) + n * 86_400_000);
/** So many milliseconds after a moment. */
export const later = (at: Instant, milliseconds: number): Instant => instantOf(epochOf(at) + milliseconds);
/** End of Friday 1 January 2027 in Paris: the last instant at which an invitation of DAY_0 can be opposed. */
export const LAST_INSTANT = '2027-01-01T22:59:59.999Z' as Instant;
/** 00:00 of Saturday 2 January 2027 in Paris: the space opens by itself. */
export const OPENING = '2027-01-01T23:00:00.000Z' as Instant;

const beneficiary = (
  own: Pick<Beneficiary, 'ins' | 'familyName' | 'givenNames' | 'sex' | 'birthDate'> & Partial<Beneficiary>,
): Beneficiary => ({
  insOid: '1.2.250.1.213.1.4.10',
  birthPlace: '99999',
  email: `${own.givenNames.toLowerCase()}@courriel.test`,
  address: '1 rue Inventée',
  postalCode: '00000',
  city: 'Villefictive',
  regime: 'CPAM',
  vitaleSerial: null,
  ...own,
});
/** Born in 1987, an e-mail address and a Vitale card with a photo. */
export const ALICE: Beneficiary = beneficiary({
  ins: '287014499991255',
  familyName: 'EXEMPLE-UN',
  givenNames: 'Alice',
  sex: 'F',
  birthDate: '1987-01-15' as LocalDate,
  vitaleSerial: '802500000212345678901',
});
/** Born in 1985, the account of somebody else in the stories of Alice. */
export const BRUNO: Beneficiary = beneficiary({
  ins: '185067599990139',
  familyName: 'EXEMPLE-DEUX',
  givenNames: 'Bruno',
  sex: 'M',
  birthDate: '1985-06-02' as LocalDate,
  vitaleSerial: '802500000298765432109',
});
/** Born in 1958, no e-mail address, an old card without a photo. */
export const DENISE: Beneficiary = beneficiary({
  ins: '258113399990203',
  familyName: 'EXEMPLE-TROIS',
  givenNames: 'Denise',
  sex: 'F',
  birthDate: '1958-11-30' as LocalDate,
  email: null,
  vitaleSerial: '00123456',
});
/** Born in 1942, no e-mail address and no card with a number. */
export const ETIENNE: Beneficiary = beneficiary({
  ins: '142116299991541',
  familyName: 'EXEMPLE-QUATRE',
  givenNames: 'Etienne',
  sex: 'M',
  birthDate: '1942-11-11' as LocalDate,
  email: null,
});

const account = (sub: string): Person => ({
  role: 'person',
  subject: { issuer: 'https://issuer.test', sub },
  assurance: 'substantial',
  authenticatedAt: epochOf(DAY_0),
});
const staff = (role: 'support' | 'operator' | 'compliance' | 'archivist' | 'auditor', sub: string): Actor => ({
  role,
  subject: { issuer: 'https://staff.test', sub },
  assurance: 'high',
});
export const alice = account('alice');
export const bruno = account('bruno');
/** The same account, proven anew at this moment. */
export const freshly = (person: Person, authenticatedAt: Instant): Person => ({ ...person, authenticatedAt: epochOf(authenticatedAt) });
/** The same account, recognised by a password alone. */
export const weakly = (person: Person): Person => ({ ...person, assurance: 'low' });
/** Somebody with a letter in hand, whom nobody knows yet. */
export const bearer: Actor = { role: 'bearer' };
export const agent = staff('support', 'agent-1');
export const operator = staff('operator', 'operator-1');
export const archivist = staff('archivist', 'archivist-1');
export const compliance = staff('compliance', 'compliance-1');
export const secondCompliance = staff('compliance', 'compliance-2');
export const thirdCompliance = staff('compliance', 'compliance-3');
export const auditor = staff('auditor', 'auditor-1');
export const scheduler = SCHEDULER;
export const importer = IMPORTER;

/** The code of the first letter, and those asked for later. */
export const FIRST_CODE: FreshCode = { seed: 'seed-1', codeDigest: 'digest-1' };
export const SECOND_CODE: FreshCode = { seed: 'seed-2', codeDigest: 'digest-2' };
export const THIRD_CODE: FreshCode = { seed: 'seed-3', codeDigest: 'digest-3' };
/** Alice shows a code together with her card (the eleven digits that people type) and her birth date. */
export const aliceShows = ({ codeDigest }: FreshCode): CodeProof => ({
  kind: 'CODE',
  codeDigest,
  vitaleSerial: '12345678901',
  birthDate: ALICE.birthDate,
});
/** Somebody has her letter, but not her card. */
export const strangerShows = (code: FreshCode): CodeProof => ({ ...aliceShows(code), vitaleSerial: '98765432109' });
export const aliceCard: CardProof = { kind: 'CARD', vitaleSerial: '12345678901', birthDate: ALICE.birthDate };
/** The agent asked for all that must be asked. */
export const phoneChecks: PhoneProof = { kind: 'PHONE', checked: ['INS', 'BIRTH_DATE', 'ADDRESS'] };
export const TERMS = policy.terms;

export const CAMPAIGN = 'campaign-1';
const HANDLE = 'handle-of-alice';
export const declare: SpaceCommand = { type: 'DeclareEligible', beneficiary: ALICE, handle: HANDLE, campaign: CAMPAIGN };
export const declared: Fact<'PersonDeclaredEligible'> = {
  type: 'PersonDeclaredEligible',
  v: 1,
  ...ALICE,
  handle: HANDLE,
  campaign: CAMPAIGN,
};
export const invited: Fact<'InvitationSent'> = {
  type: 'InvitationSent',
  v: 1,
  channel: 'EMAIL',
  campaign: CAMPAIGN,
  letter: policy.letter,
  sentAt: DAY_0,
  opposableUntil: LAST_INSTANT,
  opensAt: OPENING,
};
const issue = (code: FreshCode, issuedAt: Instant, expiresAt: Instant): CodeIssue => ({ ...code, issuedAt, expiresAt, channel: 'EMAIL' });
export const codeIssued: Fact<'ProvisionalCodeIssued'> = { type: 'ProvisionalCodeIssued', v: 1, ...issue(FIRST_CODE, DAY_0, LAST_INSTANT) };
/** A code asked for at `at`, valid until the end of the day `expiresAt`. */
export const codeRenewed = (code: FreshCode, at: Instant, expiresAt: Instant): Fact<'ProvisionalCodeRenewed'> => ({
  type: 'ProvisionalCodeRenewed',
  v: 1,
  ...issue(code, at, expiresAt),
});
export const codeRefused = (tries: number, { codeDigest } = FIRST_CODE): Fact<'ProvisionalCodeRefused'> => ({
  type: 'ProvisionalCodeRefused',
  v: 1,
  codeDigest,
  tries,
});
export const codeLocked: Fact<'ProvisionalCodeLocked'> = { type: 'ProvisionalCodeLocked', v: 1, codeDigest: FIRST_CODE.codeDigest };
export const codeConsumed = ({ codeDigest } = FIRST_CODE): Fact<'ProvisionalCodeConsumed'> => ({
  type: 'ProvisionalCodeConsumed',
  v: 1,
  codeDigest,
});
export const bounced: Fact<'InvitationBounced'> = { type: 'InvitationBounced', v: 1, report: 'mailbox-unknown' };
export const delayed: Fact<'InvitationDelayed'> = { type: 'InvitationDelayed', v: 1 };
export const failed: Fact<'AutomaticOpeningFailed'> = { type: 'AutomaticOpeningFailed', v: 1, reason: 'no-qualified-identity' };
export const blocked: Fact<'AutomaticCreationBlocked'> = { type: 'AutomaticCreationBlocked', v: 1, reason: 'NOT_LEGAL_REPRESENTATIVE' };
export const opposedOnline: Fact<'OppositionRegistered'> = { type: 'OppositionRegistered', v: 1, channel: 'WEB' };
export const opposedByPhone: Fact<'OppositionRegistered'> = { type: 'OppositionRegistered', v: 1, channel: 'PHONE_3422' };
export const withdrawn: Fact<'OppositionWithdrawn'> = { type: 'OppositionWithdrawn', v: 1, channel: 'WEB' };
export const openedByItself: Fact<'SpaceOpened'> = { type: 'SpaceOpened', v: 1, mode: 'AUTOMATIC' };
export const openedVoluntarily: Fact<'SpaceOpened'> = { type: 'SpaceOpened', v: 1, mode: 'VOLUNTARY' };
export const openedAfterOpposition: Fact<'SpaceOpened'> = { type: 'SpaceOpened', v: 1, mode: 'AFTER_OPPOSITION' };
export const openingRevoked: Fact<'SpaceOpeningRevoked'> = { type: 'SpaceOpeningRevoked', v: 1 };
export const activated: Fact<'SpaceActivated'> = { type: 'SpaceActivated', v: 1, subject: alice.subject };
export const termsAccepted: Fact<'TermsAccepted'> = { type: 'TermsAccepted', v: 1, ...TERMS };
/** Closed by Alice on Sunday 29 February 2032 in Paris: the archive ends on 28 February 2042. */
export const CLOSING = '2032-02-29T11:00:00.000Z' as Instant;
export const ARCHIVE_END = '2042-02-28T22:59:59.999Z' as Instant;
export const closedByHolder: Fact<'SpaceClosed'> = {
  type: 'SpaceClosed',
  v: 1,
  reason: 'HOLDER_REQUEST',
  requestedBy: 'HOLDER',
  archivedUntil: ARCHIVE_END,
};
export const reopened: Fact<'SpaceReopened'> = { type: 'SpaceReopened', v: 1, subject: alice.subject, restoredFromArchive: true };

/** The way to each status, fact by fact. */
export const toEligible: readonly SpaceEvent[] = [declared];
export const toInvited: readonly SpaceEvent[] = [declared, invited, codeIssued];
export const toOpposed: readonly SpaceEvent[] = [...toInvited, opposedOnline];
export const toOpened: readonly SpaceEvent[] = [...toInvited, openedByItself];
export const toActive: readonly SpaceEvent[] = [...toInvited, openedVoluntarily, codeConsumed(), activated, termsAccepted];
export const toClosed: readonly SpaceEvent[] = [...toActive, closedByHolder];
