import type { NoticeBy, NoticesCommand, NoticesEvent } from '../../../src/domain/notices/notice-vocabulary.js';
import { notices } from '../../../src/domain/notices/notices.js';
import { REACTOR, nameOf } from '../../../src/domain/shared/actor.js';
import type { Of } from '../../../src/domain/shared/decider.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import { alice, bruno, DAY_0, later } from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(notices);
type Issue = Of<NoticesCommand, 'IssueNotice'>;
type Issued = Of<NoticesEvent, 'NoticeIssued'>;

const MINUTE = 60_000;
const martin: NoticeBy = { kind: 'PROFESSIONAL', id: '810000000001', name: 'Dr Martin' };
const roche: NoticeBy = { kind: 'PROFESSIONAL', id: '810000000002', name: 'Dr Roche' };
const at = (minutes: number): Instant => later(DAY_0, minutes * MINUTE);
const bySystem = { at: at(0), by: REACTOR };
const about = { stream: 'passage', rev: 1 };

const wish = (kind: Issue['kind'], more: Partial<Issue> = {}): Issue => ({
  type: 'IssueNotice',
  notice: 'n-new',
  kind,
  on: at(0),
  who: martin,
  hiddenFrom: [],
  about,
  ...more,
});
const told = (kind: Issued['kind'], more: Partial<Issued> = {}): Issued => ({
  type: 'NoticeIssued',
  v: 1,
  notice: `n-${kind}`,
  kind,
  on: at(0),
  who: martin,
  hiddenFrom: [],
  mandatory: !['ACCESS', 'DOCUMENT_ADDED', 'DOCUMENT_CHANGED'].includes(kind),
  about,
  ...more,
});
const fresh = (kind: Issued['kind'], more: Partial<Issued> = {}): Issued => told(kind, { notice: 'n-new', ...more });
const hidden = { hiddenFrom: ['REPRESENTATIVES'] } as const;
const unwanted = (preference: 'NOTIF_DOCUMENT' | 'NOTIF_ACCESS', wanted = false): NoticesEvent => ({
  type: 'NoticePreferenceSet',
  v: 1,
  preference,
  wanted,
});

describe('What the holder is told of accesses', () => {
  it('the first access of a professional is told as such, and cannot be switched off', () => {
    given().when(wish('ACCESS'), bySystem).then(fresh('FIRST_ACCESS'));
    given(unwanted('NOTIF_ACCESS')).when(wish('ACCESS'), bySystem).then(fresh('FIRST_ACCESS'));
  });

  it('everybody has a first access of his own', () =>
    given(told('FIRST_ACCESS'))
      .when(wish('ACCESS', { who: roche }), bySystem)
      .then(fresh('FIRST_ACCESS', { who: roche })));

  it.each([
    [0, 'nothing'],
    [29, 'nothing'],
    [29 + 59_999 / MINUTE, 'nothing'],
    [30, 'told'],
    [31, 'told'],
    [600, 'told'],
  ])('an access %d minutes after the one that was told: %s', (minutes, what) => {
    const on = at(minutes);
    const decided = given(told('FIRST_ACCESS')).when(wish('ACCESS', { on }), bySystem);
    if (what === 'nothing') decided.thenNothing();
    else decided.then(fresh('ACCESS', { on }));
  });

  it('the half hour is counted from the access that was told, so that none of a long day goes untold', () => {
    const day = [told('FIRST_ACCESS'), told('ACCESS', { on: at(30) })];
    given(...day)
      .when(wish('ACCESS', { on: at(59) }), bySystem)
      .thenNothing();
    given(...day)
      .when(wish('ACCESS', { on: at(60) }), bySystem)
      .then(fresh('ACCESS', { on: at(60) }));
  });

  it('an access that is met late is told by the one near it', () =>
    given(told('FIRST_ACCESS', { on: at(20) }))
      .when(wish('ACCESS', { on: at(0) }), bySystem)
      .thenNothing());

  it('later accesses may be switched off, and on again', () => {
    const on = at(90);
    given(told('FIRST_ACCESS'), unwanted('NOTIF_ACCESS')).when(wish('ACCESS', { on }), bySystem).thenNothing();
    given(told('FIRST_ACCESS'), unwanted('NOTIF_ACCESS'), unwanted('NOTIF_ACCESS', true))
      .when(wish('ACCESS', { on }), bySystem)
      .then(fresh('ACCESS', { on }));
  });

  it('an emergency is told whatever else was told or is unwanted, and counts as having been told of', () => {
    const emergency = wish('EMERGENCY_ACCESS');
    given(told('FIRST_ACCESS'), unwanted('NOTIF_ACCESS')).when(emergency, bySystem).then(fresh('EMERGENCY_ACCESS'));
    given(told('EMERGENCY_ACCESS'))
      .when(wish('EMERGENCY_ACCESS', { on: at(29) }), bySystem)
      .thenNothing();
    given(told('EMERGENCY_ACCESS'))
      .when(wish('ACCESS', { on: at(40) }), bySystem)
      .then(fresh('ACCESS', { on: at(40) }));
  });
});

describe('What is hidden from representatives', () => {
  it('changes nothing of what they are told: their first access, and their half hour', () => {
    given(told('FIRST_ACCESS', hidden))
      .when(wish('ACCESS', { on: at(10) }), bySystem)
      .then(fresh('FIRST_ACCESS', { on: at(10) }));
    given(told('FIRST_ACCESS'), told('ACCESS', { on: at(40), ...hidden }))
      .when(wish('ACCESS', { on: at(50) }), bySystem)
      .then(fresh('ACCESS', { on: at(50) }));
  });

  it('is told to the holder once: by itself, or by the open notice beside it', () => {
    given(told('FIRST_ACCESS'))
      .when(wish('ACCESS', { on: at(10), ...hidden }), bySystem)
      .thenNothing();
    given(told('FIRST_ACCESS', hidden))
      .when(wish('ACCESS', { on: at(10), ...hidden }), bySystem)
      .thenNothing();
    given(told('FIRST_ACCESS'))
      .when(wish('ACCESS', { on: at(30), ...hidden }), bySystem)
      .then(fresh('ACCESS', { on: at(30), ...hidden }));
  });
});

describe('Other notices', () => {
  it.each(['DOCUMENT_ADDED', 'DOCUMENT_CHANGED'] as const)('%s names the document, and may be switched off', (kind) => {
    given()
      .when(wish(kind, { document: 'd1' }), bySystem)
      .then(fresh(kind, { document: 'd1' }));
    given(unwanted('NOTIF_DOCUMENT'))
      .when(wish(kind, { document: 'd1' }), bySystem)
      .thenNothing();
    given(unwanted('NOTIF_ACCESS')).when(wish(kind), bySystem).then(fresh(kind));
  });

  it.each(['DOCUMENT_REVEALED', 'ANNOUNCEMENT_REMINDER', 'RIGHTS_CHANGED', 'SPACE_CLOSED', 'SPACE_REOPENED'] as const)(
    '%s is always told',
    (kind) => given(unwanted('NOTIF_DOCUMENT'), unwanted('NOTIF_ACCESS')).when(wish(kind), bySystem).then(fresh(kind)),
  );

  it('the same notice is issued once', () => given(fresh('RIGHTS_CHANGED')).when(wish('RIGHTS_CHANGED'), bySystem).thenNothing());
});

describe('Reading', () => {
  const mark = (...marked: string[]): NoticesCommand => ({ type: 'MarkNoticesRead', notices: marked });
  const readBy = (reader: typeof alice, ...marked: string[]): NoticesEvent => ({
    type: 'NoticesRead',
    v: 1,
    reader: nameOf(reader),
    notices: marked,
  });
  const two = [told('FIRST_ACCESS'), told('RIGHTS_CHANGED')];

  it('each reads for himself, and each notice once', () => {
    given(...two)
      .when(mark('n-FIRST_ACCESS'), { at: at(1), by: alice })
      .then(readBy(alice, 'n-FIRST_ACCESS'));
    given(...two, readBy(alice, 'n-FIRST_ACCESS'))
      .when(mark('n-FIRST_ACCESS', 'n-RIGHTS_CHANGED'), { at: at(1), by: alice })
      .then(readBy(alice, 'n-RIGHTS_CHANGED'));
    given(...two, readBy(alice, 'n-FIRST_ACCESS'))
      .when(mark('n-FIRST_ACCESS'), { at: at(1), by: bruno })
      .then(readBy(bruno, 'n-FIRST_ACCESS'));
  });

  it('what was not issued cannot be read', () =>
    given(...two)
      .when(mark('n-FIRST_ACCESS', 'n-x'), { at: at(1), by: alice })
      .thenRefused('notices/no-such-notice'));

  it('more than a hundred at a time is too much', () => {
    const many = Array.from({ length: 101 }, (_, n) => `n-${n}`);
    given()
      .when(mark(...many), { at: at(1), by: alice })
      .thenRefused('notices/too-many-at-once');
  });

  it('a preference that is set already is not set again', () => {
    const set = (wanted: boolean): NoticesCommand => ({ type: 'SetNoticePreference', preference: 'NOTIF_ACCESS', wanted });
    given()
      .when(set(true), { at: at(1), by: alice })
      .thenNothing();
    given()
      .when(set(false), { at: at(1), by: alice })
      .then(unwanted('NOTIF_ACCESS'));
    given(unwanted('NOTIF_ACCESS'))
      .when(set(true), { at: at(1), by: alice })
      .then(unwanted('NOTIF_ACCESS', true));
  });
});
