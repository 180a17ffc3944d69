import type { Words } from '../../application/record/words.js';
import type { DocumentEvent } from '../../domain/record/document-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import { from, named, words, type Sentence } from './words.js';

/** Facts that only say more of another one, which has the sentence. */
type Silent = 'VeilOpened' | 'DocumentDescribed';
type Told = Exclude<DocumentEvent['type'], Silent>;

const changed = <E extends { readonly document: string }>(fr: string, en: string): Sentence<E> =>
  from(
    ({ document }: E) => ({ document }),
    ({ document }, { who, titles }) => {
      const title = named(titles([document]));
      return words(`${who.fr} ${fr}${title.fr}.`, `${who.en} ${en}${title.en}.`);
    },
  );
const happened = <E extends { readonly document: string }>(fr: string, en: string): Sentence<E> =>
  from(
    ({ document }: E) => ({ document }),
    ({ document }, { titles }) => {
      const title = named(titles([document]));
      return words(`${fr}${title.fr}.`, `${en}${title.en}.`);
    },
  );

type Unpublished = Of<DocumentEvent, 'DocumentUnpublished'>;
const takenBack: { readonly [R in Unpublished['reason']]: (who: Words) => Words } = {
  WRONG_PATIENT: (who) =>
    words(
      `${who.fr} retiré un document qui avait été déposé par erreur dans votre espace : il concernait une autre personne.`,
      `${who.en} withdrew a document that had been put into your space by mistake: it was about somebody else.`,
    ),
  ERROR: (who) =>
    words(
      `${who.fr} retiré un document qui avait été déposé par erreur.`,
      `${who.en} withdrew a document that had been deposited by mistake.`,
    ),
  OPENING_REVOKED: () =>
    words(
      'Un document déposé pendant que votre espace était ouvert par erreur a été détruit : votre opposition avait été exprimée à temps.',
      'A document that was deposited while your space was open by mistake was destroyed: you had opposed in time.',
    ),
};

/** What happened to documents, in words a person understands; titles are not part of a line, and die with the document. */
export const documentSentences: { readonly [T in Told]: Sentence<Of<DocumentEvent, T>> } & { readonly [T in Silent]: null } = {
  VeilOpened: null,
  DocumentDescribed: null,
  DocumentDeposited: from(
    ({ document, version }) => ({ document, version }),
    ({ document, version }, { who, titles }) => {
      const title = named(titles([document]));
      return version === 1
        ? words(`${who.fr} déposé un document${title.fr}.`, `${who.en} deposited a document${title.en}.`)
        : words(
            `${who.fr} déposé une nouvelle version d’un document${title.fr}.`,
            `${who.en} deposited a new version of a document${title.en}.`,
          );
    },
  ),
  DocumentReplaced: changed('remplacé une ancienne version d’un document', 'replaced an older version of a document'),
  DocumentConfidentialityChanged: from(
    ({ document, masked }) => ({ document, masked }),
    ({ document, masked }, { who, titles }) => {
      const title = named(titles([document]));
      return masked
        ? words(
            `${who.fr} masqué un document${title.fr} aux professionnels de santé.`,
            `${who.en} masked a document${title.en} to health professionals.`,
          )
        : words(
            `${who.fr} retiré le masquage posé par le déposant sur un document${title.fr}.`,
            `${who.en} took back the mask that its depositor had put on a document${title.en}.`,
          );
    },
  ),
  DocumentArchived: changed('archivé un document', 'archived a document'),
  DocumentUnarchived: changed('sorti un document des archives', 'took a document out of the archive'),
  DocumentUnpublished: from(
    ({ reason }) => ({ reason }),
    ({ reason }, { who }) => takenBack[reason](who),
  ),
  DocumentDeleted: from(
    () => ({}),
    (_, { who }) => words(`${who.fr} supprimé un document.`, `${who.en} deleted a document.`),
  ),
  AnnouncementConsultationHeld: changed(
    'tenu une consultation d’annonce et rendu visible un document',
    'held an announcement consultation and made a document visible',
  ),
  AnnouncementReminderSent: happened(
    'Il vous a été rappelé de consulter un professionnel de santé au sujet d’un document',
    'You were reminded to see a health professional about a document',
  ),
  DocumentRevealedAutomatically: happened(
    'Un document est devenu visible : un mois a passé depuis son dépôt',
    'A document has become visible: a month has passed since it was deposited',
  ),
};
