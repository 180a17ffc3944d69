import { said, type Texts } from './said.js';

/** What is said of files: on their way in, and on their way out. */
export const fileProblemTexts: Readonly<Record<string, Texts>> = {
  'record/active-content': said(
    'Ce fichier contient un script, une action ou un fichier joint : enregistrez-le sans eux.',
    'This file contains a script, an action or an attached file: save it without them.',
  ),
  'record/archive-refused': said('Les archives ne sont pas acceptées.', 'Archives are not accepted.'),
  'record/bytes-unreadable': said('Ce document ne peut pas être lu pour le moment.', 'This document cannot be read at the moment.'),
  'record/empty': said('Ce fichier est vide.', 'This file is empty.'),
  'record/no-such-range': said('Le document n’a pas cette partie.', 'The document does not have this part.'),
  'record/too-large': said('Ce fichier est trop volumineux.', 'This file is too large.'),
  'record/truncated': said('Ce fichier est incomplet ou endommagé.', 'This file is incomplete or damaged.'),
  'record/type-mismatch': said(
    'Le contenu du fichier ne correspond pas à son type ou à son nom.',
    'What the file contains does not agree with its type or its name.',
  ),
  'record/type-not-accepted': said('Ce type de fichier n’est pas accepté.', 'This type of file is not accepted.'),
  'record/virus-found': said('Ce fichier est dangereux : un virus y a été trouvé.', 'This file is dangerous: a virus was found in it.'),
  'request/multipart-malformed': said(
    'Le formulaire est mal formé : d’abord la partie « metadata », puis les fichiers, un par fiche.',
    'The form is malformed: first the part “metadata”, then the files, one for each entry.',
  ),
};
