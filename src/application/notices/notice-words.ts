import type { NoticeBy, NoticeKind } from '../../domain/notices/notice-vocabulary.js';

/** A sentence in both languages. */
export interface Words {
  readonly fr: string;
  readonly en: string;
}

const NAMELESS: Readonly<Record<NoticeBy['kind'], Words>> = {
  PROFESSIONAL: { fr: 'un professionnel de santé', en: 'a health professional' },
  FACILITY: { fr: 'un établissement de santé', en: 'a place of care' },
  INSURER: { fr: 'l’Assurance Maladie', en: 'the health insurance' },
  SUPPORT: { fr: 'un agent du 3422', en: 'an agent of the 3422 line' },
  SERVICE: { fr: 'le service', en: 'the service' },
};

function named(who: NoticeBy | null): Words {
  if (who === null) return NAMELESS.SERVICE;
  const nameless = NAMELESS[who.kind];
  if (who.name === undefined) return nameless;
  const place = who.facility === undefined ? '' : ` (${who.facility.name})`;
  return { fr: `${who.name}${place}`, en: `${who.name}${place}` };
}

const SENTENCES: Readonly<Record<NoticeKind, (by: Words) => Words>> = {
  DOCUMENT_ADDED: ({ fr, en }) => ({ fr: `Un document a été ajouté par ${fr}.`, en: `A document was added by ${en}.` }),
  DOCUMENT_CHANGED: ({ fr, en }) => ({
    fr: `Un document a été modifié ou retiré par ${fr}.`,
    en: `A document was changed or taken back by ${en}.`,
  }),
  DOCUMENT_REVEALED: () => ({
    fr: 'Un document est maintenant visible dans votre espace.',
    en: 'A document is now visible in your space.',
  }),
  ANNOUNCEMENT_REMINDER: () => ({
    fr: 'Votre espace a été mis à jour : prenez rendez-vous avec un professionnel de santé, par exemple votre médecin traitant.',
    en: 'Your space was updated: please see a health professional, your attending doctor for instance.',
  }),
  FIRST_ACCESS: ({ fr, en }) => ({ fr: `Premier accès à votre espace par ${fr}.`, en: `First access to your space by ${en}.` }),
  ACCESS: ({ fr, en }) => ({ fr: `Accès à votre espace par ${fr}.`, en: `Access to your space by ${en}.` }),
  EMERGENCY_ACCESS: ({ fr, en }) => ({ fr: `Accès en urgence à votre espace par ${fr}.`, en: `Emergency access to your space by ${en}.` }),
  RIGHTS_CHANGED: ({ fr, en }) => ({
    fr: `Les droits d’accès à votre espace ont été modifiés par ${fr}.`,
    en: `The access rights to your space were changed by ${en}.`,
  }),
  COPY_READY: () => ({
    fr: 'Une copie des données de votre espace est prête pour qui l’a demandée.',
    en: 'A copy of the data of your space is ready for whoever asked for it.',
  }),
  COPY_FAILED: () => ({
    fr: 'Une copie des données de votre espace n’a pas pu être préparée. Elle peut être demandée à nouveau.',
    en: 'A copy of the data of your space could not be prepared. It can be asked for again.',
  }),
  SPACE_CLOSED: ({ fr, en }) => ({ fr: `Votre espace a été fermé par ${fr}.`, en: `Your space was closed by ${en}.` }),
  SPACE_REOPENED: ({ fr, en }) => ({ fr: `Votre espace a été rouvert par ${fr}.`, en: `Your space was reopened by ${en}.` }),
};

/** What a notice says in the notice centre, to somebody who is at home in the space: never what a document is called, or what kind it is. */
export const noticeWords = (kind: NoticeKind, who: NoticeBy | null): Words => SENTENCES[kind](named(who));

/** What the attending doctor reads of an emergency. */
export const emergencyWords = (who: NoticeBy): Words => {
  const { fr, en } = named(who);
  return {
    fr: `Accès en urgence à l’espace d’un de vos patients par ${fr}.`,
    en: `Emergency access to the space of one of your patients by ${en}.`,
  };
};
