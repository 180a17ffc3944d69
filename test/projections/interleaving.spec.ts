import fc from 'fast-check';
import type { Recorded, StreamName } from '../../src/domain/shared/fact.js';
import { activityHistory } from '../../src/projections/history/activity-history.js';
import { campaignReport } from '../../src/projections/enrolment/campaign-report.js';
import { deadlinesDue } from '../../src/projections/enrolment/deadlines-due.js';
import { practice } from '../../src/projections/access/practice.js';
import { documentEntries } from '../../src/projections/record/documents.js';
import { spaceOverview } from '../../src/projections/enrolment/space-overview.js';
import type { Projection } from '../../src/projections/shared/projection.js';
import { campaignFacts, spaceFacts } from '../support/enrolment-facts.js';
import { rowsAfter, told } from '../support/projecting.js';
import { accessFacts, claire, DOCUMENT, documentFacts, looked, refused, refusedAgain, VEILED_DOCUMENT } from '../support/record-facts.js';

/** Facts of one stream, at places of the log where no other stream has any. */
const streamOf = (stream: StreamName, facts: readonly { type: string }[], from: bigint) =>
  fc
    .array(fc.constantFrom(...facts), { maxLength: 12 })
    .map((events) => told(stream, ...events).map((fact) => ({ ...fact, position: from + fact.position })));
const byClaire = (recorded: readonly Recorded[]): readonly Recorded[] =>
  recorded.map((fact) => ({ ...fact, meta: { ...fact.meta, who: claire } }));
const { VeilOpened, DocumentDeposited, AnnouncementConsultationHeld, DocumentDescribed } = documentFacts('a', VEILED_DOCUMENT);
const streams = fc.tuple(
  streamOf('space-a', Object.values(spaceFacts), 0n),
  streamOf('space-b', Object.values(spaceFacts), 100n),
  streamOf('passage-a', [looked('ListDocuments'), looked('GetDocument', { document: DOCUMENT })], 200n).map(byClaire),
  streamOf('campaign-c1', Object.values(campaignFacts), 300n),
  streamOf('access-a', Object.values(accessFacts), 400n),
  streamOf('record-a', Object.values(documentFacts('a', DOCUMENT)).slice(1), 500n).map(byClaire),
  streamOf(
    'veil-v1',
    [VeilOpened, DocumentDeposited, DocumentDescribed, AnnouncementConsultationHeld, looked('GetDocument', { space: 'a' })],
    600n,
  ).map(byClaire),
  streamOf('actor-x', [refused('a'), refused('b'), refusedAgain('a', 2), refused('a', { veil: 'veil-v1' })], 700n).map(byClaire),
);

/** Takes from the streams in turn as `picks` says, each in its own order. */
const interleaved = (parts: readonly (readonly Recorded[])[], picks: readonly number[]): readonly Recorded[] => {
  const left = parts.map((part) => [...part]);
  const taken = picks.flatMap((pick) => left[pick % left.length]?.splice(0, 1) ?? []);
  return [...taken, ...left.flat()];
};

describe.each(
  [spaceOverview, deadlinesDue, campaignReport, activityHistory, practice, documentEntries].map(
    (p) => [p.name, p as unknown as Projection] as const,
  ),
)('The rows of %s', (_, projection) => {
  it('are the same for any interleaving of different streams', () =>
    fc.assert(
      fc.property(streams, fc.array(fc.nat({ max: 7 }), { maxLength: 80 }), (parts, picks) => {
        expect(rowsAfter(projection, interleaved(parts, picks))).toEqual(rowsAfter(projection, parts.flat()));
      }),
      { numRuns: 100 },
    ));
});
