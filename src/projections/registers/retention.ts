import { GetRetention, type RetentionCounts } from '../../application/registers/controls.queries.js';
import { answerTo } from '../../application/shared/subject-query.js';
import type { AuditEvent } from '../../domain/audit/destruction.js';
import { erasureLateFrom } from '../../domain/enrolment/ending.js';
import type { EndingEvent } from '../../domain/enrolment/ending-vocabulary.js';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import { trueOn } from '../../domain/shared/fact.js';
import { startOfDay } from '../../domain/shared/time.js';
import { nullable, table, type Projection } from '../shared/projection.js';

/** Closed spaces, and what waits for them. `decided`: the ground. */
const ends = table(
  'space_end',
  { space_id: 'uuid' },
  {
    archived_until: 'timestamptz',
    asked_at: nullable('timestamptz'),
    erased_from: nullable('timestamptz'),
    late_from: nullable('timestamptz'),
    decided: nullable('text'),
  },
  ['archived_until'],
);
const holds = table('legal_hold', { space_id: 'uuid', hold: 'text' }, { review_on: 'timestamptz' });
/** What is gone, under its certificate; whose it was, nothing here knows. */
const certificates = table(
  'destruction',
  { stream: 'text', rev: 'integer' },
  {
    ground: 'text',
    scope: nullable('text'),
    asked_on: nullable('date'),
    late_from: nullable('timestamptz'),
    done_at: 'timestamptz',
    streams: 'integer',
    events: 'integer',
  },
  ['done_at'],
);

type Ends = EndingEvent | Of<SpaceEvent, 'SpaceClosed' | 'SpaceReopened' | 'DestructionRequested'> | Of<AuditEvent, 'SpaceDestroyed'>;

const NOT_ASKED = { asked_at: null, erased_from: null, late_from: null } as const;

/** What must be gone, and from when on; and what is gone. */
export const retention: Projection<Ends> = {
  name: 'retention',
  version: 3,
  reads: ['space', 'audit'],
  tables: [ends, holds, certificates],
  on: {
    SpaceClosed: ({ event: { archivedUntil } }, space_id) => [
      ends.put({ space_id }, { archived_until: archivedUntil, ...NOT_ASKED, decided: null }),
    ],
    SpaceReopened: (_, space_id) => [ends.drop({ space_id })],
    ErasureRequested: (fact, space_id) => {
      const asked_at = trueOn(fact);
      return [ends.patch({ space_id }, { asked_at, erased_from: fact.event.executeOn, late_from: erasureLateFrom(asked_at) })];
    },
    ErasureRequestCancelled: (_, space_id) => [ends.patch({ space_id }, NOT_ASKED)],
    LegalHoldPlaced: ({ event: { hold, reviewOn } }, space_id) => [holds.put({ space_id, hold }, { review_on: reviewOn })],
    LegalHoldLifted: ({ event: { hold } }, space_id) => [holds.drop({ space_id, hold })],
    DestructionRequested: ({ event: { ground } }, space_id) => [ends.patch({ space_id }, { decided: ground })],
    SpaceDestroyed: ({ event: { ground, scope, askedOn, parts }, stream, rev, at }) => [
      certificates.put(
        { stream, rev },
        {
          ground,
          scope,
          asked_on: askedOn,
          late_from: askedOn && erasureLateFrom(startOfDay(askedOn)),
          done_at: at,
          streams: parts.length,
          events: parts.reduce((sum, { events }) => sum + events, 0),
        },
      ),
    ],
  },
};

/** A closed space that a legal hold keeps, whatever else is due. */
export const HELD = `EXISTS (SELECT FROM legal_hold h WHERE h.space_id = e.space_id)`;
const DUE = `decided IS NULL AND (archived_until < $1::timestamptz OR erased_from <= $1::timestamptz)`;
const COUNTS = `SELECT
    count(*) FILTER (WHERE decided IS NULL AND archived_until < $1::timestamptz AND NOT ${HELD})::integer AS "pastArchive",
    count(*) FILTER (WHERE decided IS NULL AND erased_from <= $1::timestamptz AND NOT ${HELD})::integer AS "pastErasure",
    count(*) FILTER (WHERE ${DUE} AND ${HELD})::integer AS held,
    count(*) FILTER (WHERE decided IS NOT NULL)::integer AS "underWay"
  FROM space_end e WHERE decided IS NOT NULL OR archived_until < $1::timestamptz OR erased_from <= $1::timestamptz`;

export const answerGetRetention = answerTo('GetRetention', GetRetention, async (sql, _, { moment }): Promise<RetentionCounts> => {
  const [counts] = await sql<RetentionCounts>(COUNTS, moment);
  return counts ?? { pastArchive: 0, pastErasure: 0, held: 0, underWay: 0 };
});
