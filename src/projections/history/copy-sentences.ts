import type { CopyEvent } from '../../domain/portability/copy-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import { englishDay, frenchDay } from '../../application/shared/paris-words.js';
import { epochOf, instantOf, type Instant } from '../../domain/shared/time.js';
import { always, did, from, words, type Sentence } from './words.js';

/** The last day on which it can be fetched: the first moment that does not count is midnight of the next. */
const lastDay = (until: string): Instant => instantOf(epochOf(until as Instant) - 1);

/** What became of copies of the data of a space; which documents were in them is no part of a line. */
export const copySentences: { readonly [T in CopyEvent['type']]: Sentence<Of<CopyEvent, T>> } = {
  CopyRequested: did('demandé une copie des données de votre espace', 'asked for a copy of the data of your space'),
  CopyReady: from(
    ({ until }) => ({ until }),
    ({ until }) =>
      words(
        `La copie des données demandée est prête. Elle peut être téléchargée jusqu’au ${frenchDay(lastDay(until))} (inclus).`,
        `The copy of the data that was asked for is ready. It can be downloaded until ${englishDay(lastDay(until))} (included).`,
      ),
  ),
  CopyFailed: always(
    'La copie des données demandée n’a pas pu être préparée.',
    'The copy of the data that was asked for could not be prepared.',
  ),
  CopyEnded: from(
    ({ why }) => ({ why }),
    ({ why }) =>
      why === 'EXPIRED'
        ? words('Une copie de données a été effacée : son délai est passé.', 'A copy of data was erased: its time was over.')
        : words(
            'Une copie de données a été effacée : un document qu’elle contenait a été retiré.',
            'A copy of data was erased: a document in it was taken back.',
          ),
  ),
};
