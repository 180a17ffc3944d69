import type { Actor } from '../shared/actor.js';
import { reject, type Rejection } from '../shared/rejection.js';
import { epochOf, deadlineAfter, type Instant, type LocalDate } from '../shared/time.js';
import type { Event } from '../shared/decider.js';
import { policy } from './policy.js';

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
export type Channel = 'EMAIL' | 'POST';
export interface CodeIssue {
  /** The code is derived from this at the moment of printing; it is stored nowhere. */
  readonly seed: string;
  /** HMAC of the code: how it is recognised. */
  readonly codeDigest: string;
  readonly issuedAt: Instant;
  /** Last instant at which it is accepted. */
  readonly expiresAt: Instant;
  readonly channel: Channel;
}
export type CodeEvent =
  | Event<'ProvisionalCodeIssued', 1, CodeIssue>
  | Event<'ProvisionalCodeRenewed', 1, CodeIssue>
  | Event<'ProvisionalCodeRefused', 1, { codeDigest: string; tries: number }>
  | Event<'ProvisionalCodeLocked', 1, { codeDigest: string }>
  | Event<'ProvisionalCodeConsumed', 1, { codeDigest: string }>;

/** The latest code of a person: issuing a new one revokes it. */
export type Code =
  | { readonly status: 'NONE' }
  | {
      readonly status: 'LIVING' | 'CONSUMED' | 'LOCKED';
      readonly digest: string;
      readonly issuedAt: Instant;
      readonly expiresAt: Instant;
      readonly tries: number;
    };

export const NO_CODE: Code = { status: 'NONE' };

/** What is known of somebody from the fund, as far as a proof of identity needs it. */
export interface IdentityOnFile {
  readonly birthDate: LocalDate;
  /** Null: no card with a serial number on file; the person must call 3422. */
  readonly vitaleSerial: string | null;
}
/** What somebody shows to prove who he is when he has no account. */
export interface CodeProof {
  readonly kind: 'CODE';
  readonly codeDigest: string;
  readonly vitaleSerial: string;
  readonly birthDate: LocalDate;
}
export interface CardProof {
  readonly kind: 'CARD';
  readonly vitaleSerial: string;
  readonly birthDate: LocalDate;
}
/** What the agent of the 3422 line checked by asking. */
export interface PhoneProof {
  readonly kind: 'PHONE';
  readonly checked: readonly PhoneCheck[];
}
export type PhoneCheck = 'INS' | 'BIRTH_DATE' | 'VITALE_SERIAL' | 'ADDRESS';

/** A new seed and its digest, made at the edge; the rule adds the dates. */
export interface FreshCode {
  readonly seed: string;
  readonly codeDigest: string;
}

/** The payload of an issue at this moment: valid until the end of its last day, inclusive. */
export const issueOf = (fresh: FreshCode, channel: Channel, at: Instant): CodeIssue => ({
  ...fresh,
  issuedAt: at,
  expiresAt: deadlineAfter(at, policy.provisionalCode).last,
  channel,
});

/** Cards with a photo show 21 digits of which the first ten are always the same: people type all of them, or the last eleven. */
const serial = (typed: string): string => typed.replace(/\D/g, '').replace(/^8025000002(?=\d{11}$)/, '');
/** The shortest serial number of a card: a file that brings less has brought none, and an empty field must never match one. */
const SERIAL_DIGITS = 8;

const hasCard = ({ vitaleSerial }: IdentityOnFile): boolean => vitaleSerial !== null && serial(vitaleSerial).length >= SERIAL_DIGITS;
const sameCard = (shown: { vitaleSerial: string; birthDate: LocalDate }, onFile: IdentityOnFile): boolean =>
  hasCard(onFile) && serial(shown.vitaleSerial) === serial(onFile.vitaleSerial ?? '') && shown.birthDate === onFile.birthDate;

const remembered = (codeDigest: string, tries: number): CodeEvent[] => [
  { type: 'ProvisionalCodeRefused', v: 1, codeDigest, tries },
  ...(tries >= policy.codeTries ? [{ type: 'ProvisionalCodeLocked', v: 1, codeDigest } as const] : []),
];

/** Null when the code is the living one and card and birth date agree with it; a wrong card is remembered and counts. */
export function refusalOfCode(proof: CodeProof, code: Code, onFile: IdentityOnFile, at: Instant): Rejection<CodeEvent> | null {
  if (code.status === 'NONE' || code.digest !== proof.codeDigest) return reject('conflict', 'enrolment/code-superseded');
  if (code.status === 'CONSUMED') return reject('conflict', 'enrolment/code-already-used');
  if (code.status === 'LOCKED') return reject('locked', 'enrolment/code-locked');
  if (at > code.expiresAt) return reject('conflict', 'enrolment/code-expired');
  if (!hasCard(onFile)) return reject('conflict', 'enrolment/no-card-on-file');
  if (!sameCard(proof, onFile)) return reject('forbidden', 'enrolment/not-recognised', ...remembered(code.digest, code.tries + 1));
  return null;
}

/** Null when card and birth date agree: enough to have a code sent to the address on file, and to nothing else. */
export const refusalOfCard = (proof: CardProof, onFile: IdentityOnFile): Rejection | null =>
  sameCard(proof, onFile) ? null : reject('not-found', 'enrolment/nobody-recognised');

/** Null when an agent says so, who checked the INS, the birth date, and one thing more that only the person is likely to know. */
export const refusalOfPhoneChecks = ({ checked }: PhoneProof, by: Actor): Rejection | null => {
  if (by.role !== 'support') return reject('forbidden', 'enrolment/agent-needed');
  const more = checked.includes('VITALE_SERIAL') || checked.includes('ADDRESS');
  return checked.includes('INS') && checked.includes('BIRTH_DATE') && more ? null : reject('forbidden', 'enrolment/checks-missing');
};

/** Null when the last request lies far enough back (the official service says MIN_DELAY_ERROR). */
export const refusalOfHaste = (code: Code, at: Instant): Rejection | null =>
  code.status !== 'NONE' && epochOf(at) - epochOf(code.issuedAt) < policy.codeRenewalDelay
    ? reject('too-early', 'enrolment/code-asked-too-soon')
    : null;

/** How a code lives: a new one replaces the old one, tries count, use consumes. */
export const evolveCode = {
  issued: ({ codeDigest, issuedAt, expiresAt }: CodeIssue): Code => ({
    status: 'LIVING',
    digest: codeDigest,
    issuedAt,
    expiresAt,
    tries: 0,
  }),
  refused: (code: Code, tries: number): Code => (code.status === 'NONE' ? code : { ...code, tries }),
  ended: (code: Code, status: 'CONSUMED' | 'LOCKED'): Code => (code.status === 'NONE' ? code : { ...code, status }),
};
