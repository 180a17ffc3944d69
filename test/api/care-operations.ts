import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import { CENTRE, consentTo, letter, MARTIN, ownEntry, PETIT } from '../support/care.js';
import type { Operation, Scene } from './operations.js';

const NOBODYS = '7f8b7a34-0c1d-8b52-9d53-0d1a2b3c4d5e';
const G15 = '1.2.250.1.71.1.2.7';
const RECEIPT = 'position';
const ofSpace = ({ address }: Scene) => ({ space: address.handle });
const of = (what: (scene: Scene) => string | undefined) => (scene: Scene) => ({ ...ofSpace(scene), document: what(scene) ?? NOBODYS });
const ofNobodys = of(() => NOBODYS);
const refusal = (status: number, code: string, more: Partial<Operation['refused']> = {}): Operation['refused'] => ({
  status,
  code,
  ...more,
});
const somebodyElse = refusal(404, 'access/nothing-here', { as: 'bruno' });
const notAllowed = (as: PersonaName): Operation['refused'] => refusal(403, 'access/not-allowed', { as });
const sets = ({ document }: Scene) => ({ sets: [document ?? NOBODYS] });
const fromPetit = ({ document }: Scene) => ({ set: document ?? NOBODYS, whom: PETIT });

export const DOCUMENT = `document set version status title comments typeCode classCode formatCode category languageCode uniqueId creationTime serviceStart
  serviceStop depositedAt depositor depositedBy authors { kind id name profession { system code } specialty institution { id name } }
  legalAuthenticator { kind id name } events { system code } references healthcareFacilityType practiceSetting mediaType size hash sha256
  confidentiality warnings { fr en }`;
export const PAGE = `documents { ${DOCUMENT} } next total`;
export const PATIENT = 'space status access { reading missing }';

type Wish = Pick<Operation, 'field' | 'route'> & Partial<Operation>;
/** What the holder orders about his space; a stranger finds nothing there. */
const ordered = (wish: Wish): Operation => ({
  from: 'ACTIVE',
  as: 'alice',
  args: ofSpace,
  select: RECEIPT,
  refused: somebodyElse,
  ...wish,
});
/** What a doctor does there whom the holder let in. */
const treated = (wish: Wish): Operation => ordered({ from: 'CARED', as: 'dr-martin', refused: notAllowed('alice'), ...wish });

const rights: readonly Operation[] = [
  treated({
    field: 'recordConsent',
    route: ['POST', '/spaces/{space}/consents'],
    from: 'ACTIVE',
    input: ['ConsentInput', () => consentTo(MARTIN)],
    refused: refusal(409, 'access/person-not-informed', { input: () => consentTo(MARTIN, { informed: false }) }),
  }),
  ordered({
    field: 'withdrawConsent',
    route: ['POST', '/spaces/{space}/consent-withdrawals'],
    from: 'CARED',
    input: ['GranteeRefInput', () => ({ grantee: MARTIN })],
  }),
  ordered({
    field: 'grantTemporaryAccess',
    route: ['POST', '/spaces/{space}/temporary-accesses'],
    input: ['TemporaryAccessInput', () => ({ minutes: 60 })],
    select: 'position code usableUntil minutes',
  }),
  treated({
    field: 'useTemporaryAccess',
    route: ['POST', '/spaces/{space}/temporary-access-uses'],
    from: 'CODED',
    input: ['TemporaryCodeInput', ({ temporaryCode }) => ({ code: temporaryCode ?? '' })],
    refused: refusal(403, 'access/code-wrong', { input: () => ({ code: 'ZZZZZ-ZZZZZ' }) }),
  }),
  ordered({
    field: 'blockAccess',
    route: ['POST', '/spaces/{space}/blocks'],
    input: ['GranteeRefInput', () => ({ grantee: CENTRE })],
  }),
  ordered({
    field: 'unblockAccess',
    route: ['POST', '/spaces/{space}/unblocks'],
    input: ['GranteeRefInput', () => ({ grantee: PETIT })],
  }),
  ordered({
    field: 'declareAttendingDoctor',
    route: ['PUT', '/spaces/{space}/attending-doctor'],
    as: 'insurer-agent',
    input: ['ProfessionalInput', () => ({ professional: PETIT.id })],
    refused: notAllowed('alice'),
  }),
  ordered({
    field: 'endAttendingDoctor',
    route: ['POST', '/spaces/{space}/attending-doctor-ends'],
    as: 'insurer-agent',
    input: ['ProfessionalInput', () => ({ professional: PETIT.id })],
    refused: notAllowed('dr-petit'),
  }),
  ordered({
    field: 'grantAdministrator',
    route: ['POST', '/spaces/{space}/administrators'],
    input: ['AdministratorInput', () => ({ professional: PETIT.id, profession: { system: G15, code: '10' } })],
    refused: refusal(409, 'access/profession-may-not-administer', {
      input: () => ({ professional: PETIT.id, profession: { system: G15, code: '60' } }),
    }),
  }),
  ordered({
    field: 'revokeAdministrator',
    route: ['POST', '/spaces/{space}/administrator-revocations'],
    input: ['ProfessionalInput', () => ({ professional: PETIT.id })],
  }),
  ordered({
    field: 'setEmergencyPreference',
    route: ['PUT', '/spaces/{space}/emergency-preferences'],
    input: ['EmergencyPreferenceInput', () => ({ which: 'BTG', value: 'deny' })],
  }),
  treated({
    field: 'openEmergencyAccess',
    route: ['POST', '/spaces/{space}/emergency-accesses'],
    from: 'ACTIVE',
    as: 'emergency-doctor',
    input: ['EmergencyAccessInput', () => ({ mode: 'bris_de_glace', reason: 'personne inconsciente' })],
    refused: refusal(403, 'access/not-regulating', { input: () => ({ mode: 'centre_15', reason: 'appel au 15' }) }),
  }),
  ordered({
    field: 'linkLegalRepresentative',
    route: ['POST', '/spaces/{space}/legal-representatives'],
    from: 'CHILD',
    as: 'operator',
    input: ['RepresentativeInput', ({ representative }) => ({ representative: representative ?? NOBODYS })],
    refused: notAllowed('alice'),
  }),
  ordered({
    field: 'endLegalRepresentation',
    route: ['POST', '/spaces/{space}/legal-representation-ends'],
    from: 'CHILD',
    as: 'operator',
    input: ['RepresentationEndInput', ({ representative }) => ({ representative: representative ?? NOBODYS, reason: 'jugement' })],
    refused: notAllowed('dr-martin'),
  }),
];

const masks: readonly Operation[] = [
  ordered({
    field: 'maskDocuments',
    route: ['POST', '/spaces/{space}/masks'],
    from: 'RECORDED',
    input: ['DocumentSetsInput', sets],
  }),
  ordered({
    field: 'unmaskDocuments',
    route: ['POST', '/spaces/{space}/unmasks'],
    from: 'RECORDED',
    input: ['DocumentSetsInput', sets],
  }),
  ordered({ field: 'maskAllDocuments', route: ['PUT', '/spaces/{space}/masks/all'] }),
  ordered({ field: 'unmaskAllDocuments', route: ['PUT', '/spaces/{space}/unmasks/all'] }),
  ordered({
    field: 'setDefaultConfidentiality',
    route: ['PUT', '/spaces/{space}/default-confidentiality'],
    input: ['DefaultConfidentialityInput', () => ({ masked: true })],
  }),
  ordered({
    field: 'maskDocumentFrom',
    route: ['POST', '/spaces/{space}/masks-from'],
    from: 'RECORDED',
    input: ['MaskFromInput', fromPetit],
    refused: refusal(400, 'access/mask-in-the-past', { input: (scene) => ({ ...fromPetit(scene), from: '2020-01-01T00:00:00Z' }) }),
  }),
  ordered({
    field: 'liftDocumentMask',
    route: ['POST', '/spaces/{space}/mask-lifts'],
    from: 'RECORDED',
    input: ['MaskLiftInput', fromPetit],
  }),
];

const documents: readonly Operation[] = [
  treated({ field: 'documents', route: ['GET', '/spaces/{space}/documents'], from: 'RECORDED', select: PAGE, refused: somebodyElse }),
  treated({
    field: 'document',
    route: ['GET', '/spaces/{space}/documents/{document}'],
    from: 'RECORDED',
    args: of(({ document }) => document),
    select: DOCUMENT,
    refused: refusal(404, 'record/nothing-here', { args: ofNobodys }),
  }),
  ordered({
    field: 'depositDocument',
    route: ['POST', '/spaces/{space}/documents'],
    upload: true,
    input: [
      'DepositWithContentInput',
      () => ({ ...ownEntry(), mediaType: 'application/pdf', fileName: 'carnet.pdf', content: letter().bytes.toString('base64') }),
    ],
    select: 'position document size',
    refused: refusal(415, 'record/type-mismatch', {
      input: () => ({ ...ownEntry(), mediaType: 'application/pdf', content: Buffer.from('pas un PDF').toString('base64') }),
    }),
  }),
  treated({
    field: 'changeDocumentConfidentiality',
    route: ['PUT', '/spaces/{space}/documents/{document}/confidentiality'],
    from: 'RECORDED',
    args: of(({ document }) => document),
    input: ['ConfidentialityInput', () => ({ confidentiality: ['MASQUE_PS'] })],
    refused: refusal(404, 'record/nothing-here', { args: of(({ own }) => own) }),
  }),
  treated({
    field: 'archiveDocument',
    route: ['PUT', '/spaces/{space}/documents/{document}/archive'],
    from: 'RECORDED',
    args: of(({ document }) => document),
    input: ['ArchiveInput', () => ({ archived: true })],
    refused: refusal(404, 'record/nothing-here', { args: of(({ own }) => own) }),
  }),
  treated({
    field: 'unpublishDocument',
    route: ['PUT', '/spaces/{space}/documents/{document}/unpublication'],
    from: 'RECORDED',
    args: of(({ document }) => document),
    input: ['UnpublicationInput', () => ({ reason: 'WRONG_PATIENT' })],
    refused: refusal(404, 'record/nothing-here', { as: 'dr-petit' }),
  }),
  treated({
    field: 'announceDocument',
    route: ['PUT', '/spaces/{space}/documents/{document}/announcement'],
    from: 'RECORDED',
    args: of(({ hidden }) => hidden),
    refused: refusal(409, 'record/not-hidden', { args: of(({ document }) => document) }),
  }),
  ordered({
    field: 'deleteDocuments',
    route: ['POST', '/spaces/{space}/document-deletions'],
    from: 'RECORDED',
    input: ['DeletionInput', ({ own }) => ({ documents: [own ?? NOBODYS] })],
    refused: refusal(403, 'record/not-yours-to-delete', { input: ({ document }) => ({ documents: [document ?? NOBODYS] }) }),
  }),
  {
    field: 'findPatient',
    route: ['POST', '/patients/search'],
    from: 'ACTIVE',
    as: 'dr-martin',
    input: ['PatientSearchInput', ({ ins }) => ({ ins })],
    select: PATIENT,
    refused: notAllowed('alice'),
  },
];

/** What happens around care: rights, masks, documents. */
export const careOperations: readonly Operation[] = [...rights, ...masks, ...documents];

/** Routes of REST without a field of GraphQL: bytes, many files at once, the files of the sealed log, and what is FHIR. */
export const restOnly = {
  content: ['GET', '/spaces/{space}/documents/{document}/content'],
  batch: ['POST', '/spaces/{space}/document-batches'],
  checkpoint: ['GET', '/seal/checkpoint'],
  exportPackage: ['GET', '/exports/{export}/package'],
  exportFile: ['GET', '/exports/{export}/files/{file}'],
  tile: ['GET', '/seal/tile/{path}'],
  trail: ['GET', '/fhir/AuditEvent'],
  trailSearch: ['POST', '/fhir/AuditEvent/_search'],
} as const;
