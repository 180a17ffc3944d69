import { said, type Texts } from './said.js';

/** Refusal codes of the life of a space, of identities and of imports, and what is said to the person. */
export const enrolmentProblemTexts: Readonly<Record<string, Texts>> = {
  'enrolment/account-needed': said('Identifiez-vous d’abord avec votre compte.', 'Identify yourself with your account first.'),
  'enrolment/agent-needed': said('Seul un agent du 3422 peut faire cela.', 'Only an agent of the 3422 line can do this.'),
  'enrolment/already-open': said(
    'L’espace est déjà ouvert ; il peut être fermé à tout moment.',
    'The space is already open; it can be closed at any time.',
  ),
  'enrolment/archivist-needed': said(
    'Seul un archiviste peut faire cela, avec un délégué à la conformité.',
    'Only an archivist can do this, together with a compliance officer.',
  ),
  'enrolment/destruction-not-due': said('Le jour de la destruction n’est pas venu.', 'The day of the destruction has not come.'),
  'enrolment/hold-differs': said(
    'Une conservation de ce numéro dit autre chose : rien n’a été changé. Posez-en une autre, sous un autre numéro.',
    'A legal hold of this id says something else: nothing was changed. Place another one, under another id.',
  ),
  'enrolment/legal-hold': said('Une autorité a fait conserver ces données.', 'An authority had these data kept.'),
  'enrolment/second-person-needed': said('Cet acte demande une seconde personne.', 'This act needs a second person.'),
  'enrolment/archive-over': said(
    'Les dix ans d’archivage sont écoulés : l’espace ne peut plus être rouvert.',
    'The ten years of archive are over: the space cannot be reopened.',
  ),
  'enrolment/backdating-needs-two-people': said(
    'Une opposition antidatée doit être confirmée par un second agent.',
    'A backdated opposition must be confirmed by a second agent.',
  ),
  'enrolment/checks-missing': said(
    'Vérifiez le numéro INS, la date de naissance, et la carte Vitale ou l’adresse.',
    'Check the INS number, the birth date, and the Vitale card or the address.',
  ),
  'enrolment/closed': said('L’espace est fermé.', 'The space is closed.'),
  'enrolment/code-already-used': said('Ce code a déjà servi.', 'This code has already been used.'),
  'enrolment/code-asked-too-soon': said(
    'Un code vient d’être envoyé. Attendez 30 secondes avant d’en demander un autre.',
    'A code has just been sent. Wait 30 seconds before asking for another one.',
  ),
  'enrolment/code-expired': said('Ce code n’est plus valable. Demandez-en un nouveau.', 'This code is no longer valid. Ask for a new one.'),
  'enrolment/code-locked': said(
    'Ce code est bloqué après trop d’essais. Demandez-en un nouveau.',
    'This code is locked after too many tries. Ask for a new one.',
  ),
  'enrolment/code-or-substantial-identity-needed': said(
    'Il faut un code reçu par courrier, ou une identification de niveau substantiel.',
    'A code from a letter is needed, or an identification of substantial level.',
  ),
  'enrolment/code-superseded': said('Un code plus récent vous a été envoyé.', 'A more recent code was sent to you.'),
  'enrolment/code-unknown': said('Ce code n’est pas reconnu.', 'This code is not recognised.'),
  'enrolment/contacts-not-found': said(
    'Aucune adresse électronique n’est connue : demandez un courrier.',
    'No e-mail address is known: ask for a letter.',
  ),
  'enrolment/date-in-the-future': said('Cette date est dans le futur.', 'This date lies in the future.'),
  'enrolment/deadline-passed': said(
    'Le délai de six semaines est écoulé. L’espace peut être fermé à tout moment.',
    'The six weeks are over. The space can be closed at any time.',
  ),
  'enrolment/no-card-on-file': said('Aucune carte Vitale n’est enregistrée. Appelez le 3422.', 'No Vitale card is on file. Call 3422.'),
  'enrolment/no-such-campaign': said('Cette campagne n’existe pas.', 'There is no such campaign.'),
  'enrolment/no-such-space': said('Cet espace n’existe pas.', 'There is no such space.'),
  'enrolment/nobody-recognised': said('Ces informations ne désignent personne.', 'Nobody is recognised by this.'),
  'enrolment/not-closed': said('L’espace n’est pas fermé.', 'The space is not closed.'),
  'enrolment/not-invited': said('La personne n’a pas été invitée, ou ne l’est plus.', 'The person was not invited, or no longer is.'),
  'enrolment/not-open': said('L’espace n’est pas ouvert.', 'The space is not open.'),
  'enrolment/not-opposed': said('Il n’y a pas d’opposition à retirer.', 'There is no opposition to withdraw.'),
  'enrolment/opened-unannounced': said(
    'L’espace s’est ouvert alors que son annonce n’était pas partie à sa date.',
    'The space opened although its information had not left on its day.',
  ),
  'enrolment/not-recognised': said(
    'La carte Vitale ou la date de naissance ne correspond pas.',
    'The Vitale card or the birth date does not agree.',
  ),
  'enrolment/not-sent-by-email': said(
    'L’invitation n’a pas été envoyée par courrier électronique.',
    'The invitation was not sent by e-mail.',
  ),
  'enrolment/not-suppressed': said(
    'Aucune destruction n’empêche cette personne d’avoir un espace : il n’y a rien à lever.',
    'No destruction keeps this person from having a space: there is nothing to lift.',
  ),
  'enrolment/reauthentication-needed': said('Identifiez-vous de nouveau pour cette action.', 'Identify yourself again for this.'),
  'enrolment/terms-outdated': said(
    'Une version plus récente des conditions doit être acceptée.',
    'A more recent version of the terms must be accepted.',
  ),
  'identity/finess-invalid': said('Ce numéro FINESS n’est pas valable.', 'This FINESS number is not valid.'),
  'identity/ins-malformed': said('Ce numéro INS est mal formé.', 'This INS number is malformed.'),
  'identity/ins-unknown-source': said('L’origine de ce numéro INS est inconnue.', 'The source of this INS number is unknown.'),
  'identity/ins-wrong-key': said('La clé de ce numéro INS est fausse.', 'The key of this INS number is wrong.'),
  'identity/real-ins-outside-production': said(
    'Un numéro INS réel n’est pas accepté hors production.',
    'A real INS number is not accepted outside production.',
  ),
  'identity/rpps-invalid': said('Ce numéro RPPS n’est pas valable.', 'This RPPS number is not valid.'),
  'identity/test-ins-in-production': said(
    'Un numéro INS de test n’est pas accepté en production.',
    'A test INS number is not accepted in production.',
  ),
  'import/missing-column': said('Il manque une colonne au fichier.', 'The file lacks a column.'),
};
