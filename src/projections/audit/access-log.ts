import type { AccessEvent } from '../../domain/access/access-vocabulary.js';
import type { ActorEvent, PassageEvent } from '../../domain/access/passage.js';
import { nameKey, nameTokens, type LookKind } from '../../domain/audit/look.js';
import type { NoticesEvent } from '../../domain/notices/notice-vocabulary.js';
import type { ProfessionalNoticeEvent } from '../../domain/notices/professional-notices.js';
import { professionKey } from '../../domain/access/habilitation.js';
import { nameOf, type Actor } from '../../domain/shared/actor.js';
import type { Of } from '../../domain/shared/decider.js';
import { categoryOf, type Recorded } from '../../domain/shared/fact.js';
import { refusedUnder } from '../history/secret-within.js';
import { kindOf, statedBy } from '../history/who.js';
import { guarded, nullable, table, type Projected, type Projection } from '../shared/projection.js';

/** Who looks for compliance, and the watch over accesses; nobody else ever sees a row. */
const COMPLIANCE = { only: 'COMPLIANCE' } as const;

/**
 * Every look, refusal and emergency, and every consent that somebody recorded himself: one row each. The key is the fact, for its place in the log is not
 * the same in a log that was moved.
 */
const accesses = guarded(
  table(
    'access_log',
    { stream: 'text', rev: 'integer' },
    {
      position: 'bigint',
      at: 'timestamptz',
      kind: 'text',
      space_id: nullable('uuid'),
      /** `nameOf` who looked. */
      actor: 'text',
      /** `<issuer>|<subject>`; null for who has no account. */
      account: nullable('text'),
      by: 'text',
      role: 'text',
      stated: nullable('jsonb'),
      name_key: nullable('text'),
      profession: nullable('text'),
      sector: nullable('text'),
      facility_id: nullable('text'),
      action: 'text',
      mode: 'text',
      document: nullable('text'),
      reason: nullable('text'),
      ground: nullable('jsonb'),
      purpose: nullable('text'),
      secret: 'boolean',
      veiled: 'boolean',
      /** Of a refusal: with stream, what it is about and its veil, what is counted on it. */
      minute: nullable('text'),
      veil: nullable('text'),
      /** Of a question about the past. */
      as_of: nullable('text'),
      /** Of an emergency: what was said for it, and until when it held. */
      said: nullable('text'),
      until: nullable('timestamptz'),
    },
    ['space_id', 'at'],
    ['actor', 'at'],
    ['actor', 'account', 'at', 'kind'],
    ['mode', 'at'],
    ['facility_id', 'name_key'],
  ),
  COMPLIANCE,
);
/** How often a refusal came again within its minute, on the row under the same veil: a row for each process that counted. */
const again = guarded(
  table(
    'access_log_again',
    { stream: 'text', target: 'text', about: 'text', minute: 'text', rev: 'integer' },
    {
      space_id: nullable('uuid'),
      count: 'integer',
      veil: nullable('text'),
      /** Of before numbers said their veil: the one row of that minute, whatever its own. */
      veil_unsaid: 'boolean',
    },
    ['space_id'],
  ),
  COMPLIANCE,
);
/** Who was told of an emergency access, and when: the holder's side, and the attending doctor. */
const told = guarded(
  table(
    'access_log_told',
    { stream: 'text', rev: 'integer' },
    { space_id: 'uuid', professional: 'text', whom: 'text', told_on: 'timestamptz', at: 'timestamptz' },
    ['space_id', 'professional'],
  ),
  COMPLIANCE,
);

type Fact =
  | PassageEvent
  | ActorEvent
  | Of<AccessEvent, 'BreakGlassUsed' | 'AccessConsentRecorded'>
  | Of<NoticesEvent, 'NoticeIssued'>
  | Of<ProfessionalNoticeEvent, 'ProfessionalNotified'>;
type Row = Parameters<typeof accesses.put>[1];

const accountOf = (who: Actor): string | null => ('subject' in who ? `${who.subject.issuer}|${who.subject.sub}` : null);
/** Who, as he stated himself. */
function whoOf({ who, ground }: Recorded['meta']) {
  const stated = statedBy(who);
  const professional = who.role === 'professional' ? who.professional : null;
  return {
    actor: nameOf(who),
    account: accountOf(who),
    by: kindOf(who, ground),
    role: who.role,
    stated: stated && JSON.stringify(stated),
    name_key: professional && nameKey(nameTokens(professional.name)),
    profession: professional && professionKey(professional.profession),
    sector: professional?.sector ?? null,
    facility_id: stated?.facility?.id ?? null,
  };
}
const EMPTY = { document: null, minute: null, veil: null, as_of: null, said: null, until: null } as const;

function rowOf(fact: Recorded<Fact>, kind: LookKind, its: Partial<Row> & Pick<Row, 'space_id' | 'action'>): Projected {
  const { stream, rev, position, at, meta } = fact;
  const { ground, purpose = null, secret = false } = meta;
  return [
    accesses.put(
      { stream, rev },
      {
        ...EMPTY,
        ...whoOf(meta),
        position,
        at,
        kind,
        mode: ground?.mode ?? 'normal',
        reason: ground?.reason ?? null,
        ground: ground ? JSON.stringify(ground) : null,
        purpose,
        secret,
        veiled: categoryOf(stream) === 'veil',
        ...its,
      },
    ),
  ];
}

/** Under a veil the fact says which space; a secret visit has a veil of its own. */
function looked(fact: Recorded<Of<PassageEvent, 'AccessGranted'>>, id: string): Projected {
  const { action, document = null, asOf = null, space } = fact.event;
  return rowOf(fact, 'LOOK', { space_id: space ?? id, action, document, as_of: asOf });
}
/** Null: a question about no space. */
const spaceOr = (target: string): string | null => (target === '' ? null : target);
function refused(fact: Recorded<Of<ActorEvent, 'AccessDenied'>>): Projected {
  const { target, action, reason, minute, document = null } = fact.event;
  const veil = refusedUnder(fact.event, fact.meta);
  return rowOf(fact, 'REFUSED', { space_id: spaceOr(target), action, reason, minute, document, veil, veiled: veil !== null });
}

const on: Projection<Fact>['on'] = {
  AccessGranted: looked,
  AccessDenied: refused,
  AccessDeniedAgain: ({ event: { target, reason, document, minute, count, veil }, stream, rev, meta }) => [
    again.put(
      { stream, target, about: document ?? reason, minute, rev },
      { space_id: spaceOr(target), count, veil: refusedUnder({ veil }, meta), veil_unsaid: veil === undefined },
    ),
  ],
  AccessConsentRecorded: (fact, space_id) => rowOf(fact, 'CONSENT', { space_id, action: 'RecordConsent' }),
  BreakGlassUsed: (fact, space_id) => {
    const { mode, reason: said, until } = fact.event;
    return rowOf(fact, 'EMERGENCY', { space_id, action: 'OpenEmergencyAccess', mode, said, until });
  },
  NoticeIssued: ({ event: { kind, who, on }, stream, rev, at }, space_id) =>
    kind === 'EMERGENCY_ACCESS' && who?.id !== undefined
      ? [told.put({ stream, rev }, { space_id, professional: who.id, whom: 'HOLDER', told_on: on, at })]
      : [],
  ProfessionalNotified: ({ event: { space: space_id, who, on }, stream, rev, at }) => [
    told.put({ stream, rev }, { space_id, professional: who.id ?? '', whom: 'ATTENDING_DOCTOR', told_on: on, at }),
  ],
};

/** Who looked at whom, who was refused, who let himself in: what compliance and the rules of alerts read (domain reference 3.10, 8.3). */
export const accessLog: Projection<Fact> = {
  name: 'access-log',
  version: 5,
  reads: ['passage', 'veil', 'actor', 'access', 'notices'],
  tables: [accesses, again, told],
  on,
};
