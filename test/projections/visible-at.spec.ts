import type { DocumentEvent } from '../../src/domain/record/document-vocabulary.js';
import type { Recorded } from '../../src/domain/shared/fact.js';
import { instant } from '../../src/domain/shared/time.js';
import { practice } from '../../src/projections/access/practice.js';
import { activityHistory } from '../../src/projections/history/activity-history.js';
import { documentEntries } from '../../src/projections/record/documents.js';
import { untyped } from '../../src/projections/shared/projection.js';
import { rowsAfter, told } from '../support/projecting.js';
import { claire, DOCUMENT, documentFacts, VEILED_DOCUMENT } from '../support/record-facts.js';

const SPACE = '0b8f6f0e-90f7-4c10-8f6e-3f61a6a1c001';
const all = [untyped(documentEntries), untyped(activityHistory), untyped(practice)];
/** What each row of each table says, of those that say when the holder sees something. */
function visible(...events: readonly DocumentEvent[]): readonly unknown[] {
  const facts = told('veil-v1', ...events).map((fact): Recorded => ({ ...fact, meta: { ...fact.meta, who: claire } }));
  const rows = all.flatMap((projection) => Object.values(rowsAfter(projection, facts)).flat());
  return rows.flatMap((row) => ('visible_at' in row ? [row['visible_at']] : []));
}
const hidden = { confidentiality: ['INVISIBLE_PATIENT'], since: instant('2028-01-31T22:59:59.999Z') } as const;
const first = documentFacts(SPACE, DOCUMENT, hidden);
const second = documentFacts(SPACE, VEILED_DOCUMENT, { ...hidden, set: DOCUMENT, version: 2 });
const shown = documentFacts(SPACE, VEILED_DOCUMENT, { since: hidden.since, set: DOCUMENT, version: 2 });
/** 29 February of a leap year, 00:00 Paris; the veil was written down on a later day. */
const DAY = '2028-02-28T23:00:00.000Z';

describe('The moment from which the holder sees something', () => {
  it('is the same in every read model, and that of the first deposit, however late the veil was written or replaced', () => {
    expect(visible(first.VeilOpened, first.DocumentDeposited)).toEqual([DAY, DAY, DAY, DAY]);
    expect(visible(first.VeilOpened, first.DocumentDeposited, second.DocumentDeposited)).toEqual([DAY, DAY, DAY, DAY, DAY, DAY]);
  });

  it.each(['AnnouncementConsultationHeld', 'DocumentRevealedAutomatically'] as const)(
    'is gone from every read model after %s, and a version that hides nothing does not bring it back',
    (known) => {
      const facts = [first.VeilOpened, first.DocumentDeposited, first[known]] as const;
      expect(visible(...facts)).toEqual([null, null, null, null]);
      expect(visible(...facts, shown.DocumentDeposited)).toEqual([null, null, null, null, null, null]);
    },
  );
});
