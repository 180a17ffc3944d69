import { foldAccess, NOBODY, type AccessFacts } from '../../../src/domain/access/facts.js';
import { matrix, type Action } from '../../../src/domain/access/matrix.js';
import * as p from '../../personas/index.js';

/** Who asks, as seen from the space of Alice. */
const askers = {
  holder: p.alice,
  other: p.bruno,
  bearer: p.bearer,
  support: p.agent,
  operator: p.operator,
  compliance: p.compliance,
  system: p.scheduler,
};
type Asker = keyof typeof askers;
const ASKERS = Object.keys(askers) as Asker[];

/** `yes`: allowed. `no`: not your business. `none`: the same answer as for a space that does not exist. */
type Answer = 'yes' | 'no' | 'none';
const ANSWERS: Readonly<Record<Answer, string | null>> = { yes: null, no: 'access/not-allowed', none: 'access/nothing-here' };

const expected: Readonly<Record<Action, string>> = {
  //                     holder other bearer support operator compliance system
  DeclareEligible: '      no     no    no     no      yes      no         yes',
  InviteHolder: '         no     no    no     no      yes      no         yes',
  ReportBounce: '         no     no    no     no      yes      no         yes',
  RenewProvisionalCode: ' yes    yes   yes    yes     no       no         no',
  RegisterOpposition: '   yes    yes   yes    yes     no       no         no',
  WithdrawOpposition: '   yes    yes   yes    yes     no       no         no',
  OpenAutomatically: '    no     no    no     no      yes      no         yes',
  ReportOpeningFailure: ' no     no    no     no      yes      no         yes',
  BlockAutomaticCreation: 'yes   yes   yes    yes     no       no         no',
  ActivateSpace: '        yes    yes   no     no      no       no         no',
  AcceptTerms: '          yes    none  no     no      no       no         no',
  CloseSpace: '           yes    none  no     yes     no       no         no',
  ReopenSpace: '          yes    yes   no     no      no       no         no',

  OpenCampaign: '         no     no    no     no      yes      no         no',
  PauseCampaign: '        no     no    no     no      yes      no         no',
  ResumeCampaign: '       no     no    no     no      yes      no         no',
  RecordImport: '         no     no    no     no      yes      no         yes',

  GetSpaceOverview: '     yes    none  no     yes     no       yes        no',
  GetActivityHistory: '   yes    none  no     no      no       yes        no',
  PreviewClosure: '       yes    none  no     yes     no       no         no',
  FindSpaceByIdentity: '  no     no    no     yes     no       no         no',
  ListMySpaces: '         yes    yes   no     no      no       no         no',
  GetCampaignReport: '    no     no    no     no      yes      yes        no',
  ListDeadlinesDue: '     no     no    no     no      yes      yes        no',
};

const answerOf = (action: Action, asker: Asker, facts: AccessFacts): string | null =>
  matrix[action](askers[asker], facts)?.rejected ?? null;
const rowOf = (action: Action): Answer[] => expected[action].trim().split(/\s+/) as Answer[];
const actions = Object.keys(matrix) as Action[];
const ofAlice = foldAccess(p.toActive);

describe('The authorisation matrix', () => {
  it('has a row here for every action it knows, with an answer for everybody', () => {
    expect(Object.keys(expected).sort()).toEqual([...actions].sort());
    for (const action of actions) expect(rowOf(action)).toHaveLength(ASKERS.length);
  });

  const cells = actions.flatMap((action) => ASKERS.map((asker, n) => [action, asker, rowOf(action)[n] as Answer] as const));

  it.each(cells)('%s, asked by %s: %s', (action, asker, answer) => {
    expect(answerOf(action, asker, ofAlice)).toBe(ANSWERS[answer]);
  });

  it('before the activation a space has no holder: to every account it is nothing at all', () => {
    for (const facts of [NOBODY, ...[p.toEligible, p.toInvited, p.toOpposed, p.toOpened].map((past) => foldAccess(past))])
      for (const action of actions)
        for (const asker of ['holder', 'other'] as const)
          expect(answerOf(action, asker, facts)).toBe(
            rowOf(action)[0] === 'yes' && rowOf(action)[1] === 'none' ? ANSWERS.none : ANSWERS[rowOf(action)[1] as Answer],
          );
  });

  it('what a role may do never depends on the space', () => {
    for (const action of actions)
      for (const asker of ['bearer', 'support', 'operator', 'compliance', 'system'] as const)
        expect(answerOf(action, asker, NOBODY)).toBe(answerOf(action, asker, ofAlice));
  });

  it('the same name at another identity provider is another person', () => {
    const imposter = { ...p.alice, subject: { ...p.alice.subject, issuer: 'https://other.test' } };
    expect(matrix.CloseSpace(imposter, ofAlice)?.rejected).toBe('access/nothing-here');
  });
});

describe('The facts that access rests on', () => {
  it('the space exists from the declaration on', () => {
    expect(foldAccess([])).toEqual({ exists: false, holder: null });
    expect(foldAccess(p.toInvited)).toEqual({ exists: true, holder: null });
  });

  it('the holder is the account that activated last, also while the space is closed', () => {
    expect(foldAccess(p.toClosed)).toEqual({ exists: true, holder: p.alice.subject });
    expect(foldAccess([...p.toClosed, { ...p.reopened, subject: p.bruno.subject }])).toEqual({ exists: true, holder: p.bruno.subject });
  });

  it('facts of other rules are passed over', () => {
    expect(foldAccess([...p.toActive, { type: 'SomethingElse' }])).toEqual(ofAlice);
  });
});
