import { said, type Texts } from './said.js';

/** The refusals around reviews of accesses, their rules, and quarantines. */
export const auditProblemTexts: Readonly<Record<string, Texts>> = {
  'audit/alert-rules-malformed': said(
    'Ces règles d’alerte sont incomplètes ou mal formées.',
    'These rules of alerts are incomplete or malformed.',
  ),
  'audit/case-closed': said('Ce dossier de contrôle est clos.', 'This review is closed.'),
  'audit/case-open': said('Ce dossier de contrôle est encore ouvert.', 'This review is still open.'),
  'audit/due-in-the-past': said('L’échéance doit être dans le futur.', 'The due date must lie in the future.'),
  'audit/looker-unclear': said(
    'Indiquez soit un professionnel, soit le rôle et le compte d’un agent.',
    'Name either a professional, or the role and the account of an agent.',
  ),
  'audit/no-such-case': said('Ce dossier de contrôle n’existe pas.', 'There is no such review.'),
  'audit/no-such-quarantine': said('Cette quarantaine n’existe pas.', 'There is no such quarantine.'),
  'audit/not-your-case': said('Ce dossier de contrôle est confié à quelqu’un d’autre.', 'This review is in the hands of somebody else.'),
  'audit/own-looks': said('Personne ne juge ses propres accès.', 'Nobody judges his own accesses.'),
  'audit/purpose-needed': said('Indiquez pourquoi vous consultez (en-tête X-Purpose).', 'Say why you look (header X-Purpose).'),
  'audit/quarantine-settled': said('Cette quarantaine a déjà pris fin.', 'This quarantine has already ended.'),
  'audit/reason-needed': said('Donnez un motif.', 'Give a reason.'),
  'audit/still-unreadable': said('Cet événement reste illisible.', 'This event still cannot be read.'),
  'audit/still-not-projected': said('Cet événement ne peut toujours pas être affiché.', 'Read models still fail on this event.'),
  'audit/text-too-long': said('Ce texte est trop long.', 'This text is too long.'),
  'audit/watched-nobody': said(
    'La liste de surveillance nomme un espace que personne n’a.',
    'The watch list names a space that nobody has.',
  ),
};
