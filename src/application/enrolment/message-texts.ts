import { policy } from '../../domain/enrolment/policy.js';
import type { Instant } from '../../domain/shared/time.js';
import { frenchDay, frenchTime } from '../shared/paris-words.js';

/** A message in words: what the person reads. Never anything about health. */
export interface Wording {
  readonly kind: string;
  readonly subject: string;
  readonly paragraphs: readonly string[];
}

/** Where people act: the site, and the telephone line for those without internet. */
export const SITE = 'https://mon-espace-sante.test';
const LINE = 'le 3422 (service gratuit + prix d’un appel, du lundi au vendredi de 8 h 30 à 17 h 30)';
const LINE_AGAIN = 'le 3422';
const CARD = 'Munissez-vous de votre carte Vitale (numéro de série) et de votre date de naissance.';

/** Printed in two halves: easier to read aloud; separators are ignored when it is typed. */
const printed = (code: string): string => `${code.slice(0, 5)}-${code.slice(5)}`;
const included = (last: Instant): string => `${frenchDay(last)} (inclus)`;
const codeLine = (code: string, expiresAt: Instant): string =>
  `Votre code provisoire : ${printed(code)}\nIl est valable jusqu’au ${included(expiresAt)} et n’active votre espace qu’une fois. Ne le communiquez à personne : aucun agent ne vous le demandera.`;

/** The information that opens the six weeks: presentation, functioning, right to object, code (CSP L.1111-13-1, R.1111-28, R.1111-40). */
export const invitation = (
  code: { readonly text: string; readonly expiresAt: Instant },
  dates: { readonly opposableUntil: Instant; readonly opensAt: Instant },
  again: boolean,
): Wording => ({
  kind: 'invitation',
  subject: 'Votre espace santé va être créé',
  paragraphs: [
    ...(again ? ['Ce message remplace toute information précédente : son code et ses dates sont les seuls qui comptent.'] : []),
    'L’Assurance Maladie et le ministère de la Santé mettent à votre disposition, gratuitement, un espace numérique personnel et sécurisé : Mon espace santé.',
    'Vous pourrez y conserver vos documents, échanger par une messagerie sécurisée avec ceux qui vous soignent, tenir votre agenda et choisir des services référencés. Vous décidez qui consulte vos documents, et vous voyez qui l’a fait.',
    codeLine(code.text, code.expiresAt),
    `Pour l’activer dès maintenant, avec votre compte : ${SITE}/activer.`,
    `Vous n’en voulez pas ? Vous pouvez vous y opposer, sans donner de raison, jusqu’au ${included(dates.opposableUntil)} : ${SITE}/opposition ou ${LINE}.`,
    `Dans les deux cas : ${CARD.charAt(0).toLowerCase()}${CARD.slice(1)} Pour être aidé, appelez ${LINE_AGAIN}.`,
    `Sans réponse de votre part, votre espace s’ouvrira de lui-même le ${frenchDay(dates.opensAt)}. Vous pourrez ensuite l’activer ou le fermer à tout moment ; fermé, il est archivé ${policy.archive.years} ans.`,
    'Votre choix n’a aucun effet sur vos remboursements.',
    'Responsables du traitement : le ministre chargé de la santé et la Caisse nationale de l’Assurance Maladie (art. R.1111-26 du code de la santé publique). Vos droits d’accès, de rectification, de limitation et d’effacement s’exercent dans votre espace ou auprès de votre caisse, dont le délégué à la protection des données vous répond. Vous pouvez saisir la CNIL (cnil.fr).',
  ],
});

export const newCode = (code: { readonly text: string; readonly expiresAt: Instant }): Wording => ({
  kind: 'new-code',
  subject: 'Votre nouveau code provisoire',
  paragraphs: [
    'Un nouveau code provisoire a été demandé pour votre espace santé. Il remplace le précédent, qui ne fonctionne plus.',
    codeLine(code.text, code.expiresAt),
    `Pour vous en servir : ${SITE} ou ${LINE}. ${CARD}`,
    `Vous n’avez rien demandé ? Appelez ${LINE}.`,
  ],
});

/** Stands as proof of the opposition. */
export const opposition = (on: Instant, channel: 'WEB' | 'PHONE_3422', withdrawableUntil: Instant | null): Wording => ({
  kind: 'opposition',
  subject: 'Attestation de votre opposition',
  paragraphs: [
    `Nous attestons que votre opposition à la création de votre espace santé a été exprimée le ${frenchDay(on)} à ${frenchTime(on)} (heure de Paris), ${channel === 'WEB' ? 'sur le site' : 'par téléphone au 3422'}. Aucun espace ne sera ouvert, sauf si vous le demandez. Conservez ce message : il en est la preuve.`,
    ...(withdrawableUntil === null
      ? []
      : [
          `Vous changez d’avis ? Vous pouvez retirer cette opposition jusqu’au ${included(withdrawableUntil)} : ${SITE}/opposition ou ${LINE}.`,
        ]),
    `À tout moment, vous pouvez aussi activer votre espace avec un code provisoire, à demander sur ${SITE}/code ou par ${LINE}.`,
  ],
});

export const oppositionWithdrawn = (dates: { readonly opposableUntil: Instant; readonly opensAt: Instant } | null): Wording => ({
  kind: 'opposition-withdrawn',
  subject: 'Votre opposition est retirée',
  paragraphs: [
    'Vous avez retiré votre opposition à la création de votre espace santé.',
    dates === null
      ? 'Vous recevrez une information avant toute ouverture.'
      : `Sans nouvelle opposition jusqu’au ${included(dates.opposableUntil)}, votre espace s’ouvrira de lui-même le ${frenchDay(dates.opensAt)}.`,
    `Ce n’est pas vous ? Appelez ${LINE}.`,
  ],
});

export const opened = (): Wording => ({
  kind: 'opened',
  subject: 'Votre espace santé est ouvert',
  paragraphs: [
    'Le délai pour s’y opposer est passé : votre espace santé est ouvert. Ceux qui vous soignent peuvent y déposer des documents.',
    `Pour le consulter et choisir qui y accède, activez-le : demandez un code provisoire sur ${SITE}/code ou appelez ${LINE}.`,
    `Vous pouvez le fermer à tout moment : par téléphone, et sur le site une fois qu’il est activé.`,
  ],
});

/** Told without delay (CSP R.1111-28). */
export const openingFailed = (): Wording => ({
  kind: 'opening-failed',
  subject: 'Votre espace santé n’a pas pu être ouvert',
  paragraphs: [
    'Une raison technique a empêché l’ouverture de votre espace santé. Nous vous en informons sans délai, comme la loi le prévoit, et nous essaierons de nouveau.',
    `Tant qu’il n’est pas ouvert, vous pouvez encore vous y opposer : ${SITE}/opposition ou ${LINE}.`,
  ],
});

export const openingRevoked = (): Wording => ({
  kind: 'opening-revoked',
  subject: 'L’ouverture de votre espace santé est annulée',
  paragraphs: [
    'Votre espace santé s’était ouvert alors que vous aviez dit non à temps. Cette ouverture est annulée ; rien n’en est conservé.',
    `Pour toute question, appelez ${LINE}.`,
  ],
});

export const activated = (): Wording => ({
  kind: 'activated',
  subject: 'Votre espace santé est activé',
  paragraphs: [
    'Votre espace santé est activé et relié à votre compte. Votre code provisoire ne fonctionne plus.',
    'Vous pouvez dès maintenant choisir qui consulte vos documents, et vous serez averti de chaque accès.',
    `Ce n’est pas vous ? Appelez aussitôt ${LINE}.`,
  ],
});

/** Ten years of archive from the closing date (CSP R.1111-36). */
export const closed = (archivedUntil: Instant): Wording => ({
  kind: 'closed',
  subject: 'Votre espace santé est fermé',
  paragraphs: [
    'Votre espace santé est fermé : plus personne n’y accède ni n’y dépose de document.',
    `Son contenu est archivé jusqu’au ${included(archivedUntil)}, puis détruit. Jusque-là, vous pouvez rouvrir votre espace et tout retrouver, ou en demander l’effacement : ${SITE} ou ${LINE}.`,
    'Ce message est le dernier que nous vous adressons, sauf demande de votre part.',
  ],
});

export const reopened = (): Wording => ({
  kind: 'reopened',
  subject: 'Votre espace santé est rouvert',
  paragraphs: [
    'Votre espace santé est rouvert : vous y retrouvez ce qu’il contenait à sa fermeture.',
    `Ce n’est pas vous ? Appelez aussitôt ${LINE}.`,
  ],
});

/** Told while it can still be undone: whoever calls knowing a few facts of somebody is not always that somebody. */
export const erasureRequested = (executeOn: Instant, requestedBy: 'HOLDER' | 'SUPPORT'): Wording => ({
  kind: 'erasure-requested',
  subject: 'Vos données vont être supprimées',
  paragraphs: [
    `La suppression des données archivées de votre espace santé a été demandée${requestedBy === 'SUPPORT' ? ' par téléphone au 3422' : ''}. À partir du ${frenchDay(executeOn)}, elles seront détruites et ne pourront plus être rétablies.`,
    `Vous changez d’avis ? D’ici là, vous pouvez annuler cette demande, ou rouvrir votre espace : ${SITE} ou ${LINE}.`,
    `Ce n’est pas vous ? Appelez aussitôt ${LINE_AGAIN}.`,
  ],
});

export const erasureCancelled = (archivedUntil: Instant | null): Wording => ({
  kind: 'erasure-cancelled',
  subject: 'Vos données restent archivées',
  paragraphs: [
    `La demande de suppression des données de votre espace santé est annulée.${archivedUntil === null ? '' : ` Elles restent archivées jusqu’au ${included(archivedUntil)}, puis seront détruites.`}`,
    `Ce n’est pas vous ? Appelez ${LINE}.`,
  ],
});

/** Said before the keys go: afterwards nobody knows any more whom to tell. */
export const erased = (): Wording => ({
  kind: 'erased',
  subject: 'Vos données sont supprimées',
  paragraphs: [
    'Comme vous l’avez demandé, les données archivées de votre espace santé sont supprimées. Elles ne peuvent plus être rétablies.',
    'Vous pouvez à tout moment demander un nouvel espace, vide.',
  ],
});
