import type { SpaceEvent } from '../enrolment/space-vocabulary.js';
import type { DestructionWish } from '../record/document-destruction.js';
import type { DocumentEvent } from '../record/document-vocabulary.js';
import type { Intent, Of } from '../shared/decider.js';
import type { Recorded } from '../shared/fact.js';
import type { Consequence, Process } from '../shared/process.js';
import type { Instant } from '../shared/time.js';
import type { CopyCommand, CopyEvent } from './copy-vocabulary.js';

/** That a copy is to be put together: long work, which waits in a table of its own. */
export type MakeCopy = Intent<'MakeCopy', { copy: string }>;
/** That what nobody could write of copies while their space was closed is written. `reopened`: when that was. */
export type SettleCopies = Intent<'SettleCopies', { reopened: Instant }>;
export type CopyWish = MakeCopy | SettleCopies | Of<CopyCommand, 'ExpireCopies' | 'WithdrawCopies'> | DestructionWish;

type Reopened = Of<SpaceEvent, 'SpaceReopened'>;
type Gone = Of<DocumentEvent, 'DocumentUnpublished' | 'DocumentDeleted'>;
/** Under a veil too: the fact names the space. */
const withdrawn = ({ event: { space, document } }: Recorded<Gone>): readonly Consequence<CopyWish>[] => [
  { id: space, wish: { type: 'WithdrawCopies', document } },
];

/** From the wish for a copy to the end of its bytes. */
export const copyReactions: Process<CopyEvent | DocumentEvent | Reopened, CopyWish> = {
  name: 'copies',
  listensTo: ['record', 'veil', 'space'],
  on: {
    CopyRequested: ({ event: { copy } }, id) => [{ id, wish: { type: 'MakeCopy', copy } }],
    CopyReady: ({ event: { until } }, id) => [{ id, wish: { type: 'ExpireCopies' }, notBefore: until }],
    // A copy lies under a key of its own, as a document does, and ends as one does.
    CopyEnded: ({ event: { copy, blob } }, id) => [{ id, wish: { type: 'DestroyDocument', space: id, document: copy, blob } }],
    DocumentUnpublished: withdrawn,
    DocumentDeleted: withdrawn,
    SpaceReopened: ({ at }, id) => [{ id, wish: { type: 'SettleCopies', reopened: at } }],
  },
};
