import type { Subject } from '../shared/actor.js';
import { nothing, type Decider, type Event, type Intent } from '../shared/decider.js';
import { reject } from '../shared/rejection.js';
import type { Instant } from '../shared/time.js';

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/** In `export-auditors`: personal accounts of an authority, each with the day it ends. */
export type AuditorEvent =
  Event<'AuditorRegistered', 1, { subject: Subject; authority: string; until: Instant }> | Event<'AuditorEnded', 1, { subject: Subject }>;
export type AuditorCommand =
  Intent<'RegisterAuditor', { subject: Subject; authority: string; until: Instant }> | Intent<'EndAuditor', { subject: Subject }>;

/** The stream is `export-auditors`. */
export const AUDITORS = 'auditors';

/** By account, until when. */
export type Auditors = ReadonlyMap<string, Instant>;
const keyOf = ({ issuer, sub }: Subject): string => `${issuer}|${sub}`;

/** True while this account is one of an auditor: registered, and not over. */
export const isAuditor = (auditors: Auditors, subject: Subject, at: Instant): boolean => (auditors.get(keyOf(subject)) ?? '') > at;

/** Accounts of auditors end by themselves: nobody is registered without a day. */
export const auditing: Decider<AuditorCommand, Auditors, AuditorEvent> = {
  category: 'export',
  initial: new Map(),
  decide: {
    RegisterAuditor: ({ at, subject, authority, until }, auditors) => {
      if (until <= at) return reject('invalid', 'audit/auditor-end');
      if (auditors.get(keyOf(subject)) === until) return nothing;
      return [{ type: 'AuditorRegistered', v: 1, subject, authority, until }];
    },
    EndAuditor: ({ at, subject }, auditors) => (isAuditor(auditors, subject, at) ? [{ type: 'AuditorEnded', v: 1, subject }] : nothing),
  },
  evolve: {
    AuditorRegistered: (auditors, { subject, until }) => new Map([...auditors, [keyOf(subject), until]]),
    AuditorEnded: (auditors, { subject }) => new Map([...auditors].filter(([key]) => key !== keyOf(subject))),
  },
};
