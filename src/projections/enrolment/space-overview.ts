import {
  FindSpaceByIdentity,
  GetSpaceOverview,
  ListMySpaces,
  type LegalDate,
  type SpaceOverview,
} from '../../application/enrolment/space.queries.js';
import { answerTo, type Sql } from '../../application/shared/subject-query.js';
import { policy } from '../../domain/enrolment/policy.js';
import type { EndingEvent } from '../../domain/enrolment/ending-vocabulary.js';
import type { Hindrance, SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import type { Actor, Subject } from '../../domain/shared/actor.js';
import { trueOn, type Recorded } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import { firstDay, lastDay } from '../shared/legal-date.js';
import { nullable, table, type Projected, type Projection, type RowOf } from '../shared/projection.js';
import { eligible, standing, statusSql, type ShownStatus } from './space-standing.js';

const overview = table(
  'space_overview',
  { space_id: 'uuid' },
  {
    ...standing,
    handle: 'uuid',
    status_since: 'timestamptz',
    channel: nullable('text'),
    opposable_until: nullable('timestamptz'),
    opens_at: nullable('timestamptz'),
    code_expires: nullable('timestamptz'),
    archived_until: nullable('timestamptz'),
    erased_from: nullable('timestamptz'),
    bounced: 'boolean',
    delayed: 'boolean',
    failed: 'boolean',
    blocked: 'boolean',
    conditions: nullable('text'),
    privacy: nullable('text'),
    holder_issuer: nullable('text'),
    holder_sub: nullable('text'),
    revision: 'integer',
  },
  ['holder_sub', 'holder_issuer'],
);
type Row = RowOf<typeof overview.row>;

/** A space of which nobody knows more than that it may be. */
const unasked = {
  ...eligible,
  channel: null,
  opposable_until: null,
  opens_at: null,
  code_expires: null,
  archived_until: null,
  erased_from: null,
  bounced: false,
  delayed: false,
  failed: false,
  blocked: false,
  conditions: null,
  privacy: null,
  holder_issuer: null,
  holder_sub: null,
} as const;

/** Changes to a space; every fact moves the revision that If-Match rests on. */
const patch = ({ rev }: Recorded, space_id: string, change: Partial<Row> = {}): Projected => [
  overview.patch({ space_id }, { ...change, revision: rev }),
];
/** A change of status, true from the moment the law reads. */
const turn = (fact: Recorded, id: string, change: Partial<Row>): Projected => patch(fact, id, { ...change, status_since: trueOn(fact) });
const holderIs = ({ issuer, sub }: Subject): Partial<Row> => ({ holder_issuer: issuer, holder_sub: sub });

/** What anybody who may see a space sees first: status, dates, what stands in the way. */
export const spaceOverview: Projection<SpaceEvent | EndingEvent> = {
  name: 'space-overview',
  version: 5,
  reads: ['space'],
  tables: [overview],
  on: {
    PersonDeclaredEligible: (fact, space_id) => [
      overview.put({ space_id }, { ...unasked, handle: fact.event.handle, status_since: trueOn(fact), revision: fact.rev }),
    ],
    InvitationSent: (fact, id) => {
      const { channel, opposableUntil, opensAt } = fact.event;
      const dates = { opposable_until: opposableUntil, opens_at: opensAt };
      return turn(fact, id, { invited: true, channel, ...dates, bounced: false, delayed: false, failed: false });
    },
    InvitationBounced: (fact, id) => patch(fact, id, { bounced: true }),
    InvitationDelayed: (fact, id) => patch(fact, id, { delayed: true }),
    AutomaticOpeningFailed: (fact, id) => patch(fact, id, { failed: true }),
    // Holds for good: neither a bounce nor a new letter takes its place.
    AutomaticCreationBlocked: (fact, id) => patch(fact, id, { blocked: true }),
    ProvisionalCodeIssued: (fact, id) => patch(fact, id, { code_expires: fact.event.expiresAt }),
    ProvisionalCodeRenewed: (fact, id) => patch(fact, id, { code_expires: fact.event.expiresAt }),
    ProvisionalCodeRefused: (fact, id) => patch(fact, id),
    ProvisionalCodeLocked: (fact, id) => patch(fact, id, { code_expires: null }),
    ProvisionalCodeConsumed: (fact, id) => patch(fact, id, { code_expires: null }),
    OppositionRegistered: (fact, id) => turn(fact, id, { opposed: true }),
    OppositionWithdrawn: (fact, id) => turn(fact, id, { opposed: false }),
    SpaceOpened: (fact, id) => (fact.event.mode === 'AUTOMATIC' ? turn(fact, id, { opened: true }) : patch(fact, id)),
    SpaceOpeningRevoked: (fact, id) => turn(fact, id, { opened: false }),
    SpaceActivated: (fact, id) => turn(fact, id, { activated: true, ...holderIs(fact.event.subject), conditions: null, privacy: null }),
    TermsAccepted: (fact, id) => patch(fact, id, { conditions: fact.event.conditions, privacy: fact.event.privacy }),
    SpaceClosed: (fact, id) => turn(fact, id, { closed: true, archived_until: fact.event.archivedUntil }),
    SpaceReopened: (fact, id) =>
      turn(fact, id, { closed: false, activated: true, archived_until: null, erased_from: null, ...holderIs(fact.event.subject) }),
    ErasureRequested: (fact, id) => patch(fact, id, { erased_from: fact.event.executeOn }),
    ErasureRequestCancelled: (fact, id) => patch(fact, id, { erased_from: null }),
    LegalHoldPlaced: (fact, id) => patch(fact, id),
    LegalHoldLifted: (fact, id) => patch(fact, id),
    DestructionRequested: (fact, id) => patch(fact, id),
  },
};

type Shown = Omit<Row, 'status_since' | 'opposable_until' | 'opens_at' | 'code_expires' | 'archived_until' | 'erased_from'> & {
  readonly space_id: string;
  readonly status: ShownStatus;
  readonly status_since: Instant;
  readonly opposable_until: Instant | null;
  readonly opens_at: Instant | null;
  readonly code_expires: Instant | null;
  readonly archived_until: Instant | null;
  readonly erased_from: Instant | null;
};

/** Named: the plan of a question does not survive a column that a later version adds. */
const COLUMNS = [...Object.keys(overview.key), ...Object.keys(overview.row)].map((name) => `"${name}"`).join(', ');

const dated = (at: Instant | null, date: (at: Instant) => LegalDate): LegalDate | null => (at === null ? null : date(at));

/** Null when nothing is waited for: only an invited space opens by itself, and not while its letter came back or did not leave on its day, or a recipient declined. */
const openingOf = ({ status, bounced, delayed, blocked, opens_at }: Shown): LegalDate | null =>
  status === 'INVITED' && !blocked && !bounced && !delayed ? dated(opens_at, firstDay) : null;

/** The one that lasts longest: a failure alone does not keep the space from opening. */
const hindranceOf = ({ status, ...held }: Shown): SpaceOverview['hindrance'] => {
  if (status !== 'INVITED') return 'NONE';
  return HINDRANCES.find((hindrance) => held[hindrance.toLowerCase() as Lowercase<Hindrance>]) ?? 'NONE';
};
const HINDRANCES = ['BLOCKED', 'BOUNCED', 'DELAYED', 'FAILED'] as const satisfies readonly Hindrance[];

const termsOf = ({ conditions, privacy }: Shown): SpaceOverview['terms'] =>
  conditions === null || privacy === null ? null : { conditions, privacy };

const mustAccept = ({ status, conditions, privacy }: Shown): boolean =>
  status === 'ACTIVE' && (conditions !== policy.terms.conditions || privacy !== policy.terms.privacy);

const shown = (row: Shown): SpaceOverview => ({
  space: row.handle,
  status: row.status,
  statusSince: row.status_since,
  channel: row.channel as SpaceOverview['channel'],
  opposableUntil: row.status === 'INVITED' ? dated(row.opposable_until, lastDay) : null,
  opensOn: openingOf(row),
  codeExpires: dated(row.code_expires, lastDay),
  archivedUntil: dated(row.archived_until, lastDay),
  erasedFrom: dated(row.erased_from, firstDay),
  hindrance: hindranceOf(row),
  terms: termsOf(row),
  shouldAcceptTerms: mustAccept(row),
  revision: row.revision,
});

/** The overview of one space as the tables at hand tell it; null when they know no such space. */
export async function overviewOf(sql: Sql, space: string | null): Promise<SpaceOverview | null> {
  const [row] = await sql<Shown>(`SELECT ${COLUMNS}, ${statusSql} AS status FROM space_overview WHERE space_id = $1`, space);
  return row ? shown(row) : null;
}

/** Only accounts have spaces of their own. */
const accountOf = (actor: Actor): Subject | null => (actor.role === 'person' ? actor.subject : null);

export const answerSpaceOverview = answerTo('GetSpaceOverview', GetSpaceOverview, (sql, { space }) => overviewOf(sql, space));
export const answerFindSpaceByIdentity = answerTo('FindSpaceByIdentity', FindSpaceByIdentity, (sql, { space }) => overviewOf(sql, space));
export const answerListMySpaces = answerTo('ListMySpaces', ListMySpaces, async (sql, { asking }) => {
  const account = accountOf(asking.actor);
  const rows = await sql<Shown>(
    `SELECT ${COLUMNS}, ${statusSql} AS status FROM space_overview WHERE holder_sub = $1 AND holder_issuer = $2 ORDER BY handle`,
    account?.sub ?? null,
    account?.issuer ?? null,
  );
  return rows.map(shown);
});
