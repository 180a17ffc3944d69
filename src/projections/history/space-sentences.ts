import type { Words } from '../../application/record/words.js';
import type { Channel } from '../../domain/enrolment/provisional-code.js';
import type { EndingEvent } from '../../domain/enrolment/ending-vocabulary.js';
import type { OpeningMode, SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import type { Instant } from '../../domain/shared/time.js';
import { firstDay, lastDay } from '../shared/legal-date.js';
import { always, from, type Sentence } from './words.js';

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
const codeSent = (kept: { channel: Channel; until: Instant }, fr: string, en: string): Words => ({
  fr: `${fr} ${BY_CHANNEL[kept.channel].fr}. Il est valable jusqu’au ${lastDay(kept.until).fr}.`,
  en: `${en} ${BY_CHANNEL[kept.channel].en}. It is valid until ${lastDay(kept.until).en}.`,
});
/** The life of a space, in words a person understands. A fact without a sentence in both languages does not compile. */
export const spaceSentences: { readonly [T in (SpaceEvent | EndingEvent)['type']]: Sentence<Of<SpaceEvent | EndingEvent, T>> } = {
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
  InvitationDelayed: always(
    'Il n’est pas certain que cette lettre d’information soit partie à sa date : vos six semaines ne sont pas comptées à partir d’elle. Votre espace ne s’ouvrira pas de lui-même sans une nouvelle information.',
    'It is not certain that this information letter left on its date: your six weeks are not counted from it. Your space does not open by itself without a new information.',
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
  DestructionRequested: always(
    'Les données de votre espace sont en cours de destruction. Elles ne peuvent plus être rétablies.',
    'The data of your space are being destroyed. They can no longer be brought back.',
  ),
  ErasureRequested: from(
    ({ executeOn, requestedBy }) => ({ on: executeOn, requestedBy }),
    ({ on, requestedBy }) => ({
      fr: `Vous avez demandé la suppression de vos données archivées${requestedBy === 'SUPPORT' ? ', par téléphone au 3422' : ''}. Elle aura lieu le ${firstDay(on).fr} ; vous pouvez l’annuler jusque-là.`,
      en: `You asked for your archived data to be deleted${requestedBy === 'SUPPORT' ? ', by telephone on 3422' : ''}. That will be done on ${firstDay(on).en}; you can cancel it until then.`,
    }),
  ),
  ErasureRequestCancelled: always(
    'Vous avez annulé la demande de suppression de vos données.',
    'You cancelled the request to delete your data.',
  ),
  LegalHoldPlaced: always(
    'Vos données archivées sont conservées sur décision d’une autorité : leur destruction est suspendue.',
    'Your archived data are kept by decision of an authority: their destruction is suspended.',
  ),
  LegalHoldLifted: always(
    'La conservation de vos données décidée par une autorité est levée.',
    'The keeping of your data by decision of an authority has ended.',
  ),
};
