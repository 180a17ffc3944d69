import { describe, expect, it } from '@jest/globals';
import { caseDeadlines, breakGlassReview, accessWatch } from '../../../src/domain/audit/case-processes.js';
import type { CaseCommand, CaseEvent, Looker, RaisedAlert } from '../../../src/domain/audit/case-vocabulary.js';
import { reviewCase } from '../../../src/domain/audit/review-case.js';
import { nameOf, type Actor, type Subject } from '../../../src/domain/shared/actor.js';
import type { Recorded } from '../../../src/domain/shared/fact.js';
import * as p from '../../personas/index.js';
import { reacting } from '../../support/reacting.js';
import { specification } from '../../support/specification.js';

const { given } = specification(reviewCase);

const staff = (role: 'compliance' | 'support', sub: string, issuer = 'https://agents.example'): Actor => ({
  role,
  subject: { issuer, sub },
  assurance: 'substantial',
});
const [officer, second] = [staff('compliance', 'officer-1'), staff('compliance', 'officer-2')];
const subjectOf = (actor: Actor): Subject => ('subject' in actor ? actor.subject : { issuer: '', sub: '' });
const LOOKER: Looker = { actor: 'professional:899990000012', accounts: [{ issuer: 'https://psc.example', sub: 'martin' }] };
const told = { at: p.DAY_0, by: officer };
const due = p.day(7);

const opened: CaseEvent = { type: 'CaseOpened', v: 1, cause: { kind: 'HAND', reason: 'plainte' }, looker: LOOKER, due };
const assigned: CaseEvent = { type: 'CaseAssigned', v: 1, assignee: subjectOf(officer) };
const closed: CaseEvent = { type: 'CaseClosed', v: 1, outcome: 'JUSTIFIED', reason: 'de garde' };
const open = (more: object = {}): CaseCommand => ({
  type: 'OpenCase',
  cause: { kind: 'HAND', reason: 'plainte' },
  looker: LOOKER,
  due,
  ...more,
});
const assign = (assignee: Subject, known: readonly Subject[] = []): CaseCommand => ({ type: 'AssignCase', assignee, known });
const close = (reason = 'de garde'): CaseCommand => ({ type: 'CloseCase', outcome: 'JUSTIFIED', reason, known: [] });
const alert: RaisedAlert = {
  ...{
    rule: 'many-people',
    rules: 1,
    looker: LOOKER,
    window: '2026-01-05',
    on: p.DAY_0,
    measured: 21,
    most: 20,
    accesses: ['passage-1/0'],
  },
};
const raise: CaseCommand = { type: 'RaiseAlert', ...alert, due };
const raised: CaseEvent = { type: 'AlertRaised', v: 1, ...alert };
const byAlert: CaseEvent = { type: 'CaseOpened', v: 1, cause: { kind: 'ALERT', rule: 'many-people' }, looker: LOOKER, due };

describe('A review of accesses', () => {
  it('is opened by hand, with a reason and a day to come, once', () => {
    given().when(open(), told).then(opened);
    given(opened).when(open(), told).thenNothing();
    given()
      .when(open({ cause: { kind: 'HAND', reason: ' ' } }), told)
      .thenRefused('audit/reason-needed');
    given()
      .when(open({ due: p.DAY_0 }), told)
      .thenRefused('audit/due-in-the-past');
  });

  it('is opened by an alert, which is its first fact; the same alert again changes nothing, also after it was closed', () => {
    given()
      .when(raise, { ...told, by: p.scheduler })
      .then(raised, byAlert);
    given(raised, byAlert)
      .when(raise, { ...told, by: p.scheduler })
      .thenNothing();
    given(raised, byAlert, assigned, closed)
      .when(raise, { ...told, by: p.scheduler })
      .thenNothing();
  });

  it('is opened late for an emergency of last week, and then is due at once', () => {
    const cause = { kind: 'BREAK_GLASS', on: p.DAY_0, rev: 3 } as const;
    given()
      .when(open({ cause, due: p.day(3) }), { at: p.day(9), by: p.scheduler })
      .then({ type: 'CaseOpened', v: 1, cause, looker: LOOKER, due: p.day(3) });
  });

  it('is assigned, and assigned anew', () => {
    given(opened)
      .when(assign(subjectOf(officer)), told)
      .then(assigned);
    given(opened, assigned)
      .when(assign(subjectOf(officer)), told)
      .thenNothing();
    given(opened, assigned)
      .when(assign(subjectOf(second)), told)
      .then({ type: 'CaseAssigned', v: 1, assignee: subjectOf(second) });
  });

  it('is closed with an outcome and a reason by whom it was assigned to, and by nobody else', () => {
    given(opened, assigned).when(close(), told).then(closed);
    given(opened, assigned)
      .when(close(), { ...told, by: second })
      .thenRefused('audit/not-your-case');
    given(opened).when(close(), told).thenRefused('audit/not-your-case');
    given(opened, assigned).when(close('  '), told).thenRefused('audit/reason-needed');
  });

  it('takes no wish but to be reopened once it is closed; reopened it is judged by somebody who is named anew', () => {
    const past = [opened, assigned, closed] as const;
    for (const wish of [close('autre motif'), assign(subjectOf(second)), { type: 'CommentCase', text: 'x', known: [] }] as CaseCommand[])
      given(...past)
        .when(wish, told)
        .thenRefused('audit/case-closed');
    const reopen: CaseCommand = { type: 'ReopenCase', reason: 'nouvelle plainte', due: p.day(20), known: [] };
    given(opened).when(reopen, told).thenRefused('audit/case-open');
    const reopened: CaseEvent = { type: 'CaseReopened', v: 1, reason: 'nouvelle plainte', due: p.day(20) };
    given(...past)
      .when(reopen, { ...told, at: p.day(10) })
      .then(reopened);
    given(...past, reopened)
      .when(close(), { ...told, at: p.day(11) })
      .thenRefused('audit/not-your-case');
  });

  it('takes comments of bounded length', () => {
    const comment = (text: string): CaseCommand => ({ type: 'CommentCase', text, known: [] });
    given(opened).when(comment('vu'), told).thenEachTime({ type: 'CaseCommented', v: 1, text: 'vu' });
    given(opened)
      .when(comment('x'.repeat(2_001)), told)
      .thenRefused('audit/text-too-long');
  });

  describe('nobody judges his own looks', () => {
    const ofStaff = (actor: Actor): CaseEvent => ({ ...opened, looker: { actor: nameOf(actor), accounts: [subjectOf(actor)] } });
    const sameSubject = { issuer: 'https://elsewhere.example', sub: 'martin' };

    it.each([
      ['his account', LOOKER.accounts[0] as Subject, []],
      ['the same subject at another identity provider', sameSubject, []],
      [
        'an account he was seen with since',
        { issuer: 'https://agents.example', sub: 'claire' },
        [{ issuer: 'https://psc.example', sub: 'claire' }],
      ],
    ] as const)('it is not assigned to %s', (_, assignee, known) => {
      given(opened).when(assign(assignee, known), told).thenRefused('audit/own-looks');
    });

    it('an agent who looked as support and signs in as compliance does nothing in his case', () => {
      const [agent, himself] = [staff('support', 'agent-7'), staff('compliance', 'agent-7')];
      const wishes: CaseCommand[] = [
        assign(subjectOf(officer)),
        { type: 'SetCaseDue', due: p.day(30), known: [] },
        { type: 'CommentCase', text: 'rien à voir', known: [] },
        close(),
        { type: 'ReopenCase', reason: 'x', due: p.day(30), known: [] },
      ];
      for (const wish of wishes)
        given(ofStaff(agent), { ...assigned, assignee: subjectOf(himself) })
          .when(wish, { ...told, by: himself })
          .thenRefused('audit/own-looks');
      given()
        .when(open({ looker: { actor: nameOf(agent), accounts: [subjectOf(agent)] } }), { ...told, by: himself })
        .thenRefused('audit/own-looks');
    });
  });

  it('falls due once for each day that was set, and not when another day was set since, nor once it is closed', () => {
    const overdue = (day = due): CaseCommand => ({ type: 'MarkCaseOverdue', due: day });
    const system = { at: due, by: p.scheduler };
    const fell: CaseEvent = { type: 'CaseFellDue', v: 1, due };
    given(opened).when(overdue(), system).then(fell);
    given(opened, { type: 'CaseDueSet', v: 1, due: p.day(9) })
      .when(overdue(), system)
      .thenNothing();
    given(opened, assigned, closed).when(overdue(), system).thenNothing();
    given().when(overdue(), system).thenNothing();
  });
});

describe('What calls for a review', () => {
  const { given: calendar } = reacting(caseDeadlines);
  const overdue = (id: string, day: typeof due) => ({ id, wish: { type: 'MarkCaseOverdue', due: day }, notBefore: day }) as const;

  it('every day on which a case is due is kept in the calendar', () => {
    calendar('case-1', opened).then(overdue('1', due));
    calendar('case-1', { type: 'CaseDueSet', v: 1, due: p.day(9) }).then(overdue('1', p.day(9)));
    calendar('case-1', { type: 'CaseReopened', v: 1, reason: 'x', due: p.day(9) }).then(overdue('1', p.day(9)));
  });

  it('every glass that was broken is reviewed; a call to the regulation of a SAMU is no broken glass', () => {
    const glass = { type: 'BreakGlassUsed', v: 1, professional: '8', mode: 'bris_de_glace', reason: 'x', until: p.day(1) } as const;
    const react = breakGlassReview.on.BreakGlassUsed;
    const fact = (event: typeof glass): Recorded<typeof glass> => ({ event, rev: 4 }) as Recorded<typeof glass>;
    expect(react?.(fact(glass), 'space')).toEqual([{ id: 'space', wish: { type: 'ReviewBreakGlass', rev: 4 } }]);
    expect(react?.(fact({ ...glass, mode: 'centre_15' as never }), 'space')).toEqual([]);
  });

  it('the holder, his representatives and parts of the software are not watched; who looks by office or profession is', () => {
    const look = (who: Actor) =>
      accessWatch.on.AccessGranted?.(
        {
          event: { type: 'AccessGranted', v: 1, action: 'ListDocuments' },
          stream: 'passage-s',
          rev: 0,
          position: 7n,
          meta: { who },
        } as never,
        's',
      );
    expect([p.alice, p.scheduler, officer].map(look)).toEqual([[], [], []]);
    const wish = { type: 'WatchAccess', stream: 'passage-s', rev: 0, position: '7' };
    expect(look(staff('support', 'agent-7'))).toEqual([{ id: 's', wish }]);
  });
});
