import type { NoticesEvent } from '../../src/domain/notices/notice-vocabulary.js';
import type { ProfessionalNoticeEvent } from '../../src/domain/notices/professional-notices.js';
import type { ActorEvent } from '../../src/domain/access/passage.js';
import type { Of } from '../../src/domain/shared/decider.js';
import { noticeCentre } from '../../src/projections/notices/notices.js';
import { professionalNoticeCentre } from '../../src/projections/notices/professional-notices.js';
import { DAY_0 } from '../personas/index.js';
import { projecting, writtenAt } from '../support/projecting.js';

const who = { kind: 'PROFESSIONAL', id: '8101', name: 'Dr Martin' } as const;
const about = { stream: 'passage', rev: 3 };
const issued = (notice: string, more: Partial<Of<NoticesEvent, 'NoticeIssued'>> = {}): NoticesEvent => ({
  type: 'NoticeIssued',
  v: 1,
  notice,
  kind: 'ACCESS',
  on: DAY_0,
  who,
  hiddenFrom: [],
  mandatory: false,
  about,
  ...more,
});
const read = (reader: string, ...notices: string[]): NoticesEvent => ({ type: 'NoticesRead', v: 1, reader, notices });
const prefers = (wanted: boolean): NoticesEvent => ({ type: 'NoticePreferenceSet', v: 1, preference: 'NOTIF_ACCESS', wanted });

describe('The notice centre', () => {
  const { given } = projecting(noticeCentre);

  it('shows a notice as it was issued, and to whom it is not for', () =>
    given('notices-a', issued('n1'), issued('n2', { hiddenFrom: ['REPRESENTATIVES'], document: 'd1' })).then({
      notice: [
        {
          space_id: 'a',
          notice_id: 'n1',
          at: writtenAt(0),
          told_on: DAY_0,
          kind: 'ACCESS',
          who: JSON.stringify(who),
          document_id: null,
          mandatory: false,
          hidden_from_representatives: false,
        },
        { notice_id: 'n2', document_id: 'd1', hidden_from_representatives: true },
      ],
    }));

  it('knows what each account has read', () =>
    given('notices-a', issued('n1'), issued('n2'), read('person:1', 'n1', 'n2'), read('person:2', 'n1')).then({
      notice_read: [
        { reader: 'person:1', notice_id: 'n1', since: writtenAt(2) },
        { reader: 'person:1', notice_id: 'n2' },
        { reader: 'person:2', notice_id: 'n1' },
      ],
    }));

  it('knows the last word on each preference', () =>
    given('notices-a', prefers(false), prefers(true)).then({ notice_preference: [{ preference: 'NOTIF_ACCESS', wanted: true }] }));
});

describe('What professionals were told', () => {
  const { given } = projecting<ProfessionalNoticeEvent | ActorEvent>(professionalNoticeCentre);
  const notified: ProfessionalNoticeEvent = {
    type: 'ProfessionalNotified',
    v: 1,
    notice: 'n1',
    professional: '8101',
    space: 's1',
    kind: 'EMERGENCY_ACCESS',
    on: DAY_0,
    who,
    about,
  };
  const denied: ActorEvent = {
    type: 'AccessDenied',
    v: 1,
    action: 'GetDocument',
    target: 's1',
    reason: 'blocked',
    minute: '2026-11-20T08:00',
  };
  const again: ActorEvent = { type: 'AccessDeniedAgain', v: 1, target: 's1', reason: 'blocked', minute: '2026-11-20T08:00', count: 2 };

  it('is each one’s own, beside what others wrote of him', () =>
    given('actor-x', denied, again, notified).then({
      professional_notice: [{ reader: 'professional:8101', notice_id: 'n1', space_id: 's1', told_on: DAY_0 }],
    }));
});
