import { said, type Texts } from './said.js';

/** What is said of exports of the log, and of the accounts of auditors. */
export const exportProblemTexts: Readonly<Record<string, Texts>> = {
  'audit/already-approved': said(
    'Vous avez déjà approuvé cet export : une autre personne doit l’approuver.',
    'You approved this export before: somebody else must approve it.',
  ),
  'audit/auditor-end': said('Donnez une date de fin à venir.', 'Give an end that lies ahead.'),
  'audit/auditor-ended': said(
    'Ce compte de contrôleur n’est pas ouvert, ou a pris fin.',
    'This auditor’s account is not open, or has ended.',
  ),
  'audit/export-events-count': said('Choisissez de 1 à 3 000 événements.', 'Choose 1 to 3,000 events.'),
  'audit/export-events-mode': said(
    'Des événements choisis s’exportent en mode nominatif seulement.',
    'Chosen events are exported in nominative mode only.',
  ),
  'audit/export-events-order': said(
    'Donnez les rangs dans l’ordre croissant, chacun une fois.',
    'Give the indexes in ascending order, each once.',
  ),
  'audit/export-events-unknown': said(
    'Un de ces rangs n’est pas encore scellé dans le journal.',
    'One of these indexes is not sealed in the log yet.',
  ),
  'audit/export-kept': said('Ce paquet est encore conservé.', 'This package is still kept.'),
  'audit/export-not-expired': said('Cet export peut encore être approuvé.', 'This export can still be approved.'),
  'audit/export-not-ready': said('Cet export n’est pas prêt.', 'This export is not ready.'),
  'audit/export-other-attempt': said('Cet export a été recommencé ailleurs.', 'This export was begun again elsewhere.'),
  'audit/export-over': said('Cet export n’attend plus cela.', 'This export does not wait for that any more.'),
  'audit/export-period': said('Donnez une période : un début avant une fin.', 'Give a period: a beginning before an end.'),
  'audit/export-reason-needed': said('Donnez un fondement et un motif.', 'Give a legal basis and a reason.'),
  'audit/export-recipient': said(
    'Donnez un destinataire age (age1…), sans faute de frappe.',
    'Give an age recipient (age1…) without a slip.',
  ),
  'audit/export-removed': said(
    'Le paquet de cet export a été supprimé : son délai est passé, ou quelqu’un l’a voulu.',
    'The package of this export was removed: its time was over, or somebody wished it.',
  ),
  'audit/export-scope': said('Ce périmètre n’est pas acceptable.', 'This scope is not acceptable.'),
  'audit/export-too-wide': said(
    'Un export nominatif porte sur une personne, un professionnel, une période ou des événements choisis.',
    'A nominative export is of one person, one professional, a period or chosen events.',
  ),
  'audit/no-such-export': said('Cet export n’existe pas.', 'There is no such export.'),
  'audit/own-export': said(
    'Un export nominatif est approuvé par d’autres que son demandeur.',
    'A nominative export is approved by others than who asked for it.',
  ),
  'request/account-ended': said('Ce compte a pris fin.', 'This account has ended.'),
};
