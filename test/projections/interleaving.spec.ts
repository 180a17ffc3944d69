import fc from 'fast-check';
import type { Recorded, StreamName } from '../../src/domain/shared/fact.js';
import { accessLog } from '../../src/projections/audit/access-log.js';
import { accountActs } from '../../src/projections/registers/account-acts.js';
import { activityHistory } from '../../src/projections/history/activity-history.js';
import { campaignReport } from '../../src/projections/enrolment/campaign-report.js';
import { deadlinesDue } from '../../src/projections/enrolment/deadlines-due.js';
import { noticeCentre } from '../../src/projections/notices/notices.js';
import { professionalNoticeCentre } from '../../src/projections/notices/professional-notices.js';
import { linkedStreamsOfSpaces } from '../../src/projections/record/linked-streams.js';
import { practice } from '../../src/projections/access/practice.js';
import { documentEntries } from '../../src/projections/record/documents.js';
import { retention } from '../../src/projections/registers/retention.js';
import { spaceOverview } from '../../src/projections/enrolment/space-overview.js';
import type { Projection } from '../../src/projections/shared/projection.js';
import { campaignFacts, endingFacts, spaceFacts } from '../support/enrolment-facts.js';
import { rowsAfter, told, writtenAt } from '../support/projecting.js';
import { accessFacts, claire, DOCUMENT, documentFacts, looked, refused, refusedAgain, VEILED_DOCUMENT } from '../support/record-facts.js';

/** Facts of one stream, at places of the log where no other stream has any. */
const streamOf = (stream: StreamName, facts: readonly { type: string }[], from: bigint) =>
  fc
    .array(fc.constantFrom(...facts), { maxLength: 12 })
    .map((events) => told(stream, ...events).map((fact) => ({ ...fact, position: from + fact.position })));
const byClaire = (recorded: readonly Recorded[]): readonly Recorded[] =>
  recorded.map((fact) => ({ ...fact, meta: { ...fact.meta, who: claire } }));
const words = { who: { kind: 'PROFESSIONAL', id: '8101', name: 'Dr Martin' }, on: writtenAt(0), about: { stream: 'passage', rev: 3 } };
const notified = (space: string, professional = '8101') => ({
  type: 'ProfessionalNotified',
  v: 1,
  notice: `n-${space}`,
  professional,
  space,
  kind: 'EMERGENCY_ACCESS',
  ...words,
});
const issued = (notice: string) => ({ type: 'NoticeIssued', v: 1, notice, kind: 'ACCESS', hiddenFrom: [], mandatory: false, ...words });
const wasRead = (notice: string) => ({ type: 'NoticesRead', v: 1, reader: 'holder', notices: [notice] });
const { VeilOpened, DocumentDeposited, AnnouncementConsultationHeld, DocumentDescribed } = documentFacts('a', VEILED_DOCUMENT);
const streams = fc.tuple(
  streamOf('space-a', [...Object.values(spaceFacts), ...Object.values(endingFacts)], 0n),
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
  streamOf(
    'actor-x',
    [refused('a'), refused('b'), refusedAgain('a', 2), refused('a', { veil: 'veil-v1' }), notified('a'), notified('b')],
    700n,
  ).map(byClaire),
  streamOf('actor-y', [refused('a'), notified('a', '8102')], 800n).map(byClaire),
  streamOf(
    'audit-202611-erasure-0a',
    [{ type: 'SpaceDestroyed', ground: 'ERASURE', scope: 'SPACE', askedOn: null, parts: [] } as { type: string }],
    1_000n,
  ),
  streamOf('notices-a', [issued('n1'), issued('n2'), wasRead('n1'), wasRead('n2')], 900n),
);

/** Takes from the streams in turn as `picks` says, each in its own order. */
const interleaved = (parts: readonly (readonly Recorded[])[], picks: readonly number[]): readonly Recorded[] => {
  const left = parts.map((part) => [...part]);
  const taken = picks.flatMap((pick) => left[pick % left.length]?.splice(0, 1) ?? []);
  return [...taken, ...left.flat()];
};

describe.each(
  [
    ...[spaceOverview, deadlinesDue, campaignReport, activityHistory, practice],
    ...[documentEntries, linkedStreamsOfSpaces, noticeCentre, professionalNoticeCentre, accessLog, accountActs, retention],
  ].map((p) => [p.name, p as unknown as Projection] as const),
)('The rows of %s', (_, projection) => {
  it('are the same for any interleaving of different streams', () =>
    fc.assert(
      fc.property(streams, fc.array(fc.nat({ max: 9 }), { maxLength: 80 }), (parts, picks) => {
        expect(rowsAfter(projection, interleaved(parts, picks))).toEqual(rowsAfter(projection, parts.flat()));
      }),
      { numRuns: 100 },
    ));
});
