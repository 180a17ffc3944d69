import type { AccessEvent } from '../../domain/access/access-vocabulary.js';
import type { Confidentiality } from '../../domain/record/document-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import { nameOfAccount } from './account.js';
import { reads, updates, type Row } from './rows.js';

const MASKED: readonly Confidentiality[] = ['MASQUE_PS'];
const OPEN: readonly Confidentiality[] = ['N'];
const setsOf = ({ sets }: { readonly sets: readonly string[] }): readonly string[] => sets;
const setOf = ({ set }: { readonly set: string }): readonly string[] => [set];
const relation = ({ subject }: Of<AccessEvent, 'LegalRepresentativeLinked' | 'LegalRepresentationEnded'>): readonly string[] => [
  nameOfAccount(subject),
];
const consent = updates('Consent');

/** All that gives visibility or takes it away is the will of the holder, one Consent of his space; a mask is a label on documents. */
export const accessRows: { readonly [T in AccessEvent['type']]: Row<Of<AccessEvent, T>> } = {
  AccessConsentRecorded: consent,
  AccessConsentWithdrawn: consent,
  TemporaryAccessGranted: consent,
  TemporaryAccessRefused: {
    as: 'Refusal',
    why: () => 'wrong-code',
    details: ({ tries }) => ({ tries: String(tries) }),
    document: () => null,
  },
  TemporaryAccessUsed: consent,
  ProfessionalBlocked: consent,
  ProfessionalUnblocked: consent,
  FacilityBlocked: consent,
  FacilityUnblocked: consent,
  AttendingDoctorDeclared: updates('CareTeam'),
  AttendingDoctorEnded: updates('CareTeam'),
  AdministratorGranted: consent,
  AdministratorRevoked: consent,
  EmergencyPreferenceSet: consent,
  BreakGlassUsed: reads('List'),
  LegalRepresentativeLinked: updates('RelatedPerson', relation),
  LegalRepresentationEnded: updates('RelatedPerson', relation),
  DocumentsMasked: updates('DocumentReference', setsOf, () => MASKED),
  DocumentsUnmasked: updates('DocumentReference', setsOf, () => OPEN),
  AllDocumentsMasked: updates('List', undefined, () => MASKED),
  AllDocumentsUnmasked: updates('List', undefined, () => OPEN),
  DefaultConfidentialitySet: consent,
  DocumentMaskedFrom: updates('DocumentReference', setOf, () => MASKED),
  DocumentMaskLifted: updates('DocumentReference', setOf, () => OPEN),
};
