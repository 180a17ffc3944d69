import { valueOf, valuesOf } from '../shared/growing-map.js';
import { nothing } from '../shared/decider.js';
import { reject } from '../shared/rejection.js';
import type { DocumentEvent } from './document-vocabulary.js';
import type { Documents, KnownDocument } from './documents-state.js';
import { hiddenBy, hiddenFrom, remindsAt, visibleAt } from './hiding.js';
import { noSuchDocument, type Rule } from './record-guards.js';

const notHidden = reject('conflict', 'record/not-hidden');

/** The living versions of the same document that the holder has not been told of: he comes to know of all of them at once. */
const untold = ({ byId }: Documents, { set }: KnownDocument): readonly KnownDocument[] =>
  valuesOf(byId).filter(
    (one) => one.set === set && one.status !== 'GONE' && one.known === null && hiddenBy(one.confidentiality).includes('HOLDER'),
  );

/** Each version is made visible by a fact of its own; the holder is told once, of the newest: the older ones come along with it. */
const shown = (
  type: 'AnnouncementConsultationHeld' | 'DocumentRevealedAutomatically',
  versions: readonly KnownDocument[],
): readonly DocumentEvent[] => {
  const newest = versions.at(-1)?.document;
  return versions.map(({ space, document }) => ({
    type,
    v: 1,
    space,
    document,
    ...(newest === undefined || newest === document ? {} : { along: newest }),
  }));
};

/** A health professional told the holder in person: from now on the document is his to see (CSP R.1111-53). */
export const recordAnnouncement: Rule<'RecordAnnouncement'> = ({ document: id, at }, documents) => {
  const document = valueOf(documents.byId, id);
  if (!document || document.status === 'GONE') return noSuchDocument;
  if (document.known === 'ANNOUNCED') return nothing;
  if (!hiddenFrom(document, at).includes('HOLDER')) return notHidden;
  return shown('AnnouncementConsultationHeld', untold(documents, document));
};

/** Two weeks went by without an announcement: once, and only while there is something to be announced. */
export const remind: Rule<'RemindOfAnnouncement'> = ({ document: id, at }, documents) => {
  const document = valueOf(documents.byId, id);
  if (!document || at < remindsAt(document.since) || at >= visibleAt(document.since)) return nothing;
  const waiting = untold(documents, document);
  const newest = waiting.at(-1);
  if (!newest || waiting.some(({ reminded }) => reminded)) return nothing;
  return [{ type: 'AnnouncementReminderSent', v: 1, document: newest.document, space: newest.space }];
};

/** The month is over: what was hidden from the holder shows, in every version. */
export const reveal: Rule<'RevealDocument'> = ({ document: id, at }, documents) => {
  const document = valueOf(documents.byId, id);
  if (!document || at < visibleAt(document.since)) return nothing;
  return shown('DocumentRevealedAutomatically', untold(documents, document));
};
