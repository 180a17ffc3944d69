import { GetActivityHistory, type HistoryLine, type HistoryPage } from '../../application/enrolment/space.queries.js';
import { Refused } from '../../application/shared/refused.js';
import { answerTo } from '../../application/shared/subject-query.js';
import type { Role } from '../../domain/shared/actor.js';
import type { Of } from '../../domain/shared/decider.js';
import type { Recorded } from '../../domain/shared/fact.js';
import { reject } from '../../domain/shared/rejection.js';
import type { Instant } from '../../domain/shared/time.js';
import { nullable, table, type Projected, type Projection } from '../shared/projection.js';
import { sentences, type Details, type HistoryFact } from './history-sentences.js';

type Lane = HistoryLine['lane'];

/** The key is in the order of reading, so one index serves identity and pages; a fact never changes its `at`. */
const lines = table(
  'activity_line',
  { space_id: 'uuid', at: 'timestamptz', lane: 'text', rev: 'integer' },
  { true_on: nullable('timestamptz'), kind: 'text', by: 'text', details: 'jsonb' },
);

const say =
  <T extends HistoryFact['type']>(type: T, lane: Lane) =>
  ({ event, at, rev, meta }: Recorded<Of<HistoryFact, T>>, space_id: string): Projected => [
    lines.put(
      { space_id, at, lane, rev },
      { true_on: meta.on ?? null, kind: type, by: meta.who.role, details: JSON.stringify(sentences[type].keep(event)) },
    ),
  ];
const life = <T extends HistoryFact['type']>(type: T) => say(type, 'LIFE');

/** All that happened to a space and who looked at it, one line per fact (CSP R.1111-43). */
export const activityHistory: Projection<HistoryFact> = {
  name: 'activity-history',
  version: 1,
  reads: ['space', 'passage'],
  tables: [lines],
  on: {
    PersonDeclaredEligible: life('PersonDeclaredEligible'),
    InvitationSent: life('InvitationSent'),
    InvitationBounced: life('InvitationBounced'),
    ProvisionalCodeIssued: life('ProvisionalCodeIssued'),
    ProvisionalCodeRenewed: life('ProvisionalCodeRenewed'),
    ProvisionalCodeRefused: life('ProvisionalCodeRefused'),
    ProvisionalCodeLocked: life('ProvisionalCodeLocked'),
    ProvisionalCodeConsumed: life('ProvisionalCodeConsumed'),
    OppositionRegistered: life('OppositionRegistered'),
    OppositionWithdrawn: life('OppositionWithdrawn'),
    SpaceOpened: life('SpaceOpened'),
    AutomaticOpeningFailed: life('AutomaticOpeningFailed'),
    AutomaticCreationBlocked: life('AutomaticCreationBlocked'),
    SpaceOpeningRevoked: life('SpaceOpeningRevoked'),
    SpaceActivated: life('SpaceActivated'),
    TermsAccepted: life('TermsAccepted'),
    SpaceClosed: life('SpaceClosed'),
    SpaceReopened: life('SpaceReopened'),
    AccessGranted: say('AccessGranted', 'ACCESS'),
  },
};

interface Found {
  readonly at: Instant;
  readonly lane: Lane;
  readonly rev: number;
  readonly true_on: Instant | null;
  readonly kind: HistoryFact['type'];
  readonly by: Role;
  readonly details: string;
}

const opaque = (...parts: readonly (string | number)[]): string => Buffer.from(parts.join(' ')).toString('base64url');

const lineOf = ({ at, lane, rev, true_on, kind, by, details }: Found): HistoryLine => {
  const words = sentences[kind].say(JSON.parse(details) as Details, by);
  return { id: opaque(lane, rev), at, on: true_on ?? at, kind, lane, by, ...words };
};

/** An instant as our own cursors hold it, and nothing that a database would read otherwise, or not at all. */
const isOurs = (at: string): at is Instant => at >= '0001' && !Number.isNaN(Date.parse(at)) && new Date(at).toISOString() === at;

/** Where the page before ended, as the cursor says; the first page begins behind the last possible line. */
function placeOf(cursor: string | null): readonly [at: Instant | 'infinity', lane: string, rev: number] {
  if (cursor === null) return ['infinity', '', 0];
  const [, at, lane, rev] = /^(\d{4}-\S+Z) (LIFE|ACCESS) (\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (at === undefined || lane === undefined || !isOurs(at)) throw new Refused(reject('invalid', 'query/cursor-unknown'));
  return [at, lane, Number(rev)];
}

const LONGEST_PAGE = 100;

export const answerActivityHistory = answerTo('GetActivityHistory', GetActivityHistory, async (sql, { space, page }) => {
  const { first, cursor, lane } = page;
  if (!Number.isInteger(first) || first < 1 || first > LONGEST_PAGE) throw new Refused(reject('invalid', 'query/page-size'));
  const found = await sql<Found>(
    `SELECT at, lane, rev, true_on, kind, by, details FROM activity_line
      WHERE space_id = $1 AND (at, lane, rev) < ($2, $3, $4) AND ($5::text IS NULL OR lane = $5)
      ORDER BY at DESC, lane DESC, rev DESC LIMIT $6`,
    space,
    ...placeOf(cursor),
    lane,
    first + 1,
  );
  const shown = found.slice(0, first);
  const last = found.length > first ? shown.at(-1) : undefined;
  return { lines: shown.map(lineOf), next: last ? opaque(last.at, last.lane, last.rev) : null } satisfies HistoryPage;
});
