import type { AccessEvent, Grantee } from '../../domain/access/access-vocabulary.js';
import type { ActorEvent, PassageEvent } from '../../domain/access/passage.js';
import type { EndingEvent } from '../../domain/enrolment/ending-vocabulary.js';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import type { DocumentEvent } from '../../domain/record/document-vocabulary.js';
import type { CopyEvent } from '../../domain/portability/copy-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import { accessSentences } from './access-sentences.js';
import { copySentences } from './copy-sentences.js';
import { documentSentences } from './document-sentences.js';
import { passageSentences } from './passage-sentences.js';
import { spaceSentences } from './space-sentences.js';
import type { Sentence } from './words.js';

/** Every fact a person may read about in the history of a space. */
export type HistoryFact = SpaceEvent | EndingEvent | AccessEvent | DocumentEvent | CopyEvent | PassageEvent | ActorEvent;

/** Each fact in words a person understands; null: it only says more of another one. A fact without a sentence in both languages does not compile. */
export const sentences: { readonly [T in HistoryFact['type']]: Sentence<Of<HistoryFact, T>> | null } = {
  ...spaceSentences,
  ...accessSentences,
  ...documentSentences,
  ...copySentences,
  ...passageSentences,
  // Said by the line of the refusal that it counts on.
  AccessDeniedAgain: null,
};

/** The professional or place of care that a fact is about, beside who acted. */
export function aboutOf(event: HistoryFact): Grantee | null {
  if ('grantee' in event) return event.grantee;
  if ('whom' in event) return event.whom;
  if ('professional' in event) return { kind: 'PROFESSIONAL', id: event.professional };
  return 'facility' in event ? { kind: 'FACILITY', id: event.facility } : null;
}
