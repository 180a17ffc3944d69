import type { ProfessionalNoticeEvent } from '../../../src/domain/notices/professional-notices.js';
import { professionalNotices } from '../../../src/domain/notices/professional-notices.js';
import { REACTOR } from '../../../src/domain/shared/actor.js';
import { DAY_0 } from '../../personas/index.js';
import { specification } from '../../support/specification.js';

const { given } = specification(professionalNotices);
const notice = {
  notice: 'n1',
  professional: '8101',
  space: 'a',
  kind: 'EMERGENCY_ACCESS',
  on: DAY_0,
  who: { kind: 'PROFESSIONAL', id: '8102' },
  about: { stream: 'access', rev: 3 },
} as const;
const notified: ProfessionalNoticeEvent = { type: 'ProfessionalNotified', v: 1, ...notice };
const told = { at: DAY_0, by: REACTOR };

describe('The attending doctor', () => {
  it('is told of an emergency, once', () => {
    given()
      .when({ type: 'NotifyProfessional', ...notice }, told)
      .then(notified);
    given(notified)
      .when({ type: 'NotifyProfessional', ...notice }, told)
      .thenNothing();
  });

  it('is told of each', () =>
    given(notified)
      .when({ type: 'NotifyProfessional', ...notice, notice: 'n2' }, told)
      .then({ ...notified, notice: 'n2' }));
});
