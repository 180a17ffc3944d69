import { randomUUID } from 'node:crypto';
import { noticeCentre } from '../../src/projections/notices/notices.js';
import { professionalNoticeCentre } from '../../src/projections/notices/professional-notices.js';
import { untyped } from '../../src/projections/shared/projection.js';
import { allRows, caughtUp, newSpace, readSide, tell } from '../support/read-side.js';
import { sealedHouse } from '../support/sealed-log.js';

const KNOWN = { notices: { NoticeIssued: 1, NoticesRead: 1, NoticePreferenceSet: 1 }, actor: { ProfessionalNotified: 1 } };
const on = '2026-11-20T08:00:00.000Z';
const who = { kind: 'PROFESSIONAL', id: '8101', name: 'Dr Martin' };
const about = { stream: 'access', rev: 3 };

it('notices are the same live and rebuilt', async () => {
  const house = await sealedHouse();
  try {
    const log = await house.process(KNOWN);
    const side = readSide(log, [untyped(noticeCentre), untyped(professionalNoticeCentre)]);
    side.projector.start();
    for (let n = 0; n < 20; n++) {
      const space = newSpace();
      const notice = randomUUID();
      const issued = { type: 'NoticeIssued', v: 1, notice, kind: 'EMERGENCY_ACCESS', on, who, hiddenFrom: [], mandatory: true, about };
      const read = { type: 'NoticesRead', v: 1, reader: `person:${n}`, notices: [notice] };
      const preference = { type: 'NoticePreferenceSet', v: 1, preference: 'NOTIF_ACCESS', wanted: n % 2 === 0 };
      await tell(log, `notices-${space}`, -1, issued, read, preference);
      const notified = {
        type: 'ProfessionalNotified',
        v: 1,
        notice,
        professional: '8102',
        space,
        kind: 'EMERGENCY_ACCESS',
        on,
        who,
        about,
      };
      await tell(log, `actor-${randomUUID()}`, -1, notified);
    }
    await caughtUp(side);
    const live = await allRows(side);
    expect(Object.values(live).map((rows) => rows.length)).toEqual([20, 20, 20, 20]);
    await side.projector.rebuild();
    await caughtUp(side);
    expect(await allRows(side)).toEqual(live);
    await side.projector.stop();
  } finally {
    await house.close();
  }
});
