import type { NoticeKind } from '../../domain/notices/notice-vocabulary.js';
import { SITE } from '../enrolment/message-texts.js';

/** An e-mail in words: what happened, never what it is about, nor who did it. */
export interface NoticeText {
  readonly subject: string;
  readonly fr: string;
  readonly en: string;
}

const TEXTS: Partial<Readonly<Record<NoticeKind, NoticeText>>> = {
  DOCUMENT_ADDED: {
    subject: 'Un document a été ajouté à votre espace santé',
    fr: 'Un document a été ajouté à votre espace.',
    en: 'A document was added to your space.',
  },
  DOCUMENT_CHANGED: {
    subject: 'Un document de votre espace santé a changé',
    fr: 'Un document de votre espace a été modifié ou retiré.',
    en: 'A document of your space was changed or taken back.',
  },
  DOCUMENT_REVEALED: {
    subject: 'Votre espace santé a été mis à jour',
    fr: 'Votre espace a été mis à jour : un document y est maintenant visible.',
    en: 'Your space was updated: a document is now visible there.',
  },
  ANNOUNCEMENT_REMINDER: {
    subject: 'Votre espace santé a été mis à jour',
    fr: 'Votre espace a été mis à jour. Nous vous invitons à prendre rendez-vous avec un professionnel de santé, en particulier votre médecin traitant.',
    en: 'Your space was updated. Please see a health professional, in particular your attending doctor.',
  },
  FIRST_ACCESS: {
    subject: 'Premier accès d’un professionnel à votre espace santé',
    fr: 'Un professionnel a accédé à votre espace pour la première fois.',
    en: 'A professional accessed your space for the first time.',
  },
  ACCESS: {
    subject: 'Accès à votre espace santé',
    fr: 'Un professionnel a accédé à votre espace.',
    en: 'A professional accessed your space.',
  },
  EMERGENCY_ACCESS: {
    subject: 'Accès en urgence à votre espace santé',
    fr: 'Un professionnel a accédé à votre espace dans une situation d’urgence.',
    en: 'A professional accessed your space in an emergency.',
  },
  RIGHTS_CHANGED: {
    subject: 'Les droits d’accès à votre espace santé ont changé',
    fr: 'Les droits d’accès à votre espace ont été modifiés.',
    en: 'The access rights to your space were changed.',
  },
  COPY_READY: {
    subject: 'La copie de données demandée est prête',
    fr: 'La copie de données demandée dans votre espace est prête. Elle peut y être téléchargée pendant quelques jours.',
    en: 'The copy of data that was asked for in your space is ready. It can be downloaded there for some days.',
  },
  COPY_FAILED: {
    subject: 'La copie de données demandée n’a pas pu être préparée',
    fr: 'La copie de données demandée dans votre espace n’a pas pu être préparée. Elle peut être demandée à nouveau.',
    en: 'The copy of data that was asked for in your space could not be prepared. It can be asked for again.',
  },
};

/** The words of the e-mail; null for what the holder is told of in a message of its own: closure and reopening. */
export const noticeText = (kind: NoticeKind): NoticeText | null => TEXTS[kind] ?? null;

/** The whole e-mail, French first. */
export const noticeLetter = (name: string, { fr, en }: NoticeText): string =>
  [
    `Bonjour ${name},`,
    fr,
    `Pour en savoir plus, identifiez-vous dans votre espace : ${SITE}.`,
    'L’Assurance Maladie',
    '— English —',
    en,
    `To learn more, sign in to your space: ${SITE}.`,
  ].join('\n\n') + '\n';
