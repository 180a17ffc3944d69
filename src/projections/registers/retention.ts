import { GetRetention, type RetentionCounts } from '../../application/registers/controls.queries.js';
import { answerTo } from '../../application/shared/subject-query.js';
import type { EndingEvent } from '../../domain/enrolment/ending-vocabulary.js';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import { nullable, table, type Projection } from '../shared/projection.js';

/** Closed spaces, and what waits for them. */
const ends = table(
  'space_end',
  { space_id: 'uuid' },
  { archived_until: 'timestamptz', erased_from: nullable('timestamptz'), decided: 'boolean' },
  ['archived_until'],
);
const holds = table('legal_hold', { space_id: 'uuid', hold: 'text' }, { review_on: 'timestamptz' });

type Ends = EndingEvent | Of<SpaceEvent, 'SpaceClosed' | 'SpaceReopened' | 'DestructionRequested'>;

/** What must be gone, and from when on. */
export const retention: Projection<Ends> = {
  name: 'retention',
  version: 1,
  reads: ['space'],
  tables: [ends, holds],
  on: {
    SpaceClosed: ({ event: { archivedUntil } }, space_id) => [
      ends.put({ space_id }, { archived_until: archivedUntil, erased_from: null, decided: false }),
    ],
    SpaceReopened: (_, space_id) => [ends.drop({ space_id })],
    ErasureRequested: ({ event: { executeOn } }, space_id) => [ends.patch({ space_id }, { erased_from: executeOn })],
    ErasureRequestCancelled: (_, space_id) => [ends.patch({ space_id }, { erased_from: null })],
    LegalHoldPlaced: ({ event: { hold, reviewOn } }, space_id) => [holds.put({ space_id, hold }, { review_on: reviewOn })],
    LegalHoldLifted: ({ event: { hold } }, space_id) => [holds.drop({ space_id, hold })],
    DestructionRequested: (_, space_id) => [ends.patch({ space_id }, { decided: true })],
  },
};

const DUE = `NOT decided AND (archived_until < $1::timestamptz OR erased_from <= $1::timestamptz)`;
const HELD = `EXISTS (SELECT FROM legal_hold h WHERE h.space_id = e.space_id)`;
const COUNTS = `SELECT
    count(*) FILTER (WHERE NOT decided AND archived_until < $1::timestamptz AND NOT ${HELD})::integer AS "pastArchive",
    count(*) FILTER (WHERE NOT decided AND erased_from <= $1::timestamptz AND NOT ${HELD})::integer AS "pastErasure",
    count(*) FILTER (WHERE ${DUE} AND ${HELD})::integer AS held,
    count(*) FILTER (WHERE decided)::integer AS "underWay"
  FROM space_end e WHERE decided OR archived_until < $1::timestamptz OR erased_from <= $1::timestamptz`;

export const answerGetRetention = answerTo('GetRetention', GetRetention, async (sql, _, { moment }): Promise<RetentionCounts> => {
  const [counts] = await sql<RetentionCounts>(COUNTS, moment);
  return counts ?? { pastArchive: 0, pastErasure: 0, held: 0, underWay: 0 };
});
