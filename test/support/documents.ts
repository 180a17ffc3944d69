import type {
  DepositedBy,
  Deposit,
  DocumentCommand,
  DocumentEvent,
  DocumentMetadata,
} from '../../src/domain/record/document-vocabulary.js';
import type { Actor } from '../../src/domain/shared/actor.js';
import type { Of } from '../../src/domain/shared/decider.js';
import { instant, type Instant, type LocalDate } from '../../src/domain/shared/time.js';

/** Nobody and nothing here exists. */
export const SPACE = '019ab000-0000-7000-8000-000000000001';
export const NOW = instant('2026-01-31T10:00:00+01:00');
export const GENERALIST = { system: '1.2.250.1.71.1.2.7', code: '10' } as const;
const account = (sub: string) => ({ issuer: 'https://identity.example', sub });

/** A doctor of a place of care; another place, or none, when it is named. */
export const doctor = (id: string, facility: string | null = '750000001'): Extract<Actor, { role: 'professional' }> => ({
  role: 'professional',
  subject: account(id),
  assurance: 'substantial',
  professional: {
    id,
    name: `Dr ${id}`,
    profession: GENERALIST,
    facility: facility === null ? null : { id: facility, name: `Clinique ${facility}` },
    regulating: false,
  },
});
export const AUTHOR = doctor('810000000001');
export const COLLEAGUE = doctor('810000000002');
export const STRANGER = doctor('810000000003', '750000099');
export const CLINIC: Actor = { role: 'facility', client: 'lps', facility: { id: '750000001', name: 'Clinique 750000001' } };
export const INSURER: Actor = { role: 'insurer', subject: account('am'), assurance: 'substantial' };
export const HOLDER: Actor = { role: 'person', subject: account('camille'), assurance: 'substantial', authenticatedAt: 0 };
export const TIMER: Actor = { role: 'system', name: 'scheduler' };

export const ADULT = { birthDate: '1985-06-02' as LocalDate, masksByDefault: false } as const;
export const CHILD = { birthDate: '2010-03-01' as LocalDate, masksByDefault: false } as const;

export const report: DocumentMetadata = {
  uniqueId: 'urn:uuid:00000000-0000-4000-8000-000000000001',
  typeCode: '11502-2',
  classCode: '10',
  formatCode: 'urn:ihe:iti:xds-sd:pdf:2008',
  title: 'Résultats de biologie',
  languageCode: 'fr-FR',
  creationTime: NOW,
  serviceStart: NOW,
  events: [],
  healthcareFacilityType: 'SA04',
  practiceSetting: 'ETABLISSEMENT',
  authors: [{ kind: 'PROFESSIONAL', id: '810000000001' }],
  legalAuthenticator: { kind: 'PROFESSIONAL', id: '810000000001' },
  references: [],
  category: 'BIOLOGIE',
};
/** What a holder says of his own. */
export const ownWords: DocumentMetadata = {
  ...report,
  authors: [{ kind: 'HOLDER' }],
  legalAuthenticator: { kind: 'HOLDER' },
  healthcareFacilityType: 'EXP_PATIENT',
  practiceSetting: 'EXP_PATIENT',
};
export const directives: DocumentMetadata = { ...ownWords, typeCode: 'EXPPAT_3', classCode: '90', category: 'DIR_ANT' };

export const contentOf = (document: string) => ({
  mediaType: 'application/pdf',
  size: 1_000,
  sha1: `sha1-${document}`,
  sha256: `sha256-${document}`,
  blob: `blob-${document}`,
});

type DepositWish = Of<DocumentCommand, 'DepositDocument'>;
/** The wish to deposit this document. */
export const deposit = (document: string, more: Partial<Deposit> = {}): DepositWish => ({
  type: 'DepositDocument',
  space: SPACE,
  document,
  metadata: report,
  content: contentOf(document),
  confidentiality: ['N'],
  submission: 's1',
  holder: ADULT,
  secret: false,
  ...more,
});

type Deposited = Of<DocumentEvent, 'DocumentDeposited'>;
const BY: DepositedBy = { professional: '810000000001', facility: '750000001' };
/** The facts of a deposit by the doctor AUTHOR at NOW. */
export const deposited = (document: string, more: Partial<Deposited> = {}): Deposited => ({
  type: 'DocumentDeposited',
  v: 1,
  space: SPACE,
  document,
  set: document,
  version: 1,
  since: NOW,
  depositor: 'PROFESSIONAL',
  by: BY,
  confidentiality: ['N'],
  blob: `blob-${document}`,
  submission: 's1',
  ...more,
});
/** The same by the holder. */
export const depositedByHolder = (document: string, more: Partial<Deposited> = {}): Deposited => {
  const { by: _, ...rest } = deposited(document, { depositor: 'HOLDER', ...more });
  return rest;
};
export const described = (document: string, metadata: DocumentMetadata = report): Of<DocumentEvent, 'DocumentDescribed'> => ({
  type: 'DocumentDescribed',
  v: 1,
  space: SPACE,
  document,
  metadata,
  content: contentOf(document),
});
export const replaced = (document: string, by: string): DocumentEvent => ({ type: 'DocumentReplaced', v: 1, space: SPACE, document, by });
export const remasked = (document: string, masked: boolean, along?: string): DocumentEvent => ({
  type: 'DocumentConfidentialityChanged',
  v: 1,
  space: SPACE,
  document,
  masked,
  ...(along === undefined ? {} : { along }),
});
export const archived = (document: string): DocumentEvent => ({ type: 'DocumentArchived', v: 1, space: SPACE, document });
export const unarchived = (document: string): DocumentEvent => ({ type: 'DocumentUnarchived', v: 1, space: SPACE, document });
export const deleted = (document: string): DocumentEvent => ({
  type: 'DocumentDeleted',
  v: 1,
  space: SPACE,
  document,
  blob: `blob-${document}`,
});
export const unpublished = (document: string, reason: Of<DocumentEvent, 'DocumentUnpublished'>['reason'] = 'ERROR'): DocumentEvent => ({
  type: 'DocumentUnpublished',
  v: 1,
  space: SPACE,
  document,
  reason,
  blob: `blob-${document}`,
});
export const veilOpened = (document: string, ...hiddenFrom: ('HOLDER' | 'REPRESENTATIVES')[]): DocumentEvent => ({
  type: 'VeilOpened',
  v: 1,
  space: SPACE,
  document,
  hiddenFrom,
});
export const announced = (document: string, along: { readonly along?: string } = {}): DocumentEvent => ({
  type: 'AnnouncementConsultationHeld',
  v: 1,
  space: SPACE,
  document,
  ...along,
});
export const reminded = (document: string): DocumentEvent => ({ type: 'AnnouncementReminderSent', v: 1, document, space: SPACE });
export const revealed = (document: string, along: { readonly along?: string } = {}): DocumentEvent => ({
  type: 'DocumentRevealedAutomatically',
  v: 1,
  document,
  space: SPACE,
  ...along,
});

/** A moment by its text, with offset or Z. */
export const at = (iso: string): Instant => instant(iso);
