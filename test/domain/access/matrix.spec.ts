import { foldAccess } from '../../../src/domain/access/fold-access.js';
import { NOBODY, type AccessFacts } from '../../../src/domain/access/facts.js';
import { matrix, type Action } from '../../../src/domain/access/matrix.js';
import type { Actor } from '../../../src/domain/shared/actor.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import * as p from '../../personas/index.js';
import * as s from '../../support/access-stories.js';
import { trustFigures } from '../../support/trust/figures.js';

const ADULT_ON = '2030-01-01T00:00:00.000Z' as Instant;
const represented = { type: 'LegalRepresentativeLinked', v: 1, subject: p.bruno.subject, until: ADULT_ON } as const;
const carol = { ...p.bruno, subject: { ...p.bruno.subject, sub: 'carol' } };

/** Who asks, as seen from the space of Alice. */
const askers: Readonly<Record<string, Actor>> = {
  holder: p.alice,
  representative: p.bruno,
  other: carol,
  bearer: p.bearer,
  attendingDoctor: s.asking(s.doctor),
  administrator: s.asking({ ...s.stranger }),
  careTeam: s.asking({ ...s.nurse, facility: s.CLINIC }),
  withoutConsent: s.asking(s.regulator),
  software: s.software(),
  insurer: s.insurer,
  support: p.agent,
  operator: p.operator,
  compliance: p.compliance,
  system: p.scheduler,
};
const ASKERS = Object.keys(askers);

/** `yes`: allowed. `no`: not your business. `none`: the same answer as for a space that does not exist. `ask`: not without a consent. */
type Answer = 'yes' | 'no' | 'none' | 'ask';
const ANSWERS: Readonly<Record<Answer, string | null>> = {
  yes: null,
  no: 'access/not-allowed',
  none: 'access/nothing-here',
  ask: 'access/no-consent',
};

// prettier-ignore
const expected: Readonly<Record<Action, string>> = {
  //                          holder repr  other bearer mt    admin team  none  soft  ins   3422  oper  comp  sys  
  DeclareEligible: '          no    no    no    no    no    no    no    no    no    no    no    yes   no    yes',
  InviteHolder: '             no    no    no    no    no    no    no    no    no    no    no    yes   no    yes',
  ReportBounce: '             no    no    no    no    no    no    no    no    no    no    no    yes   no    yes',
  ReportDelay: '              no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  RenewProvisionalCode: '     yes   yes   yes   yes   no    no    no    no    no    no    yes   no    no    no',
  RegisterOpposition: '       yes   yes   yes   yes   no    no    no    no    no    no    yes   no    no    no',
  WithdrawOpposition: '       yes   yes   yes   yes   no    no    no    no    no    no    yes   no    no    no',
  OpenAutomatically: '        no    no    no    no    no    no    no    no    no    no    no    yes   no    yes',
  ReportOpeningFailure: '     no    no    no    no    no    no    no    no    no    no    no    yes   no    yes',
  BlockAutomaticCreation: '   yes   yes   yes   yes   no    no    no    no    no    no    yes   no    no    no',
  ActivateSpace: '            yes   yes   yes   no    no    no    no    no    no    no    no    no    no    no',
  AcceptTerms: '              yes   none  none  no    no    no    no    no    no    no    no    no    no    no',
  CloseSpace: '               yes   none  none  no    no    no    no    no    no    no    yes   no    no    no',
  ReopenSpace: '              yes   yes   yes   no    no    no    no    no    no    no    no    no    no    no',
  RequestErasure: '           yes   yes   yes   no    no    no    no    no    no    no    yes   no    no    no',
  CancelErasure: '            yes   yes   yes   no    no    no    no    no    no    no    yes   no    no    no',
  PlaceLegalHold: '           no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  LiftLegalHold: '            no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  RequestDestruction: '       no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  LiftSuppression: '          no    no    no    no    no    no    no    no    no    no    yes   no    no    no',

  OpenCampaign: '             no    no    no    no    no    no    no    no    no    no    no    yes   no    no',
  PauseCampaign: '            no    no    no    no    no    no    no    no    no    no    no    yes   no    no',
  ResumeCampaign: '           no    no    no    no    no    no    no    no    no    no    no    yes   no    no',
  RecordImport: '             no    no    no    no    no    no    no    no    no    no    no    yes   no    yes',

  RecordConsent: '            no    no    no    no    yes   yes   yes   yes   yes   no    no    no    no    no',
  WithdrawConsent: '          yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  GrantTemporaryAccess: '     yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  UseTemporaryAccess: '       no    no    no    no    yes   yes   yes   yes   no    no    no    no    no    no',
  BlockProfessional: '        yes   yes   none  no    no    yes   no    ask   no    no    no    no    no    no',
  UnblockProfessional: '      yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  BlockFacility: '            yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  UnblockFacility: '          yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  DeclareAttendingDoctor: '   no    no    no    no    no    no    no    no    no    yes   no    yes   no    no',
  EndAttendingDoctor: '       no    no    no    no    no    no    no    no    no    yes   no    yes   no    no',
  GrantAdministrator: '       yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  RevokeAdministrator: '      yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  SetEmergencyPreference: '   yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  OpenEmergencyAccess: '      no    no    no    no    yes   yes   yes   yes   no    no    no    no    no    no',
  LinkLegalRepresentative: '  no    no    no    no    no    no    no    no    no    no    yes   yes   no    no',
  EndLegalRepresentation: '   no    no    no    no    no    no    no    no    no    no    yes   yes   no    no',
  MaskDocuments: '            yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  UnmaskDocuments: '          yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  MaskAllDocuments: '         yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  UnmaskAllDocuments: '       yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  SetDefaultConfidentiality: 'yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  MaskDocumentFrom: '         yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  LiftDocumentMask: '         yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',

  DepositDocument: '          yes   yes   none  no    yes   yes   yes   ask   yes   yes   no    no    no    no',
  ChangeConfidentiality: '    no    no    no    no    yes   yes   yes   yes   yes   yes   no    no    no    no',
  ArchiveDocument: '          no    no    no    no    yes   yes   yes   yes   yes   yes   no    no    no    no',
  UnarchiveDocument: '        no    no    no    no    yes   yes   yes   yes   yes   yes   no    no    no    no',
  UnpublishDocument: '        no    no    no    no    yes   yes   yes   yes   yes   yes   no    no    no    no',
  DeleteDocuments: '          yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  RecordAnnouncement: '       no    no    no    no    yes   yes   yes   ask   no    no    no    no    no    no',
  RemindOfAnnouncement: '     no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  DiscardDeposits: '          no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  RevealDocument: '           no    no    no    no    no    no    no    no    no    no    no    no    no    yes',

  RequestCopy: '              yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  DeliverCopy: '              no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  FailCopy: '                 no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  ExpireCopies: '             no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  WithdrawCopies: '           no    no    no    no    no    no    no    no    no    no    no    no    no    yes',

  ProposeMatrixVersion: '     no    no    no    no    no    no    no    no    no    no    no    yes   no    yes',
  RetryQuarantine: '          no    no    no    no    no    no    no    no    no    no    no    yes   no    no',
  ReleaseQuarantine: '        no    no    no    no    no    no    no    no    no    no    no    yes   no    no',
  BeginKekEpoch: '            no    no    no    no    no    no    no    no    no    no    no    yes   no    no',
  RewrapKeys: '               no    no    no    no    no    no    no    no    no    no    no    yes   no    no',
  RetireKekEpoch: '           no    no    no    no    no    no    no    no    no    no    no    yes   no    no',
  RealignStore: '             no    no    no    no    no    no    no    no    no    no    no    yes   no    no',
  ReceiveRightsRequest: '    no    no    no    no    no    no    no    no    no    no    yes   no    yes   no',
  ExtendRightsRequest: '     no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  AnswerRightsRequest: '     no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  RecordBreach: '            no    no    no    no    no    no    no    no    no    no    no    yes   yes   no',
  JudgeBreach: '             no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  NotifyAuthority: '         no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  InformPeople: '            no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  CloseBreach: '             no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  ListRightsRequests: '      no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  ListBreaches: '            no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  ListDestructions: '        no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  GetControlReferences: '            no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  ListAccounts: '                    no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  GetServices: '                     no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  ListMatrixVersions: '            no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  GetRetention: '            no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  GetProcessingRegister: '            no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  GetEvidence: '            no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  PublishMatrixVersion: '     no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  RequestExport: '            no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  ApproveExport: '            no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  RefuseExport: '             no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  ResumeExport: '             no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  CancelExport: '             no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  RemoveExport: '             no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  ExpireExport: '             no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  StartExport: '              no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  CompleteExport: '           no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  FailExport: '               no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  DownloadExport: '           no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  ListExports: '              no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  RegisterAuditor: '          no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  EndAuditor: '               no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  IssueNotice: '              no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  NotifyProfessional: '       no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  MarkNoticesRead: '          yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  SetNoticePreference: '      yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',

  RaiseAlert: '               no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  OpenCase: '                 no    no    no    no    no    no    no    no    no    no    no    no    yes   yes',
  AssignCase: '               no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  SetCaseDue: '               no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  CommentCase: '              no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  MarkCaseOverdue: '          no    no    no    no    no    no    no    no    no    no    no    no    no    yes',
  CloseCase: '                no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  ReopenCase: '               no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  PublishAlertRules: '        no    no    no    no    no    no    no    no    no    no    no    no    yes   yes',

  GetSpaceOverview: '         yes   yes   none  no    no    no    no    no    no    no    yes   no    yes   no',
  GetActivityHistory: '       yes   yes   none  no    yes   yes   no    ask   no    no    no    no    yes   no',
  ListAuditTrail: '           no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  GetHistoryReceipt: '        yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  PreviewClosure: '           yes   none  none  no    no    no    no    no    no    no    yes   no    no    no',
  PreviewEnding: '            no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  FindSpaceByIdentity: '      no    no    no    no    no    no    no    no    no    no    yes   no    no    no',
  FindPatient: '              no    no    no    no    yes   yes   yes   yes   yes   yes   no    no    no    no',
  ListDocuments: '            yes   yes   none  no    yes   yes   yes   ask   no    no    no    no    no    no',
  GetDocument: '              yes   yes   none  no    yes   yes   yes   ask   no    no    no    no    no    no',
  DownloadDocument: '         yes   yes   none  no    yes   yes   yes   ask   no    no    no    no    no    no',
  GetDossier: '               yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  ListRights: '               yes   yes   none  no    no    no    no    no    no    no    no    no    yes   no',
  PreviewMask: '              yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  ListAccesses: '             no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  ListNotices: '              yes   yes   none  no    no    no    no    no    no    no    no    no    yes   no',
  ReplaySteps: '              no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  CompareMoments: '           no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  WhoCouldSee: '              no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  WhatCouldSee: '             no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  WhatIf: '                   no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  RehearseExport: '           no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  WhatIfAcross: '             no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  ListCopies: '               yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',
  DownloadCopy: '             yes   yes   none  no    no    no    no    no    no    no    no    no    no    no',

  ListMySpaces: '             yes   yes   yes   no    no    no    no    no    no    no    no    no    no    no',
  GetCampaignReport: '        no    no    no    no    no    no    no    no    no    no    no    yes   yes   no',
  ListDeadlinesDue: '         no    no    no    no    no    no    no    no    no    no    no    yes   yes   no',
  ListMyPatients: '           no    no    no    no    yes   yes   yes   yes   no    no    no    no    no    no',
  ListMyActs: '               no    no    no    no    yes   yes   yes   yes   no    no    no    no    no    no',
  ListProfessionalNotices: '  no    no    no    no    yes   yes   yes   yes   no    no    no    no    no    no',
  ListKekActs: '              no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  ListQuarantine: '           no    no    no    no    no    no    no    no    no    no    no    yes   no    no',
  ListAccessesBy: '           no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  ListBreakGlass: '           no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  ListReviewCases: '          no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  GetReviewCase: '            no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  GetAlertRules: '            no    no    no    no    no    no    no    no    no    no    no    no    yes   no',
  GetHabilitationMatrix: '    yes   yes   yes   no    yes   yes   yes   yes   yes   yes   yes   yes   yes   no',
};

const answerOf = (action: Action, asker: string, facts: AccessFacts, at: Instant = p.DAY_0): string | null => {
  const mode = action === 'OpenEmergencyAccess' ? 'bris_de_glace' : 'normal';
  const { refusal } = matrix[action]({ actor: askers[asker] as Actor, facts, at, mode, law: s.law });
  return refusal === null ? null : refusal.rejected;
};
const rowOf = (action: Action): Answer[] => expected[action].trim().split(/\s+/) as Answer[];
const answerIn = (action: Action, asker: string): Answer => rowOf(action)[ASKERS.indexOf(asker)] as Answer;
const actions = Object.keys(matrix) as Action[];
const rights = [represented, s.attending(s.doctor), s.administrator(s.stranger), s.consented(s.placeOf(s.CLINIC))] as const;
const ofAlice = s.factsAfter(rights);
/** Whose answer rests on the space, and not on the role alone. */
const WITH_RIGHTS = ['holder', 'representative', 'attendingDoctor', 'administrator', 'careTeam', 'withoutConsent', 'software'];

describe('The matrix of actions', () => {
  it('lets an archivist do four things: look at how a space ends, hold it, let it go, destroy what is due', () => {
    const asks = { actor: p.archivist, facts: ofAlice, at: p.DAY_0, mode: 'normal', law: s.law } as const;
    const may = actions.filter((action) => matrix[action](asks).refusal === null);
    expect(may.sort()).toEqual(['LiftLegalHold', 'PlaceLegalHold', 'PreviewEnding', 'RequestDestruction']);
  });
  it('lets an auditor do nothing but ask for exports and fetch what he asked for', () => {
    const asks = { actor: p.auditor, facts: ofAlice, at: p.DAY_0, mode: 'normal', law: s.law } as const;
    const may = actions.filter((action) => matrix[action](asks).refusal === null);
    expect(may.sort()).toEqual(['CancelExport', 'DownloadExport', 'ListExports', 'RequestExport']);
  });
  it('has a row here for every action it knows, with an answer for everybody', () => {
    expect(Object.keys(expected).sort()).toEqual([...actions].sort());
    for (const action of actions) expect(rowOf(action)).toHaveLength(ASKERS.length);
  });

  const cells = actions.flatMap((action) => ASKERS.map((asker) => [action, asker, answerIn(action, asker)] as const));

  afterAll(() => {
    const unexpected = cells.filter(([action, asker, answer]) => answerOf(action, asker, ofAlice) !== ANSWERS[answer]);
    trustFigures('matrix', { actions: actions.length, askers: ASKERS.length, cells: cells.length, unexpected: unexpected.length });
  });

  it.each(cells)('%s, asked by %s: %s', (action, asker, answer) => {
    expect(answerOf(action, asker, ofAlice)).toBe(ANSWERS[answer]);
  });

  it('a receipt says of every answer whether it was yes, why, and nothing about facts that do not exist', () => {
    for (const action of actions)
      for (const asker of ASKERS) {
        const asked = { actor: askers[asker] as Actor, facts: ofAlice, at: p.DAY_0, mode: 'normal', law: s.law } as const;
        const { refusal, receipt } = matrix[action](asked);
        expect(receipt.outcome).toBe(refusal === null ? 'ALLOW' : 'DENY');
        expect(receipt.reason).not.toBe('');
        for (const { stream, rev } of receipt.facts) expect([stream, rev < rights.length]).toEqual(['access', true]);
      }
  });

  it('before the activation a space has no holder: to every account without a right of its own it is nothing at all', () => {
    for (const facts of [NOBODY, ...[p.toEligible, p.toInvited, p.toOpposed, p.toOpened].map((life) => s.factsAfter([], life))])
      for (const action of actions)
        for (const asker of ['holder', 'other']) expect(answerOf(action, asker, facts)).toBe(ANSWERS[answerIn(action, 'other')]);
  });

  it('on the day of the majority a representative is a stranger, and not a moment before', () => {
    for (const action of actions)
      expect([
        answerOf(action, 'representative', ofAlice, '2029-12-31T23:59:59.999Z' as Instant),
        answerOf(action, 'representative', ofAlice, ADULT_ON),
      ]).toEqual([ANSWERS[answerIn(action, 'representative')], ANSWERS[answerIn(action, 'other')]]);
  });

  it('what a role without rights of its own may do depends on nothing but whether the space is open', () => {
    const opened = s.factsAfter([], p.toOpened);
    for (const action of actions)
      for (const asker of ASKERS.filter((name) => !WITH_RIGHTS.includes(name) && name !== 'other'))
        expect(answerOf(action, asker, opened)).toBe(answerOf(action, asker, ofAlice));
  });

  it('while a space is closed nothing of it is read, written or decided, but what concerns its life', () => {
    const closed = s.factsAfter(rights, p.toClosed);
    const shut = actions.filter((action) => answerOf(action, 'holder', closed) === 'access/space-not-open');
    expect(shut).toEqual(
      expect.arrayContaining(['ListDocuments', 'GetDossier', 'MaskDocuments', 'BlockProfessional', 'WithdrawConsent', 'DepositDocument']),
    );
    for (const action of [
      'ListDocuments',
      'GetDocument',
      'DownloadDocument',
      'DepositDocument',
      'RecordConsent',
      'OpenEmergencyAccess',
    ] as const)
      for (const asker of ['attendingDoctor', 'administrator', 'careTeam', 'withoutConsent'])
        expect(answerOf(action, asker, closed)).toBe('access/space-not-open');
  });

  it('what was misfiled is taken back from a closed space too', () => {
    const closed = s.factsAfter(rights, p.toClosed);
    for (const asker of ['attendingDoctor', 'withoutConsent', 'software', 'insurer']) {
      expect(answerOf('UnpublishDocument', asker, closed)).toBeNull();
      expect(answerOf('ArchiveDocument', asker, closed)).toBe('access/space-not-open');
    }
  });

  it('the same name at another identity provider is another person', () => {
    const imposter = { ...p.alice, subject: { ...p.alice.subject, issuer: 'https://other.test' } };
    const asked = { actor: imposter, facts: ofAlice, at: p.DAY_0, mode: 'normal', law: s.law } as const;
    expect(matrix.CloseSpace(asked).refusal?.rejected).toBe('access/nothing-here');
    const representing = { ...asked, actor: { ...p.bruno, subject: { ...p.bruno.subject, issuer: 'https://other.test' } } };
    expect(matrix.GetDossier(representing).refusal?.rejected).toBe('access/nothing-here');
  });

  it('who is blocked declares no consent, uses no code and looks up no history, in whatever mode he says to come', () => {
    const facts = s.factsAfter([s.attending(s.doctor), s.blocked(s.doctor), s.glassBroken(s.doctor)]);
    for (const action of ['RecordConsent', 'UseTemporaryAccess', 'GetActivityHistory', 'BlockProfessional'] as const)
      for (const mode of ['normal', 'bris_de_glace'] as const) {
        const { refusal, receipt } = matrix[action]({ actor: s.asking(s.doctor), facts, at: p.DAY_0, mode, law: s.law });
        expect([refusal?.rejected, receipt.reason]).toEqual(['access/nothing-here', 'blocked']);
      }
  });

  it('nobody opens an emergency without saying that it is one', () => {
    const asked = { actor: s.asking(s.doctor), facts: ofAlice, at: p.DAY_0, mode: 'normal', law: s.law } as const;
    expect(matrix.OpenEmergencyAccess(asked).refusal?.rejected).toBe('access/not-allowed');
  });
});

describe('The facts that access rests on', () => {
  const lifeOf = (life: Parameters<typeof s.factsAfter>[1]) => {
    const { exists, status, holder, birthDate } = s.factsAfter([], life);
    return { exists, status, holder, birthDate };
  };

  it.each([
    ['nobody was declared', [], { exists: false, status: 'NONE', holder: null, birthDate: null }],
    ['invited', p.toInvited, { exists: true, status: 'INVITED', holder: null, birthDate: p.ALICE.birthDate }],
    ['opposed', p.toOpposed, { exists: true, status: 'OPPOSED', holder: null, birthDate: p.ALICE.birthDate }],
    ['opened', p.toOpened, { exists: true, status: 'OPENED', holder: null, birthDate: p.ALICE.birthDate }],
    ['active', p.toActive, { exists: true, status: 'ACTIVE', holder: p.alice.subject, birthDate: p.ALICE.birthDate }],
    ['closed, and still his', p.toClosed, { exists: true, status: 'CLOSED', holder: p.alice.subject, birthDate: p.ALICE.birthDate }],
  ])('%s', (_, life, known) => {
    expect(lifeOf(life)).toEqual(known);
  });

  it('the holder is the account that activated or reopened last', () => {
    expect(lifeOf([...p.toClosed, { ...p.reopened, subject: p.bruno.subject }])).toMatchObject({
      status: 'ACTIVE',
      holder: p.bruno.subject,
    });
  });

  it('facts of other streams and of other rules are passed over', () => {
    const [fact] = s.recorded('access', [s.blocked(s.doctor)]);
    const others = [
      { ...(fact as NonNullable<typeof fact>), stream: 'record-1' as const },
      ...s.recorded('access', [{ type: 'SomethingElse' }]),
    ];
    expect(foldAccess(others, ofAlice)).toEqual(ofAlice);
  });
});
