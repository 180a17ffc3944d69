import { replayProblemTexts } from './replay-problem-texts.js';
import { said, type Texts } from './said.js';

/** The refusals of access, and of looking into its past. */
export const accessProblemTexts: Readonly<Record<string, Texts>> = {
  ...replayProblemTexts,
  'access/already-adult': said(
    'Le titulaire est majeur : personne ne le représente plus.',
    'The holder is an adult: nobody represents him any more.',
  ),
  'access/attending-doctor-blocked-by-holder-only': said(
    'Seul le titulaire peut bloquer son médecin traitant.',
    'Only the holder can block his attending doctor.',
  ),
  'access/code-already-used': said('Ce code a déjà servi.', 'This code has already been used.'),
  'access/code-expired': said(
    'Ce code n’est plus valable. Demandez-en un nouveau au titulaire.',
    'This code is no longer valid. Ask the holder for a new one.',
  ),
  'access/code-locked': said(
    'Ce code est bloqué après trop d’essais. Demandez-en un nouveau au titulaire.',
    'This code is locked after too many tries. Ask the holder for a new one.',
  ),
  'access/code-wrong': said('Ce code n’est pas le bon.', 'This is not the right code.'),
  'access/consent-names-nobody': said(
    'Ce consentement est donné à un professionnel, pas à un lieu de soins.',
    'This consent is given to a professional, not to a place of care.',
  ),
  'access/consent-not-for-others': said(
    'Vous ne pouvez recueillir un consentement que pour votre propre lieu de soins.',
    'You can record a consent for your own place of care only.',
  ),
  'access/consent-to-nothing': said(
    'Dites à quoi la personne consent : consulter, alimenter.',
    'Say what the person consents to: reading, feeding.',
  ),
  'access/consult-only': said('La régulation médicale permet de consulter, pas d’alimenter.', 'Medical regulation lets read, not feed.'),
  'access/duration-out-of-range': said(
    'Un accès temporaire dure d’une minute à sept jours.',
    'A temporary access lasts from one minute to seven days.',
  ),
  'access/emergency-not-open': said(
    'Ouvrez d’abord un accès en urgence, avec son motif.',
    'Open an emergency access first, with its reason.',
  ),
  'access/emergency-refused': said('La personne s’est opposée à cet accès en urgence.', 'The person has refused this emergency access.'),
  'access/express-consent-needed': said(
    'La médecine du travail n’accède qu’avec le consentement exprès de la personne.',
    'Medicine at work needs the express consent of the person.',
  ),
  'access/mask-ends-before-it-begins': said('La fin du masquage précède son début.', 'The mask ends before it begins.'),
  'access/mask-in-the-past': said('Un masquage ne peut pas commencer dans le passé.', 'A mask cannot begin in the past.'),
  'access/no-access-of-your-own': said(
    'Il faut avoir soi-même accès pour recueillir le consentement pour un confrère.',
    'One must have access oneself to record a consent for a colleague.',
  ),
  'access/no-consent': said(
    'La personne n’a pas consenti à cet accès. Recueillez d’abord son consentement.',
    'The person has not consented to this access. Record her consent first.',
  ),
  'access/no-document-named': said('Nommez au moins un document.', 'Name at least one document.'),
  'access/matrix-code-unknown': said(
    'La matrice nomme une profession ou un type de document inconnu.',
    'The matrix names a profession or a type of document that is not known.',
  ),
  'access/matrix-malformed': said('La matrice d’habilitations est mal formée.', 'The authorisation matrix is malformed.'),
  'access/matrix-reason-needed': said('Dites pourquoi la matrice change.', 'Say why the matrix changes.'),
  'access/matrix-too-soon': said(
    'Une nouvelle version de la matrice s’applique au plus tôt dans quelques secondes.',
    'A new version of the matrix applies some seconds from now at the earliest.',
  ),
  'access/matrix-unchanged': said('Cette version de la matrice ne change rien.', 'This version of the matrix changes nothing.'),
  'access/no-matrix-then': said(
    'Aucune matrice d’habilitations n’était en vigueur à ce moment.',
    'No authorisation matrix was in force at that moment.',
  ),
  'access/no-such-matrix-version': said('Cette version de la matrice n’existe pas.', 'There is no such version of the matrix.'),
  'access/not-a-facility-id': said('Ce numéro FINESS n’est pas valable.', 'This FINESS number is not valid.'),
  'access/not-a-professional-id': said(
    'Cet identifiant national de professionnel n’est pas valable : c’est 8, suivi du numéro RPPS.',
    'This national identifier of a professional is not valid: it is 8, followed by the RPPS number.',
  ),
  'access/not-allowed': said('Vous n’avez pas le droit de faire cela.', 'You may not do this.'),
  'access/not-regulating': said('Cet accès est réservé aux médecins régulateurs.', 'This access is for regulating doctors only.'),
  'access/not-yourself': said('Cela ne peut pas vous concerner vous-même.', 'This cannot concern yourself.'),
  'access/nothing-here': said('Il n’y a rien ici pour vous.', 'There is nothing here for you.'),
  'access/person-not-informed': said('Informez d’abord la personne.', 'Inform the person first.'),
  'access/profession-may-not-administer': said('Seul un médecin peut être administrateur.', 'Only a doctor can be an administrator.'),
  'access/profession-without-access': said(
    'Votre profession n’a pas accès aux espaces de santé.',
    'Your profession has no access to health spaces.',
  ),
  'access/reason-too-short': said(
    'Indiquez en quelques mots le motif de cet accès en urgence.',
    'Say in a few words why this emergency access is needed.',
  ),
  'access/representative-or-all': said(
    'Indiquez un représentant, ou tous, pas les deux.',
    'Say which representative, or all of them, not both.',
  ),
  'access/representative-without-account': said(
    'Le représentant doit d’abord activer son propre espace.',
    'The representative must activate a space of his own first.',
  ),
  'access/software-only-feeds': said(
    'Un logiciel ne recueille de consentement que pour alimenter.',
    'Software can record a consent to feed only.',
  ),
  'access/space-not-open': said('L’espace n’est pas ouvert.', 'The space is not open.'),
  'access/too-many-documents': said('Pas plus de 500 documents à la fois.', 'Not more than 500 documents at a time.'),
};
