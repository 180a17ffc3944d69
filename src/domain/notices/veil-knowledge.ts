import type { DocumentEvent, HiddenFrom } from '../record/document-vocabulary.js';
import { visibleAt } from '../record/hiding.js';
import type { Recorded } from '../shared/fact.js';
import type { Tagged } from '../shared/decider.js';
import type { Instant } from '../shared/time.js';

const told: readonly DocumentEvent['type'][] = ['AnnouncementConsultationHeld', 'DocumentRevealedAutomatically'];
const isOpening = (event: Tagged): event is Extract<DocumentEvent, { type: 'VeilOpened' }> => event.type === 'VeilOpened';

const isFirst = (event: Tagged): event is Extract<DocumentEvent, { type: 'DocumentDeposited' }> =>
  event.type === 'DocumentDeposited' && (event as Partial<Extract<DocumentEvent, { type: 'DocumentDeposited' }>>).version === 1;

/**
 * From whom the facts of a veil are hidden at this moment, by all that lies in it: from the holder until somebody told him of the document, or its month
 * is over, told or not; from his representatives for good. A veil nobody opened hides from everybody.
 */
export function hiddenByVeil(veil: readonly Pick<Recorded, 'event'>[], at: Instant): readonly HiddenFrom[] {
  const events = veil.map(({ event }) => event);
  const opening = events.find(isOpening);
  if (!opening) return ['HOLDER', 'REPRESENTATIVES'];
  const first = events.find(isFirst);
  const known =
    events.some(({ type }) => (told as readonly string[]).includes(type)) || (first !== undefined && at >= visibleAt(first.since));
  return known ? opening.hiddenFrom.filter((whom) => whom !== 'HOLDER') : opening.hiddenFrom;
}
