import { ListDeadlinesDue, type DueDay } from '../../application/enrolment/campaign.queries.js';
import { answerTo } from '../../application/shared/subject-query.js';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import { trueOn } from '../../domain/shared/fact.js';
import { parisDay } from '../../domain/shared/time.js';
import { ignored, table, type Projected, type Projection } from '../shared/projection.js';

/** One row per space and kind. `opposed` and `hindered` hold a date back without forgetting it: an opposition may be withdrawn. */
const due = table('deadline_due', { space_id: 'uuid', kind: 'text' }, { day: 'date', opposed: 'boolean', hindered: 'boolean' }, ['day']);
/** Spaces that never open by themselves any more, whatever is sent or reported later. */
const blocks = table('opening_block', { space_id: 'uuid' }, { since: 'date' });
const OPENING = 'OPENING';
const ARCHIVE_END = 'ARCHIVE_END';

const opening = (space_id: string) => ({ space_id, kind: OPENING });
const hold = (space_id: string, held: { opposed?: boolean; hindered?: boolean }): Projected => [due.patch(opening(space_id), held)];
const opened = (space_id: string): Projected => [due.drop(opening(space_id))];

/** What will happen by itself, by day: spaces that open, archives that end. */
export const deadlinesDue: Projection<SpaceEvent> = {
  name: 'deadlines-due',
  version: 2,
  reads: ['space'],
  tables: [due, blocks],
  on: {
    PersonDeclaredEligible: ignored,
    InvitationSent: ({ event }, id) => [due.put(opening(id), { day: parisDay(event.opensAt), opposed: false, hindered: false })],
    InvitationBounced: (_, id) => hold(id, { hindered: true }),
    InvitationDelayed: (_, id) => hold(id, { hindered: true }),
    AutomaticOpeningFailed: ignored,
    AutomaticCreationBlocked: (fact, space_id) => [blocks.put({ space_id }, { since: parisDay(trueOn(fact)) })],
    ProvisionalCodeIssued: ignored,
    ProvisionalCodeRenewed: ignored,
    ProvisionalCodeRefused: ignored,
    ProvisionalCodeLocked: ignored,
    ProvisionalCodeConsumed: ignored,
    OppositionRegistered: (_, id) => hold(id, { opposed: true }),
    OppositionWithdrawn: (_, id) => hold(id, { opposed: false }),
    SpaceOpened: (_, id) => opened(id),
    SpaceOpeningRevoked: ignored,
    SpaceActivated: (_, id) => opened(id),
    TermsAccepted: ignored,
    SpaceClosed: ({ event }, space_id) => [
      due.put({ space_id, kind: ARCHIVE_END }, { day: parisDay(event.archivedUntil), opposed: false, hindered: false }),
    ],
    SpaceReopened: (_, space_id) => [due.drop({ space_id, kind: ARCHIVE_END })],
    DestructionRequested: ignored,
  },
};

export const answerDeadlinesDue = answerTo('ListDeadlinesDue', ListDeadlinesDue, (sql, { from, to }) =>
  sql<DueDay>(
    `SELECT day, count(*) FILTER (WHERE kind = '${OPENING}')::integer AS openings,
            count(*) FILTER (WHERE kind = '${ARCHIVE_END}')::integer AS "archiveEnds"
       FROM deadline_due WHERE day BETWEEN $1 AND $2 AND NOT opposed AND NOT hindered
         AND NOT (kind = '${OPENING}' AND EXISTS (SELECT FROM opening_block b WHERE b.space_id = deadline_due.space_id)) GROUP BY day ORDER BY day`,
    from,
    to,
  ),
);
