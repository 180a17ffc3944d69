import type { AccessEvent, Grantee } from '../../src/domain/access/access-vocabulary.js';
import type { ActorEvent, PassageEvent } from '../../src/domain/access/passage.js';
import type { CopyEvent } from '../../src/domain/portability/copy-vocabulary.js';
import type { DocumentEvent } from '../../src/domain/record/document-vocabulary.js';
import type { Actor, Facility, Professional } from '../../src/domain/shared/actor.js';
import type { Of, Tagged } from '../../src/domain/shared/decider.js';
import { instant } from '../../src/domain/shared/time.js';

type Facts<E extends Tagged> = { readonly [T in E['type']]: Of<E, T> };
const HEALTH = '1.2.250.1.71.1.2.7';
export const DOCUMENT = '6f1f3c0e-2d53-4c80-9a53-0a2f7a0b7a01';
export const VEILED_DOCUMENT = '6f1f3c0e-2d53-4c80-9a53-0a2f7a0b7a02';

export const LILAS: Facility = { id: '930000001', name: 'Centre de santé des Lilas' };
export const MARTIN: Professional = {
  id: '899700000011',
  name: 'Claire Martin',
  profession: { system: HEALTH, code: '10' },
  facility: LILAS,
  regulating: false,
};
export const PETIT: Professional = {
  id: '899700000022',
  name: 'Paul Petit',
  profession: { system: HEALTH, code: '60' },
  facility: { id: '930000002', name: 'Cabinet infirmier du Port' },
  regulating: false,
};
export const acting = (professional: Professional): Extract<Actor, { role: 'professional' }> => ({
  role: 'professional',
  subject: { issuer: 'https://psc.test', sub: professional.id },
  assurance: 'high',
  professional,
});
export const claire = acting(MARTIN);
export const paul = acting(PETIT);
export const lilas: Actor = { role: 'facility', client: 'software-1', facility: LILAS };

const grantee: Grantee = { kind: 'PROFESSIONAL', id: MARTIN.id };
const until = instant('2027-12-01T11:30:00Z');
const v = 1 as const;
const professional = MARTIN.id;

export const accessFacts: Facts<AccessEvent> = {
  AccessConsentRecorded: {
    type: 'AccessConsentRecorded',
    v,
    consent: 'c1',
    grantee,
    basis: 'CARE_TEAM',
    scope: ['CONSULT', 'FEED'],
    means: 'ORAL',
    until,
  },
  AccessConsentWithdrawn: { type: 'AccessConsentWithdrawn', v, grantee },
  TemporaryAccessGranted: { type: 'TemporaryAccessGranted', v, access: 'a1', codeDigest: 'd2', usableUntil: until, minutes: 60 },
  TemporaryAccessRefused: { type: 'TemporaryAccessRefused', v, tries: 2 },
  TemporaryAccessUsed: { type: 'TemporaryAccessUsed', v, access: 'a1', grantee, until },
  ProfessionalBlocked: { type: 'ProfessionalBlocked', v, professional },
  ProfessionalUnblocked: { type: 'ProfessionalUnblocked', v, professional },
  FacilityBlocked: { type: 'FacilityBlocked', v, facility: LILAS.id },
  FacilityUnblocked: { type: 'FacilityUnblocked', v, facility: LILAS.id },
  AttendingDoctorDeclared: { type: 'AttendingDoctorDeclared', v, professional },
  AttendingDoctorEnded: { type: 'AttendingDoctorEnded', v, professional },
  AdministratorGranted: { type: 'AdministratorGranted', v, professional },
  AdministratorRevoked: { type: 'AdministratorRevoked', v, professional },
  EmergencyPreferenceSet: { type: 'EmergencyPreferenceSet', v, which: 'MASKED', value: 'permit' },
  BreakGlassUsed: { type: 'BreakGlassUsed', v, professional, mode: 'bris_de_glace', reason: 'personne inconsciente', until },
  LegalRepresentativeLinked: { type: 'LegalRepresentativeLinked', v, subject: { issuer: 'https://issuer.test', sub: 'parent' }, until },
  LegalRepresentationEnded: {
    type: 'LegalRepresentationEnded',
    v,
    subject: { issuer: 'https://issuer.test', sub: 'parent' },
    reason: 'DECISION',
  },
  DocumentsMasked: { type: 'DocumentsMasked', v, sets: [DOCUMENT] },
  DocumentsUnmasked: { type: 'DocumentsUnmasked', v, sets: [DOCUMENT, VEILED_DOCUMENT] },
  AllDocumentsMasked: { type: 'AllDocumentsMasked', v },
  AllDocumentsUnmasked: { type: 'AllDocumentsUnmasked', v },
  DefaultConfidentialitySet: { type: 'DefaultConfidentialitySet', v, masked: true },
  DocumentMaskedFrom: { type: 'DocumentMaskedFrom', v, set: DOCUMENT, whom: grantee, from: instant('2026-12-01T11:30:00Z'), until },
  DocumentMaskLifted: { type: 'DocumentMaskLifted', v, set: DOCUMENT, whom: grantee },
};

/** Everything about one document, in its own veil where `hiddenFrom` names somebody. */
export const documentFacts = (
  space: string,
  document: string,
  more: Partial<Of<DocumentEvent, 'DocumentDeposited'>> = {},
  title = 'Compte rendu de consultation',
): Facts<DocumentEvent> => ({
  VeilOpened: { type: 'VeilOpened', v, space, document, hiddenFrom: ['HOLDER'] },
  DocumentDeposited: {
    type: 'DocumentDeposited',
    v,
    space,
    document,
    set: document,
    version: 1,
    since: instant('2026-11-20T08:00:00Z'),
    depositor: 'PROFESSIONAL',
    confidentiality: ['N'],
    blob: 'blob-1',
    submission: 'submission-1',
    ...more,
  },
  DocumentDescribed: {
    type: 'DocumentDescribed',
    v,
    space,
    document,
    metadata: {
      uniqueId: `1.2.3.${document}`,
      typeCode: '11488-4',
      classCode: '10',
      formatCode: 'urn:ihe:rad:PDF',
      title,
      languageCode: 'fr-FR',
      creationTime: instant('2026-11-20T08:00:00Z'),
      serviceStart: instant('2026-11-20T08:00:00Z'),
      events: [],
      healthcareFacilityType: 'SA05',
      practiceSetting: 'AMBULATOIRE',
      authors: [{ kind: 'PROFESSIONAL', id: PETIT.id, name: PETIT.name, profession: PETIT.profession }],
      legalAuthenticator: { kind: 'PROFESSIONAL', id: PETIT.id },
      references: [],
      category: 'CR',
    },
    content: { mediaType: 'application/pdf', size: 12, sha1: 'a', sha256: 'b', blob: 'blob-1' },
  },
  DocumentReplaced: { type: 'DocumentReplaced', v, space, document, by: VEILED_DOCUMENT },
  DocumentConfidentialityChanged: { type: 'DocumentConfidentialityChanged', v, space, document, masked: true },
  DocumentArchived: { type: 'DocumentArchived', v, space, document },
  DocumentUnarchived: { type: 'DocumentUnarchived', v, space, document },
  DocumentUnpublished: { type: 'DocumentUnpublished', v, space, document, reason: 'WRONG_PATIENT', blob: 'blob-1' },
  DocumentDeleted: { type: 'DocumentDeleted', v, space, document, blob: 'blob-1' },
  AnnouncementConsultationHeld: { type: 'AnnouncementConsultationHeld', v, space, document },
  AnnouncementReminderSent: { type: 'AnnouncementReminderSent', v, space, document },
  DocumentRevealedAutomatically: { type: 'DocumentRevealedAutomatically', v, space, document },
});

export const looked = (action: string, more: Partial<PassageEvent> = {}): PassageEvent => ({ type: 'AccessGranted', v, action, ...more });
export const refused = (target: string, more: Partial<Of<ActorEvent, 'AccessDenied'>> = {}): Of<ActorEvent, 'AccessDenied'> => ({
  type: 'AccessDenied',
  v,
  action: 'DownloadDocument',
  target,
  reason: 'masked',
  minute: '2026-11-22T08:00',
  ...more,
});
export const refusedAgain = (
  target: string,
  count: number,
  more: { document?: string; veil?: string | null } = {},
): Of<ActorEvent, 'AccessDeniedAgain'> => ({
  type: 'AccessDeniedAgain',
  v,
  target,
  reason: 'masked',
  minute: '2026-11-22T08:00',
  count,
  ...more,
});

/** What becomes of copies of the data of a space. */
export const copyFacts: { readonly [T in CopyEvent['type']]: Of<CopyEvent, T> } = {
  CopyRequested: { type: 'CopyRequested', v: 1, copy: 'c1', asker: 'person:https://issuer.test|parent' },
  CopyReady: {
    ...{ type: 'CopyReady', v: 1, copy: 'c1', blob: 'b9', size: 9, sha256: 'ab', documents: ['d1'], lines: 3 },
    until: instant('2026-03-09T23:00:00Z'),
  },
  CopyFailed: { type: 'CopyFailed', v: 1, copy: 'c1', reason: 'NOT_MADE' },
  CopyEnded: { type: 'CopyEnded', v: 1, copy: 'c1', blob: 'b9', why: 'EXPIRED' },
};
