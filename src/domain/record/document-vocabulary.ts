import type { Profession } from '../shared/actor.js';
import type { Event, Intent } from '../shared/decider.js';
import type { Instant, LocalDate } from '../shared/time.js';

/** JDV_J08 as far as it is used (domain reference 2.7). `N` is the absence of the others. */
export type Confidentiality = 'N' | 'MASQUE_PS' | 'INVISIBLE_PATIENT' | 'INVISIBLE_REPRESENTANTS_LEGAUX';
/** Who deposits: a professional in his own name, the software of a place of care, Assurance Maladie, the holder, his representative. */
export type Depositor = 'PROFESSIONAL' | 'FACILITY' | 'INSURER' | 'HOLDER' | 'REPRESENTATIVE';

/** Somebody who wrote a document, or who answers for it. For documents of the holder: kind HOLDER and nothing else. */
export interface Author {
  readonly kind: 'PROFESSIONAL' | 'HOLDER' | 'INSURER' | 'DEVICE';
  readonly id?: string;
  readonly name?: string;
  readonly profession?: Profession;
  readonly specialty?: string;
  readonly institution?: { readonly id: string; readonly name: string };
}
/** A code and its system. */
export interface Code {
  readonly system: string;
  readonly code: string;
}

/** The entry (*fiche*) of a document, as XDS and PDSm name its parts (domain reference 2.6); what the service itself knows is not in it. */
export interface DocumentMetadata {
  /** masterIdentifier: given by the creator, unique for ever. */
  readonly uniqueId: string;
  readonly typeCode: string;
  readonly classCode: string;
  readonly formatCode: string;
  readonly title: string;
  readonly comments?: string;
  readonly languageCode: string;
  readonly creationTime: Instant;
  readonly serviceStart: Instant;
  readonly serviceStop?: Instant;
  readonly events: readonly Code[];
  readonly healthcareFacilityType: string;
  readonly practiceSetting: string;
  readonly authors: readonly Author[];
  readonly legalAuthenticator: Author;
  readonly references: readonly string[];
  /** Category shown to the holder (domain reference 2.3). */
  readonly category: string;
}
/** The bytes, as they were when they were inspected, and where they lie encrypted. */
export interface DocumentContent {
  readonly mediaType: string;
  /** Bytes, in clear. */
  readonly size: number;
  readonly sha1: string;
  readonly sha256: string;
  readonly blob: string;
}

/** The professional who deposited, and the place of care he or its software deposited for: known as long as the deposit, whatever becomes of the document. */
export interface DepositedBy {
  readonly professional?: string;
  readonly facility?: string;
}

/** In the record of a space, or in the veil of a document that somebody may not know of. */
export type Place = 'record' | 'veil';
/** Who may not yet, or never, know of a document. */
export type HiddenFrom = 'HOLDER' | 'REPRESENTATIVES';

// Stored as written: rename or reshape a payload only by adding a version (docs/how-to/version-an-event.md).
/**
 * In `record-<space>`; or, for a document that somebody entitled to the history may not yet know of, in its own `veil-<random>`. What may die with the
 * document (what it is and says) is in `DocumentDescribed` alone, under the document's own key; that it was deposited, and by whom, stays.
 */
export type DocumentEvent =
  /** First fact of a veil: the link to the space, for those who may see through it. `document`: absent for the passages of a secret connection. */
  | Event<'VeilOpened', 1, { space: string; document?: string; hiddenFrom: readonly HiddenFrom[] }>
  | Event<
      'DocumentDeposited',
      1,
      {
        space: string;
        document: string;
        /** Every version of a document; the first one's id. */ set: string;
        version: number;
        /** First deposit of the set. */ since: Instant;
        depositor: Depositor;
        /** Who answers for it where that is a professional or a place of care. Absent: the holder's side, Assurance Maladie. */
        by?: DepositedBy;
        confidentiality: readonly Confidentiality[];
        /** MASQUE_PS is the word of the depositor alone, not the wish of the holder for all deposits. Absent: it is not his to take back. */
        ownMask?: true;
        blob: string;
        submission: string;
      }
    >
  | Event<'DocumentDescribed', 1, { space: string; document: string; metadata: DocumentMetadata; content: DocumentContent }>
  | Event<'DocumentReplaced', 1, { space: string; document: string; by: string }>
  /** By who answers for it: the mask to professionals, set or taken back. `along`: an older version, together with this one. */
  | Event<'DocumentConfidentialityChanged', 1, { space: string; document: string; masked: boolean; along?: string }>
  | Event<'DocumentArchived', 1, { space: string; document: string }>
  | Event<'DocumentUnarchived', 1, { space: string; document: string }>
  /** By its author, or because the opening of the space was revoked; its key dies at once. */
  | Event<
      'DocumentUnpublished',
      1,
      { space: string; document: string; reason: 'WRONG_PATIENT' | 'ERROR' | 'OPENING_REVOKED'; blob: string }
    >
  /** By the holder's side, of what it deposited itself; its key dies too. */
  | Event<'DocumentDeleted', 1, { space: string; document: string; blob: string }>
  /** `along`: an older version, together with this one. */
  | Event<'AnnouncementConsultationHeld', 1, { space: string; document: string; along?: string }>
  /** The holder is told, without title or type, that something waits for him (CSP R.1111-53). */
  | Event<'AnnouncementReminderSent', 1, { space: string; document: string }>
  /** `along`: an older version, together with this one. */
  | Event<'DocumentRevealedAutomatically', 1, { space: string; document: string; along?: string }>;

/** What the rules of a deposit must know of the holder and of his wishes, as the gate found them. */
export interface HolderFacts {
  readonly birthDate: LocalDate | null;
  readonly masksByDefault: boolean;
  /** True when the person who deposits acts for the holder. */
  readonly represented?: boolean;
  /** Sets whose mask the holder lifted, and the moment until which he lifted all of them: a new version does not bring such a mask back. */
  readonly unmasked?: { readonly sets: readonly string[]; readonly until: Instant | null };
  /** The same of those he masked: directives that take the place of somebody else's begin a set of their own, and his word is about the former one. */
  readonly masked?: { readonly sets: readonly string[]; readonly until: Instant | null };
}

/** What a deposit brings, once its bytes lie in the store. */
export interface Deposit {
  readonly space: string;
  readonly document: string;
  readonly metadata: DocumentMetadata;
  readonly content: DocumentContent;
  readonly confidentiality: readonly Confidentiality[];
  /** Submission set: deposits that came together. */
  readonly submission: string;
  /** RPLC: the document whose place it takes. */
  readonly replaces?: string;
  readonly holder: HolderFacts;
  /** A deposit under the secret of a minor (CSP R.1111-50, *connexion secrète*). */
  readonly secret: boolean;
}

/** What destroys a document must know of its space. */
interface Kept {
  /** An authority had the content of the space kept. Absent: none had. */
  readonly kept?: boolean;
}

export type DocumentCommand =
  | Intent<'DepositDocument', Deposit>
  /** All the codes that shall hold from now on. */
  | Intent<'ChangeConfidentiality', { document: string; confidentiality: readonly Confidentiality[] }>
  | Intent<'ArchiveDocument', { document: string }>
  | Intent<'UnarchiveDocument', { document: string }>
  | Intent<'UnpublishDocument', Kept & { document: string; reason: 'WRONG_PATIENT' | 'ERROR' }>
  /** All that was deposited before this moment; null: all. */
  | Intent<'DiscardDeposits', { before: Instant | null }>
  | Intent<'DeleteDocuments', Kept & { documents: readonly string[] }>
  | Intent<'RecordAnnouncement', { document: string }>
  | Intent<'RemindOfAnnouncement', { document: string }>
  | Intent<'RevealDocument', { document: string }>;
