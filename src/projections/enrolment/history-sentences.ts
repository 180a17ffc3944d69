import type { SpaceQueryName } from '../../domain/access/matrix.js';
import type { PassageEvent } from '../../domain/access/passage.js';
import type { Channel } from '../../domain/enrolment/provisional-code.js';
import type { OpeningMode, SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import type { Role } from '../../domain/shared/actor.js';
import type { Of } from '../../domain/shared/decider.js';
import type { Instant } from '../../domain/shared/time.js';
import { firstDay, lastDay } from '../shared/legal-date.js';
import { englishDay, frenchDay, parisTime } from '../../application/shared/paris-words.js';

/** Every fact a person may read about in the history of a space. */
export type HistoryFact = SpaceEvent | PassageEvent;
/** What of a fact its sentence needs: kept in the row, never more. */
export type Details = Readonly<Record<string, string | number>>;
export interface Words {
  readonly fr: string;
  readonly en: string;
}
/** A sentence in both languages, and what it needs of its fact. `by` is the kind of person who acted. */
export interface Sentence<E> {
  readonly keep: (event: E) => Details;
  readonly say: (kept: Details, by: Role) => Words;
}

const always = <E>(fr: string, en: string): Sentence<E> => ({ keep: () => ({}), say: () => ({ fr, en }) });
/** The one cast: what `keep` has put into a row is what `say` gets back from it. */
const from = <E, D extends Details>(keep: (event: E) => D, say: (kept: D, by: Role) => Words): Sentence<E> => ({
  keep,
  say: say as Sentence<E>['say'],
});

const BY_CHANNEL: Readonly<Record<Channel, Words>> = {
  EMAIL: { fr: 'par courriel', en: 'by e-mail' },
  POST: { fr: 'par courrier postal', en: 'by post' },
};
const ON_CHANNEL: Readonly<Record<'WEB' | 'PHONE_3422', Words>> = {
  WEB: { fr: 'sur le site', en: 'on the website' },
  PHONE_3422: { fr: 'par téléphone, au 3422', en: 'by telephone, on 3422' },
};
const OPENED: Readonly<Record<OpeningMode, Words>> = {
  AUTOMATIC: {
    fr: 'Votre espace a été ouvert automatiquement : personne ne s’y est opposé dans les six semaines.',
    en: 'Your space was opened automatically: nobody opposed it within the six weeks.',
  },
  VOLUNTARY: { fr: 'Votre espace a été ouvert à votre demande.', en: 'Your space was opened at your request.' },
  AFTER_OPPOSITION: {
    fr: 'Votre espace a été ouvert à votre demande, bien que vous vous y soyez d’abord opposé.',
    en: 'Your space was opened at your request, although you had opposed it at first.',
  },
};
const WHO: Readonly<Record<Role, Words>> = {
  person: { fr: 'Vous avez', en: 'You' },
  bearer: { fr: 'Une personne munie de votre lettre a', en: 'A person holding your letter' },
  professional: { fr: 'Un professionnel de santé a', en: 'A health professional' },
  facility: { fr: 'Le logiciel d’un établissement de santé a', en: 'The software of a place of care' },
  insurer: { fr: 'L’Assurance maladie a', en: 'The health insurance' },
  support: { fr: 'Un agent du 3422 a', en: 'An agent of the 3422 line' },
  operator: { fr: 'Un agent de l’Assurance maladie a', en: 'An agent of the health insurance fund' },
  compliance: { fr: 'Un agent chargé de la conformité a', en: 'A compliance officer' },
  system: { fr: 'Un automate du service a', en: 'A part of the service' },
};
const LOOKED: Readonly<Record<SpaceQueryName, Words>> = {
  GetSpaceOverview: { fr: 'consulté l’état de votre espace', en: 'looked at the state of your space' },
  GetActivityHistory: { fr: 'consulté l’historique de votre espace', en: 'looked at the history of your space' },
  PreviewClosure: { fr: 'consulté les conséquences d’une clôture', en: 'looked at what closing the space would mean' },
  FindSpaceByIdentity: { fr: 'recherché votre espace d’après votre identité', en: 'looked up your space by your identity' },
  FindPatient: { fr: 'vérifié que vous avez un espace', en: 'checked that you have a space' },
  ListDocuments: { fr: 'consulté la liste de vos documents', en: 'looked at the list of your documents' },
  GetDocument: { fr: 'consulté la fiche d’un document', en: 'looked at the entry of a document' },
  DownloadDocument: { fr: 'ouvert un document', en: 'opened a document' },
  GetDossier: { fr: 'consulté votre dossier', en: 'looked at your record' },
  ListRights: { fr: 'consulté qui a accès à votre espace', en: 'looked at who has access to your space' },
  PreviewMask: { fr: 'consulté qui perdrait de vue un document', en: 'looked at who would lose sight of a document' },
  ListNotices: { fr: 'consulté les notifications de votre espace', en: 'looked at the notices of your space' },
};

const codeSent = (kept: { channel: Channel; until: Instant }, fr: string, en: string): Words => ({
  fr: `${fr} ${BY_CHANNEL[kept.channel].fr}. Il est valable jusqu’au ${lastDay(kept.until).fr}.`,
  en: `${en} ${BY_CHANNEL[kept.channel].en}. It is valid until ${lastDay(kept.until).en}.`,
});
const onItsState = (asOf: string): Words =>
  asOf === ''
    ? { fr: '', en: '' }
    : {
        fr: `, à la date du ${frenchDay(asOf as Instant)} à ${parisTime(asOf as Instant)}`,
        en: `, as of ${englishDay(asOf as Instant)} at ${parisTime(asOf as Instant)}`,
      };

/** Each fact in words a person understands. A fact without a sentence in both languages does not compile. */
export const sentences: { readonly [T in HistoryFact['type']]: Sentence<Of<HistoryFact, T>> } = {
  PersonDeclaredEligible: always(
    'Votre caisse d’assurance maladie vous a inscrit parmi les personnes pour qui un espace peut être créé.',
    'Your health insurance fund listed you among the people for whom a space can be created.',
  ),
  InvitationSent: from(
    ({ channel, opposableUntil, opensAt }) => ({ channel, until: opposableUntil, opens: opensAt }),
    ({ channel, until, opens }) => ({
      fr: `Une lettre d’information vous a été envoyée ${BY_CHANNEL[channel].fr}. Vous pouvez vous opposer à la création de votre espace jusqu’au ${lastDay(until).fr}. Sans opposition, il s’ouvrira le ${firstDay(opens).fr}.`,
      en: `An information letter was sent to you ${BY_CHANNEL[channel].en}. You can oppose the creation of your space until ${lastDay(until).en}. Without opposition it opens on ${firstDay(opens).en}.`,
    }),
  ),
  InvitationBounced: always(
    'La lettre d’information n’a pas pu vous être remise. Une autre vous sera envoyée par courrier postal.',
    'The information letter could not be delivered to you. Another one will be sent by post.',
  ),
  ProvisionalCodeIssued: from(
    ({ channel, expiresAt }) => ({ channel, until: expiresAt }),
    (kept) => codeSent(kept, 'Un code provisoire vous a été envoyé', 'A provisional code was sent to you'),
  ),
  ProvisionalCodeRenewed: from(
    ({ channel, expiresAt }) => ({ channel, until: expiresAt }),
    (kept) =>
      codeSent(
        kept,
        'Un nouveau code provisoire, qui remplace le précédent, vous a été envoyé',
        'A new provisional code, which replaces the one before, was sent to you',
      ),
  ),
  ProvisionalCodeRefused: from(
    ({ tries }) => ({ tries }),
    ({ tries }) => ({
      fr: `Votre code provisoire a été saisi avec une carte Vitale ou une date de naissance erronée (essai n° ${tries}).`,
      en: `Your provisional code was entered with a wrong Vitale card or date of birth (try no. ${tries}).`,
    }),
  ),
  ProvisionalCodeLocked: always(
    'Votre code provisoire a été bloqué après trop d’essais erronés. Vous pouvez en demander un nouveau.',
    'Your provisional code was locked after too many wrong tries. You can ask for a new one.',
  ),
  ProvisionalCodeConsumed: always(
    'Votre code provisoire a été utilisé ; il ne peut plus servir.',
    'Your provisional code was used; it cannot be used again.',
  ),
  OppositionRegistered: from(
    ({ channel }) => ({ channel }),
    ({ channel }) => ({
      fr: `Votre opposition à la création de votre espace a été enregistrée ${ON_CHANNEL[channel].fr}.`,
      en: `Your opposition to the creation of your space was registered ${ON_CHANNEL[channel].en}.`,
    }),
  ),
  OppositionWithdrawn: from(
    ({ channel }) => ({ channel }),
    ({ channel }) => ({
      fr: `Votre opposition a été retirée ${ON_CHANNEL[channel].fr}.`,
      en: `Your opposition was withdrawn ${ON_CHANNEL[channel].en}.`,
    }),
  ),
  SpaceOpened: from(
    ({ mode }) => ({ mode }),
    ({ mode }) => OPENED[mode],
  ),
  AutomaticOpeningFailed: always(
    'Votre espace n’a pas pu être ouvert, pour une raison technique. Vous pouvez toujours vous y opposer.',
    'Your space could not be opened, for a technical reason. You can still oppose it.',
  ),
  AutomaticCreationBlocked: always(
    'L’ouverture automatique a été arrêtée : la personne qui a reçu la lettre a déclaré ne pas être le représentant légal.',
    'The automatic opening was stopped: the person who received the letter declared not to be the legal representative.',
  ),
  SpaceOpeningRevoked: always(
    'L’ouverture de votre espace a été annulée : vous vous y étiez opposé à temps.',
    'The opening of your space was undone: you had opposed it in time.',
  ),
  SpaceActivated: always('Vous avez activé votre espace.', 'You activated your space.'),
  TermsAccepted: from(
    ({ conditions, privacy }) => ({ conditions, privacy }),
    ({ conditions, privacy }) => ({
      fr: `Vous avez accepté les conditions d’utilisation (version ${conditions}) et la politique de protection des données (version ${privacy}).`,
      en: `You accepted the conditions of use (version ${conditions}) and the data protection policy (version ${privacy}).`,
    }),
  ),
  SpaceClosed: from(
    ({ archivedUntil, requestedBy }) => ({ until: archivedUntil, requestedBy }),
    ({ until, requestedBy }) => ({
      fr: `Votre espace a été clôturé à votre demande${requestedBy === 'SUPPORT' ? ', par téléphone au 3422' : ''}. Vos données sont archivées ; vous pouvez le rouvrir jusqu’au ${lastDay(until).fr}.`,
      en: `Your space was closed at your request${requestedBy === 'SUPPORT' ? ', by telephone on 3422' : ''}. Your data are archived; you can reopen it until ${lastDay(until).en}.`,
    }),
  ),
  SpaceReopened: always(
    'Votre espace a été rouvert, avec les données qui étaient archivées.',
    'Your space was reopened, with the data that were archived.',
  ),
  AccessGranted: from(
    ({ action, asOf }) => ({ action, asOf: asOf ?? '' }),
    ({ action, asOf }, by) => {
      const looked = LOOKED[action as SpaceQueryName];
      const then = onItsState(asOf);
      return { fr: `${WHO[by].fr} ${looked.fr}${then.fr}.`, en: `${WHO[by].en} ${looked.en}${then.en}.` };
    },
  ),
};
