import { askedIn } from '../../../src/infrastructure/erasure/destruction-steps.js';
import { instant } from '../../../src/domain/shared/time.js';
import { endingFacts as e, spaceFacts as s } from '../../support/enrolment-facts.js';
import { told } from '../../support/projecting.js';

const facts = told<(typeof e)[keyof typeof e] | (typeof s)[keyof typeof s]>('space-a', s.SpaceClosed, e.ErasureRequested);
/** Said at the door a moment before midnight in Paris, written down a moment after. */
const late = facts.map((fact) => ({
  ...fact,
  at: instant('2026-08-31T22:00:01Z'),
  meta: { ...fact.meta, on: instant('2026-08-31T21:59:59Z') },
}));

describe('The day that a certificate names', () => {
  it('is that on which the holder asked, not that on which it was written down', () => {
    expect(askedIn(late)).toBe('2026-08-31');
    expect(askedIn(late.map((fact) => ({ ...fact, meta: facts[0]!.meta })))).toBe('2026-09-01');
  });
  it('is none where he took it back', () => expect(askedIn([...late, ...told('space-a', e.ErasureRequestCancelled)])).toBeNull());
});
