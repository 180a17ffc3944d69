import fc from 'fast-check';
import type { Recorded, StreamName } from '../../src/domain/shared/fact.js';
import { activityHistory } from '../../src/projections/history/activity-history.js';
import { campaignReport } from '../../src/projections/enrolment/campaign-report.js';
import { deadlinesDue } from '../../src/projections/enrolment/deadlines-due.js';
import { spaceOverview } from '../../src/projections/enrolment/space-overview.js';
import type { Projection } from '../../src/projections/shared/projection.js';
import { campaignFacts, passageFacts, spaceFacts } from '../support/enrolment-facts.js';
import { rowsAfter, told } from '../support/projecting.js';

const streamOf = (stream: StreamName, facts: object) =>
  fc.array(fc.constantFrom(...(Object.values(facts) as { type: string }[])), { maxLength: 12 }).map((events) => told(stream, ...events));
const streams = fc.tuple(
  streamOf('space-a', spaceFacts),
  streamOf('space-b', spaceFacts),
  streamOf('passage-a', passageFacts),
  streamOf('campaign-c1', campaignFacts),
);

/** Takes from the streams in turn as `picks` says, each in its own order. */
const interleaved = (parts: readonly (readonly Recorded[])[], picks: readonly number[]): readonly Recorded[] => {
  const left = parts.map((part) => [...part]);
  const taken = picks.flatMap((pick) => left[pick % left.length]?.splice(0, 1) ?? []);
  return [...taken, ...left.flat()];
};

describe.each([spaceOverview, deadlinesDue, campaignReport, activityHistory].map((p) => [p.name, p as unknown as Projection] as const))(
  'The rows of %s',
  (_, projection) => {
    it('are the same for any interleaving of different streams', () =>
      fc.assert(
        fc.property(streams, fc.array(fc.nat({ max: 3 }), { maxLength: 40 }), (parts, picks) => {
          expect(rowsAfter(projection, interleaved(parts, picks))).toEqual(rowsAfter(projection, parts.flat()));
        }),
        { numRuns: 200 },
      ));
  },
);
