import type { AuditorEvent } from '../../domain/audit/auditors.js';
import { nameOf, type Actor, type Subject } from '../../domain/shared/actor.js';
import { categoryOf, type Recorded } from '../../domain/shared/fact.js';
import { guarded, nullable, table, type Projected, type Projection } from '../shared/projection.js';

const COMPLIANCE = { only: 'COMPLIANCE' } as const;

/** What an account left in the log besides what the log of accesses holds: one row for each fact, under the fact itself, for nothing is counted up here. */
const acts = guarded(
  table(
    'account_act',
    { stream: 'text', rev: 'integer' },
    { space_id: nullable('uuid'), role: 'text', actor: 'text', account: 'text', kind: 'text', what: 'text', at: 'timestamptz' },
    ['actor', 'account', 'at'],
    ['role', 'actor'],
    ['space_id'],
  ),
  COMPLIANCE,
);
/** Accounts that this software itself opens and ends: those of auditors. */
const grants = guarded(
  table(
    'account_grant',
    { actor: 'text' },
    {
      account: 'text',
      authority: 'text',
      granted_at: 'timestamptz',
      granted_by: 'text',
      until: 'timestamptz',
      ended_at: nullable('timestamptz'),
      ended_by: nullable('text'),
    },
  ),
  COMPLIANCE,
);

/** From each fact on until when an account of an auditor holds, unless the next one says otherwise: one that ends it says "no longer". */
const spans = guarded(
  table('account_grant_span', { stream: 'text', rev: 'integer' }, { actor: 'text', at: 'timestamptz', until: 'timestamptz' }, ['actor']),
  COMPLIANCE,
);

type WithAccount = Exclude<Actor, { readonly role: 'person' | 'bearer' | 'system' }>;
const hasAccount = (who: Actor): who is WithAccount => who.role !== 'person' && who.role !== 'bearer' && who.role !== 'system';
const accountOf = (who: WithAccount): string => (who.role === 'facility' ? who.client : `${who.subject.issuer}|${who.subject.sub}`);

const KINDS: Readonly<Record<string, 'LOOK' | 'REFUSED'>> = { ComplianceLooked: 'LOOK', AccessDeniedAgain: 'REFUSED' };
/** Looks at spaces and first refusals: rows of the log of accesses, which name who it was. */
const LOGGED: readonly string[] = ['AccessGranted', 'AccessDenied'];
const OF_SPACES: readonly string[] = ['space', 'access', 'record', 'notices'];
type Named = { readonly space?: string; readonly target?: string };
/** Whose keys decide whether the fact can be read: what lies elsewhere and names a space goes with that space too. */
function spaceOf({ stream, event }: Recorded, id: string): string | null {
  const category = categoryOf(stream);
  if (OF_SPACES.includes(category)) return id;
  const { space, target } = event as Named;
  if (category === 'veil') return space ?? null;
  return category === 'actor' && target !== undefined && target !== '' ? target : null;
}

/** The description dies with its document, under a key of its own; the deposit beside it stays as long as the space. */
const DIES_ALONE = 'DocumentDescribed';
/** A row must not outlive the keys of its fact: under a veil that leaves only what names its space. */
const canStay = ({ stream, event }: Recorded, space: string | null): boolean =>
  event.type !== DIES_ALONE && (categoryOf(stream) !== 'veil' || space !== null);

function act(fact: Recorded, id: string): Projected {
  const { who } = fact.meta;
  if (!hasAccount(who) || LOGGED.includes(fact.event.type)) return [];
  const space_id = spaceOf(fact, id);
  if (!canStay(fact, space_id)) return [];
  const { stream, rev, at, event } = fact;
  const row = {
    space_id,
    role: who.role,
    actor: nameOf(who),
    account: accountOf(who),
    kind: KINDS[event.type] ?? 'ACT',
    what: event.type,
    at,
  };
  return [acts.put({ stream, rev }, row)];
}

const auditorOf = (subject: Subject) => ({
  actor: nameOf({ role: 'auditor', subject, assurance: 'substantial' }),
  account: `${subject.issuer}|${subject.sub}`,
});

/** Accounts with their role and what they did: who used the system, when first and last (domain reference 8.4, point 4). */
export const accountActs: Projection<AuditorEvent> = {
  name: 'account-acts',
  version: 3,
  reads: [
    ...['space', 'access', 'record', 'veil', 'actor', 'notices', 'campaign', 'matrix'],
    ...['request', 'breach', 'alert', 'case', 'audit', 'export'],
  ],
  tables: [acts, grants, spans],
  on: {
    AuditorRegistered: (fact, id) => {
      const { event, stream, rev, at, meta } = fact;
      const { actor, account } = auditorOf(event.subject);
      const row = { account, authority: event.authority, granted_at: at, granted_by: nameOf(meta.who), until: event.until };
      const span = spans.put({ stream, rev }, { actor, at, until: event.until });
      return [...act(fact, id), grants.put({ actor }, { ...row, ended_at: null, ended_by: null }), span];
    },
    AuditorEnded: (fact, id) => {
      const { event, stream, rev, at, meta } = fact;
      const { actor } = auditorOf(event.subject);
      const ended = grants.patch({ actor }, { ended_at: at, ended_by: nameOf(meta.who) });
      return [...act(fact, id), ended, spans.put({ stream, rev }, { actor, at, until: at })];
    },
  },
  every: act,
};
