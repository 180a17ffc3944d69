import { said, type Texts } from './said.js';

/** Refusal codes of copies of data, and what is said to the person. */
export const portabilityProblemTexts: Readonly<Record<string, Texts>> = {
  'portability/copy-ended': said('Cette copie a été effacée. Demandez-en une autre.', 'This copy was erased. Ask for another one.'),
  'portability/copy-not-ready': said('Cette copie n’est pas prête.', 'This copy is not ready.'),
  'portability/no-such-copy': said('Cette copie n’existe pas.', 'There is no such copy.'),
  'portability/too-many-copies': said(
    'Plusieurs copies sont déjà prêtes : téléchargez-les, ou attendez la fin de leur délai.',
    'Several copies are ready already: download them, or wait until their time is over.',
  ),
};
