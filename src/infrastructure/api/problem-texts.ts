import { accessProblemTexts } from './access-problem-texts.js';
import { auditProblemTexts } from './audit-problem-texts.js';
import { enrolmentProblemTexts } from './enrolment-problem-texts.js';
import { exportProblemTexts } from './export-problem-texts.js';
import { fileProblemTexts } from './file-problem-texts.js';
import { historyProblemTexts } from './history-problem-texts.js';
import { portabilityProblemTexts } from './portability-problem-texts.js';
import { registersProblemTexts } from './registers-problem-texts.js';
import { sealProblemTexts } from './seal-problem-texts.js';
import { said, type Texts } from './said.js';

/** Every refusal code and what is said to the person, in both languages. A code without a text fails the tests. */
export const problemTexts: Readonly<Record<string, Texts>> = {
  ...accessProblemTexts,
  ...auditProblemTexts,
  ...enrolmentProblemTexts,
  ...exportProblemTexts,
  ...fileProblemTexts,
  ...historyProblemTexts,
  ...portabilityProblemTexts,
  ...registersProblemTexts,
  ...sealProblemTexts,

  'query/as-of-in-the-future': said('Ce moment n’est pas encore venu.', 'This moment has not come yet.'),
  'query/cursor-unknown': said('Cette page n’existe pas.', 'There is no such page.'),
  'query/not-caught-up-yet': said(
    'Votre dernier changement n’est pas encore visible. Réessayez.',
    'Your last change does not show yet. Try again.',
  ),
  'query/page-size': said('Une page compte de 1 à 100 lignes.', 'A page holds 1 to 100 lines.'),
  'query/past-too-long': said(
    'Relire tout le passé prend trop de temps en ce moment. Réessayez plus tard.',
    'Reading the whole past again takes too long now. Try again later.',
  ),
  'query/receipt-unknown': said('Ce reçu n’est pas des nôtres.', 'This receipt is not one of ours.'),
  'record/already-replaced': said(
    'Une version plus récente a déjà remplacé ce document.',
    'A more recent version has already replaced this document.',
  ),
  'record/already-visible': said(
    'Une nouvelle version ne peut pas cacher ce qui a déjà été visible. Déposez un nouveau document.',
    'A new version cannot hide what has already been visible. Deposit a new document.',
  ),
  'record/archived': said(
    'Ce document est archivé : désarchivez-le d’abord.',
    'This document is archived: take it out of the archive first.',
  ),
  'record/author-missing': said('Indiquez au moins un auteur.', 'Name at least one author.'),
  'record/author-not-you': said('Vous ne pouvez déposer qu’en votre propre nom.', 'You can only deposit in your own name.'),
  'record/batch-too-large': said('Ces documents dépassent ensemble 25 Mo.', 'Together these documents exceed 25 MB.'),
  'record/batch-too-many': said('Déposez au plus 20 documents à la fois.', 'Deposit at most 20 documents at a time.'),
  'record/class-mismatch': said('La classe ne correspond pas au type de document.', 'The class does not agree with the type of document.'),
  'record/created-in-the-future': said('La date de création est dans le futur.', 'The creation date lies in the future.'),
  'record/destroyed': said('Ce document a été supprimé définitivement.', 'This document has been removed for good.'),
  'record/directives-are-for-adults': said(
    'Les mineurs ne peuvent pas rédiger de directives anticipées.',
    'Minors cannot write advance directives.',
  ),
  'record/directives-cannot-be-hidden': said(
    'Les directives anticipées ne peuvent pas être cachées au titulaire ni à ses représentants.',
    'Advance directives cannot be hidden from the holder or from those who represent him.',
  ),
  'record/format-mismatch': said('Le format déclaré ne correspond pas au fichier.', 'The stated format does not agree with the file.'),
  'record/hiding-begins-with-deposit': said(
    'Un document ne peut être rendu non visible qu’à son dépôt.',
    'A document can be hidden from somebody at its deposit only.',
  ),
  'record/hiding-stays': said(
    'Ce document reste non visible : une annonce le montre au patient, rien ne le montre aux représentants légaux.',
    'This document stays hidden: an announcement shows it to the patient, nothing shows it to legal representatives.',
  ),
  'record/hiding-excludes-masking': said(
    'Un document non visible par le patient ne peut pas être masqué aux professionnels.',
    'A document hidden from the patient cannot be masked to professionals.',
  ),
  'record/hiding-is-for-professionals': said(
    'Seul un professionnel peut rendre un document non visible à son dépôt.',
    'Only a professional can hide a document when depositing it.',
  ),
  'record/holder-is-adult': said(
    'Le titulaire est majeur : il n’y a pas de représentants légaux à qui cacher le document.',
    'The holder is an adult: there are no legal representatives to hide the document from.',
  ),
  'record/language-unknown': said('Ce code de langue n’est pas reconnu.', 'This language code is not recognised.'),
  'record/not-hidden': said(
    'Ce document n’est pas, ou n’est plus, caché au titulaire.',
    'This document is not, or no longer, hidden from the holder.',
  ),
  'record/not-yours-to-delete': said(
    'Vous ne pouvez pas supprimer un document que vous n’avez pas déposé vous-même.',
    'You cannot delete a document that you did not deposit yourself.',
  ),
  'record/nothing-here': said('Il n’y a pas de tel document.', 'There is no such document.'),
  'record/secret-must-be-hidden': said(
    'Sous le secret du mineur, le document doit être non visible par les représentants légaux.',
    'Under the secret of a minor, the document must be hidden from the legal representatives.',
  ),
  'record/service-ends-before-it-starts': said('La fin de l’acte précède son début.', 'The end of the act comes before its beginning.'),
  'record/title-length': said('Un titre compte de 1 à 128 caractères.', 'A title has 1 to 128 characters.'),
  'record/too-many-at-once': said('Supprimez au plus 10 documents à la fois.', 'Delete at most 10 documents at a time.'),
  'record/type-not-in-dmp': said('Ce type de document ne peut pas être déposé ici.', 'This type of document cannot be deposited here.'),
  'record/unique-id-used': said(
    'Cet identifiant unique a déjà servi pour un autre document.',
    'This unique identifier was already used for another document.',
  ),
  'record/unknown-code': said(
    'Un code de la fiche n’est pas dans les nomenclatures en vigueur.',
    'A code of the entry is not in the value sets in force.',
  ),
  'record/wrong-place': said(
    'Ce document ne peut pas être rangé à cet endroit du dossier.',
    'This document cannot be kept in this part of the record.',
  ),
  'request/assurance-too-low': said(
    'Votre identification n’est pas assez forte pour ce rôle.',
    'Your identification is not strong enough for this role.',
  ),
  'request/changed-meanwhile': said(
    'La situation a changé entre-temps. Relisez avant de décider.',
    'Things have changed meanwhile. Read again before deciding.',
  ),
  'request/erased': said('Ces données ont été effacées pour toujours.', 'This has been erased for ever.'),
  'request/facility-not-yours': said(
    'Vous n’exercez pas dans ce lieu, d’après votre identification.',
    'You do not work in this place, as far as your identification says.',
  ),
  'request/facility-to-be-chosen': said(
    'Vous exercez dans plusieurs lieux : indiquez lequel (en-tête X-Facility).',
    'You work in several places: say in which (header X-Facility).',
  ),
  'request/graphql-invalid': said('Cette requête GraphQL ne correspond pas au schéma.', 'This GraphQL document does not fit the schema.'),
  'request/graphql-too-costly': said('Cette requête GraphQL demande trop à la fois.', 'This GraphQL document asks for too much at once.'),
  'request/header-invalid': said(
    'Un en-tête ou un paramètre de la requête est mal formé.',
    'A header or parameter of the request is malformed.',
  ),
  'request/identity-provider-unavailable': said(
    'Le service d’identification ne répond pas. Réessayez plus tard.',
    'The identity provider does not answer. Try again later.',
  ),
  'request/invalid': said('Une ou plusieurs valeurs ne sont pas acceptables.', 'One or more values are not acceptable.'),
  'request/key-used-for-something-else': said(
    'Cette clé d’idempotence a déjà servi pour une autre demande.',
    'This idempotency key was already used for another request.',
  ),
  'request/length-required': said(
    'Annoncez la taille de la requête (Content-Length), ou identifiez-vous.',
    'Announce the size of the request (Content-Length), or identify yourself.',
  ),
  'request/malformed': said('La requête est mal formée.', 'The request is malformed.'),
  'request/no-such-method': said('Cette méthode n’existe pas à cette adresse.', 'There is no such method at this address.'),
  'request/no-such-route': said('Il n’y a rien à cette adresse.', 'There is nothing at this address.'),
  'request/our-fault': said('Une erreur s’est produite chez nous.', 'Something went wrong on our side.'),
  'request/role-not-recognised': said('Ce rôle n’est pas reconnu.', 'This role is not recognised.'),
  'request/space-quarantined': said(
    'Cet espace est momentanément inaccessible. Nos équipes sont prévenues.',
    'This space cannot be reached at the moment. Our teams have been told.',
  ),
  'request/store-unavailable': said('Rien n’a été enregistré. Réessayez.', 'Nothing was recorded. Try again.'),
  'request/token-missing': said('Identifiez-vous.', 'Identify yourself.'),
  'request/token-refused': said('Votre identification n’est pas acceptée.', 'Your identification is not accepted.'),
  'request/too-busy': said('Trop de changements en même temps. Réessayez.', 'Too many changes at the same time. Try again.'),
  'request/too-large': said('La requête est trop grande.', 'The request is too large.'),
  'request/subscription-exists': said('Cet abonnement est déjà en cours.', 'This subscription is already running.'),
  'request/too-many': said('Trop de requêtes. Attendez une minute.', 'Too many requests. Wait a minute.'),
  'request/too-many-live': said('Trop d’abonnements à la fois. Fermez-en un.', 'Too many subscriptions at a time. Close one.'),
  'request/unsupported-media-type': said('Envoyez du JSON.', 'Send JSON.'),
};
