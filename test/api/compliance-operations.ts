import { MARTIN } from '../support/care.js';
import type { Operation, Scene } from './operations.js';

/** The account of the compliance officer of the local issuer. */
export const OFFICER = { issuer: 'urn:mon-espace-sante:local-issuer', sub: 'compliance' } as const;
export const PURPOSE = { 'x-purpose': 'controle 2027-4' } as const;
export const LATER = '2099-01-01T00:00:00Z';
const LOOKER = { professional: MARTIN.id };

const officer = { as: 'compliance', headers: PURPOSE } as const;
const notAllowed = { as: 'operator', status: 403, code: 'access/not-allowed' } as const;
const noSuchCase = { args: () => ({ case: 'x'.repeat(43) }), status: 404, code: 'audit/no-such-case' } as const;
const ofSpace = ({ address }: Scene) => ({ space: address.handle });
const ofCase = ({ reviewed = 'x'.repeat(43) }: Scene) => ({ case: reviewed });

const WHO = 'who { kind id name facility { id name } }';
const ACCESSES = `accesses { id at kind space ${WHO} role account action mode document receipt { outcome rule reason matrix facts } purpose secret
  veiled times asOf said } next`;
const CASE =
  'case openedAt cause reason alert { rule rules measured most accesses } actor space state due overdue assignee outcome closedAt';

/** What compliance officers ask and decide. */
export const complianceOperations: readonly Operation[] = [
  {
    ...officer,
    field: 'accessesToSpace',
    route: ['GET', '/compliance/spaces/{space}/accesses'],
    from: 'CARED',
    args: ofSpace,
    select: ACCESSES,
    refused: { as: 'agent-3422', status: 403, code: 'access/not-allowed' },
  },
  {
    ...officer,
    field: 'accessesBy',
    route: ['POST', '/compliance/access-searches'],
    from: 'CARED',
    input: ['AccessesByInput', () => ({ looker: LOOKER })],
    select: ACCESSES,
    refused: { input: () => ({ looker: { ...LOOKER, role: 'support' } }), status: 400, code: 'audit/looker-unclear' },
  },
  {
    ...officer,
    field: 'breakGlassAccesses',
    route: ['GET', '/compliance/break-glass'],
    from: 'INVITED',
    select: `accesses { id at space ${WHO} mode said until holderTold attendingDoctorTold looks
      review { case state due overdue assignee outcome } } next`,
    refused: notAllowed,
  },
  {
    ...officer,
    field: 'alertRules',
    route: ['GET', '/compliance/alert-rules'],
    from: 'INVITED',
    select: 'version from author reason source reviewHours watched thresholds',
    refused: notAllowed,
  },
  {
    ...officer,
    field: 'reviewCases',
    route: ['GET', '/compliance/cases'],
    from: 'REVIEWED',
    select: `cases { ${CASE} } next`,
    refused: notAllowed,
  },
  {
    ...officer,
    field: 'reviewCase',
    route: ['GET', '/compliance/cases/{case}'],
    from: 'REVIEWED',
    args: ofCase,
    select: `${CASE} steps { at kind by text due outcome }`,
    refused: noSuchCase,
  },
  {
    ...officer,
    field: 'openReviewCase',
    route: ['POST', '/compliance/cases'],
    from: 'INVITED',
    input: ['CaseInput', () => ({ looker: LOOKER, reason: 'plainte 2027-9', due: LATER })],
    select: 'case position',
    refused: {
      input: () => ({ looker: LOOKER, reason: 'plainte 2027-9', due: '2020-01-01T00:00:00Z' }),
      status: 400,
      code: 'audit/due-in-the-past',
    },
  },
  {
    ...officer,
    field: 'assignReviewCase',
    route: ['PUT', '/compliance/cases/{case}/assignee'],
    from: 'REVIEWED',
    args: ofCase,
    input: ['CaseAssignmentInput', () => ({ assignee: { ...OFFICER, sub: 'second-officer' } })],
    select: 'position',
    refused: { input: () => ({ assignee: { ...OFFICER, sub: 'dr-martin' } }), status: 403, code: 'audit/own-looks' },
  },
  {
    ...officer,
    field: 'setReviewCaseDue',
    route: ['PUT', '/compliance/cases/{case}/due'],
    from: 'REVIEWED',
    args: ofCase,
    input: ['CaseDueInput', () => ({ due: '2098-01-01T00:00:00Z' })],
    select: 'position',
    refused: noSuchCase,
  },
  {
    ...officer,
    field: 'commentReviewCase',
    route: ['POST', '/compliance/cases/{case}/comments'],
    from: 'REVIEWED',
    args: ofCase,
    input: ['CaseCommentInput', () => ({ text: 'de garde cette nuit-là' })],
    select: 'position',
    refused: { input: () => ({ text: '  ' }), status: 400, code: 'audit/reason-needed' },
  },
  {
    ...officer,
    field: 'closeReviewCase',
    route: ['PUT', '/compliance/cases/{case}/closure'],
    from: 'REVIEWED',
    args: ofCase,
    input: ['CaseClosureInput', () => ({ outcome: 'JUSTIFIED', reason: 'de garde' })],
    select: 'position',
    refused: noSuchCase,
  },
  {
    ...officer,
    field: 'reopenReviewCase',
    route: ['PUT', '/compliance/cases/{case}/reopening'],
    from: 'JUDGED',
    args: ofCase,
    input: ['CaseReopeningInput', () => ({ reason: 'nouvelle plainte', due: LATER })],
    select: 'position',
    refused: noSuchCase,
  },
];
