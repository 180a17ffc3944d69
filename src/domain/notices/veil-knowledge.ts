import type { DocumentEvent, HiddenFrom } from '../record/document-vocabulary.js';
import type { Recorded } from '../shared/fact.js';
import type { Tagged } from '../shared/decider.js';

const told: readonly DocumentEvent['type'][] = ['AnnouncementConsultationHeld', 'DocumentRevealedAutomatically'];
const isOpening = (event: Tagged): event is Extract<DocumentEvent, { type: 'VeilOpened' }> => event.type === 'VeilOpened';

/**
 * From whom the facts of a veil are still hidden, by all that lies in it: from the holder until somebody told him of the document, from his
 * representatives for good. A veil nobody opened hides from everybody.
 */
export function hiddenByVeil(veil: readonly Pick<Recorded, 'event'>[]): readonly HiddenFrom[] {
  const opening = veil.map(({ event }) => event).find(isOpening);
  if (!opening) return ['HOLDER', 'REPRESENTATIVES'];
  const known = veil.some(({ event }) => (told as readonly string[]).includes(event.type));
  return known ? opening.hiddenFrom.filter((whom) => whom !== 'HOLDER') : opening.hiddenFrom;
}
