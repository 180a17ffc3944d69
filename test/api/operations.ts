import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import type { Invited } from '../support/world.js';
import { careOperations } from './care-operations.js';
import { complianceOperations, PURPOSE } from './compliance-operations.js';
import { exportOperations } from './export-operations.js';
import { copyOperations } from './copy-operations.js';
import { overviewOperations, OVERVIEW, SELECTED } from './overview-operations.js';
import { replayOperations } from './replay-operations.js';

/** A person, her space and what was done before: what the operations below are addressed to. */
export interface Scene extends Invited {
  readonly campaign: string;
  /** A document of dr-martin's, one of the holder's own, and one of dr-martin's that the holder may not yet know of. */
  readonly document?: string;
  readonly own?: string;
  readonly hidden?: string;
  /** A code that the holder reads out. */
  readonly temporaryCode?: string;
  /** Handle of the space of somebody else who is of age. */
  readonly representative?: string;
  /** A review of dr-martin's accesses, assigned to the compliance officer. */
  readonly reviewed?: string;
  /** A line of the history, sealed. */
  readonly line?: string;
  /** An export that compliance asked for; approved by two where the state says so. */
  readonly export?: string;
}
/**
 * `DESTROYED`: files skip who had the space; `CARED`: active, and dr-martin was let in; `RECORDED`: with documents; `CODED`: active, and a temporary code was given; `CHILD`: opened, of a minor,
 * beside the active space of an adult; `REVIEWED`: a review is open; `JUDGED`: it was closed; `SEALED`: active, and its history is in the sealed log;
 * `EXPORT`: one was asked for; `APPROVED_EXPORT`: and two people approved it.
 */
type State =
  | 'INVITED'
  | 'DESTROYED'
  | 'OPPOSED'
  | 'ACTIVE'
  | 'CLOSED'
  | 'CARED'
  | 'RECORDED'
  | 'CODED'
  | 'CHILD'
  | 'REVIEWED'
  | 'JUDGED'
  | 'SEALED'
  | 'EXPORT'
  | 'APPROVED_EXPORT';

/** One thing that both doors do: how to say it over each, from which state it goes well, and how it is refused. */
export interface Operation {
  /** Field of GraphQL. */
  readonly field: string;
  /** Method and template of REST. */
  readonly route: readonly [string, string];
  readonly from: State;
  readonly as?: PersonaName;
  /** Said with the request over both doors. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Path or query parameters of REST and arguments of GraphQL. */
  readonly args?: (scene: Scene) => Readonly<Record<string, string>>;
  /** Body of REST and `input` of GraphQL, with its type there. */
  readonly input?: readonly [string, (scene: Scene) => object];
  /** Over REST the input is a form: its `content` is the file, `mediaType` and `fileName` are those of the file. */
  readonly upload?: true;
  /** What GraphQL selects. */
  readonly select: string;
  readonly refused: {
    readonly as?: PersonaName;
    readonly args?: (scene: Scene) => Readonly<Record<string, string>>;
    readonly input?: (scene: Scene) => object;
    readonly status: number;
    readonly code: string;
  };
}

const TERMS = { conditions: '2026-01', privacy: '2026-01' };
/** Nobody's, of the test range. */
const NEVER_DECLARED = '287014499991255';
const CHECKED = ['INS', 'BIRTH_DATE', 'ADDRESS'];
const ofSpace = ({ address }: Scene) => ({ space: address.handle });
const ofCampaign = ({ campaign }: Scene) => ({ campaign });
const noCampaign = { args: () => ({ campaign: 'no-such-one' }), status: 404, code: 'enrolment/no-such-campaign' };
const unknownCode = { input: ({ letter }: Scene) => ({ ...letter, code: 'ZZZZ-ZZZZ-ZZ' }), status: 404, code: 'enrolment/code-unknown' };
const notAllowed = (as: PersonaName) => ({ as, status: 403, code: 'access/not-allowed' });
const somebodyElse = { as: 'bruno', status: 404, code: 'access/nothing-here' } as const;
const tooFewChecks = (rest: object = {}) => ({
  input: () => ({ checked: ['INS'], ...rest }),
  status: 403,
  code: 'enrolment/checks-missing',
});
const LETTER: Operation['input'] = ['LetterInput', ({ letter }) => letter];

const byLetter: readonly Operation[] = [
  {
    field: 'registerOpposition',
    route: ['POST', '/oppositions'],
    from: 'INVITED',
    input: LETTER,
    select: 'position',
    refused: unknownCode,
  },
  {
    field: 'withdrawOpposition',
    route: ['POST', '/opposition-withdrawals'],
    from: 'OPPOSED',
    input: LETTER,
    select: 'position',
    refused: unknownCode,
  },
  {
    field: 'blockAutomaticCreation',
    route: ['POST', '/non-representative-declarations'],
    from: 'INVITED',
    input: LETTER,
    select: 'position',
    refused: unknownCode,
  },
  {
    field: 'renewProvisionalCode',
    route: ['POST', '/provisional-codes'],
    from: 'INVITED',
    input: ['CodeRequestInput', ({ ins, letter: { vitaleSerial, birthDate } }) => ({ ins, vitaleSerial, birthDate, channel: 'POST' })],
    select: 'position',
    refused: {
      input: ({ letter: { vitaleSerial, birthDate } }) => ({ ins: '185067599990140', vitaleSerial, birthDate, channel: 'POST' }),
      status: 400,
      code: 'identity/ins-wrong-key',
    },
  },
  {
    field: 'activateSpace',
    route: ['POST', '/activations'],
    from: 'INVITED',
    as: 'alice',
    input: ['ActivateSpaceInput', ({ letter }) => ({ ...letter, terms: TERMS })],
    select: 'position space',
    refused: notAllowed('operator'),
  },
];

const byHolder: readonly Operation[] = [
  { field: 'mySpaces', route: ['GET', '/me/spaces'], from: 'ACTIVE', as: 'alice', select: OVERVIEW, refused: notAllowed('operator') },
  {
    field: 'space',
    route: ['GET', '/spaces/{space}'],
    from: 'ACTIVE',
    as: 'alice',
    args: ofSpace,
    select: `view { ${OVERVIEW} } etag`,
    refused: somebodyElse,
  },
  {
    field: 'activityHistory',
    route: ['GET', '/spaces/{space}/history'],
    from: 'ACTIVE',
    as: 'alice',
    args: ofSpace,
    select: 'lines { id at on kind lane by fr en } next',
    refused: somebodyElse,
  },
  {
    field: 'historyReceipt',
    route: ['GET', '/spaces/{space}/history/{line}/proof'],
    from: 'SEALED',
    as: 'alice',
    args: ({ address, line = 'none' }) => ({ space: address.handle, line }),
    select: 'proof event',
    refused: { args: (scene) => ({ ...ofSpace(scene), line: 'none' }), status: 404, code: 'history/no-such-line' },
  },
  {
    field: 'closurePreview',
    route: ['GET', '/spaces/{space}/closure-preview'],
    from: 'ACTIVE',
    as: 'alice',
    args: ofSpace,
    select: 'space possible archivedUntil { fr en iso } consequences { fr en }',
    refused: somebodyElse,
  },
  {
    field: 'closeSpace',
    route: ['PUT', '/spaces/{space}/closure'],
    from: 'ACTIVE',
    as: 'alice',
    args: ofSpace,
    input: ['CloseSpaceInput', () => ({})],
    select: 'position',
    refused: somebodyElse,
  },
  {
    field: 'reopenSpace',
    route: ['PUT', '/spaces/{space}/reopening'],
    from: 'CLOSED',
    as: 'alice',
    args: ofSpace,
    input: ['ReopenSpaceInput', () => ({})],
    select: 'position',
    refused: somebodyElse,
  },
  {
    field: 'acceptTerms',
    route: ['PUT', '/spaces/{space}/terms'],
    from: 'ACTIVE',
    as: 'alice',
    args: ofSpace,
    input: ['TermsInput', () => TERMS],
    select: 'position',
    refused: { input: () => ({ ...TERMS, privacy: '2019-01' }), status: 409, code: 'enrolment/terms-outdated' },
  },
];

const HOLD = '0f7c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10';
const ofHold = (scene: Scene) => ({ ...ofSpace(scene), hold: HOLD });
const ofEnding: readonly Operation[] = [
  {
    field: 'requestErasure',
    route: ['PUT', '/spaces/{space}/erasure'],
    from: 'CLOSED',
    as: 'alice',
    args: ofSpace,
    input: ['ErasureInput', () => ({})],
    select: 'position',
    refused: somebodyElse,
  },
  {
    field: 'cancelErasure',
    route: ['POST', '/spaces/{space}/erasure-cancellations'],
    from: 'CLOSED',
    as: 'alice',
    args: ofSpace,
    input: ['ErasureInput', () => ({})],
    select: 'position',
    refused: somebodyElse,
  },
  {
    field: 'ending',
    route: ['GET', '/spaces/{space}/ending'],
    from: 'CLOSED',
    as: 'archivist',
    args: ofSpace,
    select: 'archivedUntil erasureOn holds requested due streams events',
    refused: notAllowed('operator'),
  },
  {
    field: 'placeLegalHold',
    route: ['PUT', '/spaces/{space}/legal-holds/{hold}'],
    from: 'CLOSED',
    as: 'archivist',
    args: ofHold,
    input: [
      'LegalHoldInput',
      () => ({ order: 'ordonnance 12', keys: ['content'], second: 'compliance', reviewOn: '2030-01-01T00:00:00Z' }),
    ],
    select: 'position',
    refused: {
      input: () => ({ order: 'ordonnance 12', keys: ['content'], second: 'archivist', reviewOn: '2030-01-01T00:00:00Z' }),
      status: 403,
      code: 'enrolment/second-person-needed',
    },
  },
  {
    field: 'liftLegalHold',
    route: ['PUT', '/spaces/{space}/legal-holds/{hold}/lifting'],
    from: 'CLOSED',
    as: 'archivist',
    args: ofHold,
    input: ['LiftHoldInput', () => ({ second: 'compliance' })],
    select: 'position',
    refused: notAllowed('operator'),
  },
];

const REQUEST = '1f7c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10';
const BREACH = '2f7c6a52-5a9c-4b3e-9d55-1f6f4f1d2a10';
const ofRequest = () => ({ request: REQUEST });
const ofBreach = () => ({ breach: BREACH });
const notForOperators = notAllowed('operator');
const LINE = 'request right channel space reference receivedOn dueOn extended answer ground answeredOn days late';
const BREACH_LINE = `breach kinds facts consequences measures people awareSince noticeDue risk notifiedOn authorityReference reasonForDelay informedOn
  closedOn late`;
const officer = { from: 'INVITED', as: 'compliance', select: 'position', headers: PURPOSE } as const;
/** In this order: each goes well after those before it. */
const ofRegisters: readonly Operation[] = [
  {
    ...officer,
    field: 'receiveRightsRequest',
    route: ['PUT', '/registers/rights-requests/{request}'],
    args: ofRequest,
    input: [
      'RightsRequestInput',
      ({ address }) => ({ right: 'ACCESS', channel: 'POST', space: address.handle, reference: 'COURRIER-2026-0042' }),
    ],
    refused: notForOperators,
  },
  {
    ...officer,
    field: 'extendRightsRequest',
    route: ['PUT', '/registers/rights-requests/{request}/extension'],
    args: ofRequest,
    input: ['ReasonInput', () => ({ reason: 'trois dossiers à réunir' })],
    refused: { args: () => ({ request: BREACH }), status: 404, code: 'registers/no-such-request' },
  },
  {
    ...officer,
    field: 'answerRightsRequest',
    route: ['PUT', '/registers/rights-requests/{request}/answer'],
    args: ofRequest,
    input: ['RightsAnswerInput', () => ({ answer: 'REFUSED', ground: 'RGPD art. 17(3)(b)' })],
    refused: { args: () => ({ request: BREACH }), status: 404, code: 'registers/no-such-request' },
  },
  {
    ...officer,
    field: 'rightsRequests',
    route: ['GET', '/registers/rights-requests'],
    select: `lines { ${LINE} } next`,
    refused: notForOperators,
  },
  {
    ...officer,
    field: 'evidence',
    route: ['GET', '/spaces/{space}/evidence'],
    args: ofSpace,
    select: 'kind at on by channel text detail stream rev',
    refused: notForOperators,
  },
  {
    ...officer,
    field: 'matrixVersions',
    route: ['GET', '/controls/matrix-versions'],
    select: 'version proposedAt by account reason source appliesFrom publishedAt',
    refused: notForOperators,
  },
  {
    ...officer,
    field: 'retention',
    route: ['GET', '/controls/retention'],
    select: 'at pastArchive pastErasure held underWay oldest { category at }',
    refused: notForOperators,
  },
  {
    ...officer,
    field: 'controlReferences',
    route: ['GET', '/controls/references'],
    select: `dpia { reference date validUntil } securityPolicy { reference } hostingCertificate { reference validUntil }
      processors { name purpose contract until }`,
    refused: notForOperators,
  },
  {
    ...officer,
    field: 'accounts',
    route: ['GET', '/controls/accounts'],
    select: `accounts { role actor account firstUse lastUse looks acts refusals state outsideGrant reviewDue
      grant { source since by reason until removedOn removedBy reviewedOn } } next listOf fr`,
    refused: notForOperators,
  },
  {
    ...officer,
    field: 'services',
    route: ['GET', '/controls/services'],
    select: 'at catalogue { written roles matrix { version professions } fr } releases { party direction what purpose count first last }',
    refused: notForOperators,
  },
  {
    ...officer,
    field: 'processingRegister',
    route: ['GET', '/controls/processing-register'],
    select: 'name purposes legalBasis people data recipients retention security',
    refused: notForOperators,
  },
  {
    ...officer,
    field: 'recordBreach',
    route: ['PUT', '/registers/breaches/{breach}'],
    args: ofBreach,
    input: [
      'BreachInput',
      () => ({
        ...{ kinds: ['CONFIDENTIALITY'], facts: 'un envoi au mauvais destinataire', consequences: 'lecture par un tiers' },
        ...{ measures: 'destruction attestée', people: 12, awareSince: '2021-01-01T00:00:00Z' },
      }),
    ],
    refused: notAllowed('alice'),
  },
  {
    ...officer,
    field: 'judgeBreach',
    route: ['PUT', '/registers/breaches/{breach}/risk'],
    args: ofBreach,
    input: ['BreachJudgementInput', () => ({ risk: 'HIGH', reason: 'données de santé' })],
    refused: { args: () => ({ breach: REQUEST }), status: 404, code: 'registers/no-such-breach' },
  },
  {
    ...officer,
    field: 'notifyAuthorityOfBreach',
    route: ['PUT', '/registers/breaches/{breach}/authority-notice'],
    args: ofBreach,
    input: ['AuthorityNoticeInput', () => ({ reference: 'CNIL-2026-0817', reason: 'le prestataire a tardé' })],
    refused: { args: () => ({ breach: REQUEST }), status: 404, code: 'registers/no-such-breach' },
  },
  {
    ...officer,
    field: 'informPeopleOfBreach',
    route: ['PUT', '/registers/breaches/{breach}/information'],
    args: ofBreach,
    input: ['PeopleInformedInput', () => ({ people: 12, how: 'lettre' })],
    refused: { args: () => ({ breach: REQUEST }), status: 404, code: 'registers/no-such-breach' },
  },
  {
    ...officer,
    field: 'closeBreach',
    route: ['PUT', '/registers/breaches/{breach}/closing'],
    args: ofBreach,
    input: ['LessonInput', () => ({ lesson: 'deux personnes approuvent' })],
    refused: { args: () => ({ breach: REQUEST }), status: 404, code: 'registers/no-such-breach' },
  },
  {
    ...officer,
    field: 'breaches',
    route: ['GET', '/registers/breaches'],
    select: `lines { ${BREACH_LINE} } next`,
    refused: notForOperators,
  },
  {
    ...officer,
    field: 'destructions',
    route: ['GET', '/registers/destructions'],
    select: 'lines { state ground scope askedOn lateFrom doneAt late space certificate { stream rev streams events } } next',
    refused: notForOperators,
  },
];

const bySupport: readonly Operation[] = [
  {
    field: 'findSpaceByIdentity',
    route: ['POST', '/support/space-searches'],
    from: 'INVITED',
    as: 'agent-3422',
    input: ['SpaceSearchInput', ({ ins }) => ({ ins })],
    select: OVERVIEW,
    refused: notAllowed('alice'),
  },
  {
    field: 'registerOppositionByPhone',
    route: ['PUT', '/support/spaces/{space}/opposition'],
    from: 'INVITED',
    as: 'agent-3422',
    args: ofSpace,
    input: ['PhoneOppositionInput', () => ({ checked: CHECKED })],
    select: 'position',
    refused: tooFewChecks(),
  },
  {
    field: 'withdrawOppositionByPhone',
    route: ['POST', '/support/spaces/{space}/opposition-withdrawals'],
    from: 'OPPOSED',
    as: 'agent-3422',
    args: ofSpace,
    input: ['PhoneChecksInput', () => ({ checked: CHECKED })],
    select: 'position',
    refused: tooFewChecks(),
  },
  {
    field: 'renewProvisionalCodeByPhone',
    route: ['POST', '/support/spaces/{space}/provisional-codes'],
    from: 'INVITED',
    as: 'agent-3422',
    args: ofSpace,
    input: ['PhoneCodeInput', () => ({ checked: CHECKED, channel: 'EMAIL' })],
    select: 'position',
    refused: tooFewChecks({ channel: 'EMAIL' }),
  },
  {
    field: 'liftSuppression',
    route: ['POST', '/support/suppression-liftings'],
    from: 'DESTROYED',
    as: 'agent-3422',
    input: ['SuppressionLiftingInput', ({ ins }) => ({ ins, checked: CHECKED })],
    select: 'position',
    refused: {
      input: () => ({ ins: NEVER_DECLARED, checked: CHECKED }),
      status: 409,
      code: 'enrolment/not-suppressed',
    },
  },
];

const byOperators: readonly Operation[] = [
  {
    field: 'openCampaign',
    route: ['PUT', '/campaigns/{campaign}'],
    from: 'INVITED',
    as: 'operator',
    args: ({ campaign }) => ({ campaign: `${campaign}-new` }),
    input: ['CampaignInput', () => ({ label: 'Essai' })],
    select: 'position',
    refused: notAllowed('alice'),
  },
  {
    field: 'campaignReport',
    route: ['GET', '/campaigns/{campaign}'],
    from: 'INVITED',
    as: 'operator',
    args: ofCampaign,
    select: 'campaign label status files declared rejected invitedByEmail invitedByPost awaitingAnother byStatus { status count }',
    refused: noCampaign,
  },
  {
    field: 'pauseCampaign',
    route: ['PUT', '/campaigns/{campaign}/pause'],
    from: 'INVITED',
    as: 'operator',
    args: ofCampaign,
    input: ['PauseCampaignInput', () => ({ reason: 'Imprimeur en panne' })],
    select: 'position',
    refused: noCampaign,
  },
  {
    field: 'resumeCampaign',
    route: ['PUT', '/campaigns/{campaign}/resumption'],
    from: 'INVITED',
    as: 'operator',
    args: ofCampaign,
    select: 'position',
    refused: noCampaign,
  },
  {
    field: 'deadlinesDue',
    route: ['GET', '/deadlines'],
    from: 'INVITED',
    as: 'operator',
    args: () => ({ from: '2026-01-01', to: '2026-12-31' }),
    select: 'day openings archiveEnds',
    refused: notAllowed('alice'),
  },
  {
    field: 'reportBounce',
    route: ['POST', '/delivery-reports'],
    from: 'INVITED',
    as: 'operator',
    input: ['DeliveryReportInput', ({ address }) => ({ space: address.handle, report: '5.1.1' })],
    select: 'position',
    refused: notAllowed('compliance'),
  },
  {
    field: 'reportOpeningFailure',
    route: ['POST', '/opening-failures'],
    from: 'INVITED',
    as: 'operator',
    input: ['OpeningFailureInput', ({ address }) => ({ space: address.handle, reason: 'index full' })],
    select: 'position',
    refused: notAllowed('compliance'),
  },
];

const NOTICE = 'notice kind on who { kind id name profession { system code } facility { id name } }';
const ofNotices: readonly Operation[] = [
  {
    field: 'notices',
    route: ['GET', '/spaces/{space}/notices'],
    from: 'ACTIVE',
    as: 'alice',
    args: ofSpace,
    select: SELECTED.notices,
    refused: somebodyElse,
  },
  {
    field: 'markNoticesRead',
    route: ['PUT', '/spaces/{space}/notices/read'],
    from: 'ACTIVE',
    as: 'alice',
    args: ofSpace,
    input: ['NoticesReadInput', () => ({ notices: [] })],
    select: 'position',
    refused: { input: () => ({ notices: ['nowhere'] }), status: 404, code: 'notices/no-such-notice' },
  },
  {
    field: 'setNoticePreference',
    route: ['PUT', '/spaces/{space}/notice-preferences'],
    from: 'ACTIVE',
    as: 'alice',
    args: ofSpace,
    input: ['NoticePreferenceInput', () => ({ preference: 'NOTIF_ACCESS', wanted: false })],
    select: 'position',
    refused: somebodyElse,
  },
  {
    field: 'professionalNotices',
    route: ['GET', '/me/professional-notices'],
    from: 'INVITED',
    as: 'dr-martin',
    select: `notices { ${NOTICE} space fr en } next`,
    refused: notAllowed('alice'),
  },
];

export const operations: readonly Operation[] = [
  ...byLetter,
  ...byHolder,
  ...ofEnding,
  ...ofRegisters,
  ...bySupport,
  ...byOperators,
  ...ofNotices,
  ...overviewOperations,
  ...careOperations,
  ...complianceOperations,
  ...replayOperations,
  ...exportOperations,
  ...copyOperations,
];
