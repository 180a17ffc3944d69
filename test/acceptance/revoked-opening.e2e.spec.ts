import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/domain/shared/time.js';
import { adult } from '../support/beneficiary-lines.js';
import { careIn, entry, MARTIN } from '../support/care.js';
import { doorsOf } from '../support/doors.js';
import { lifeOn } from '../support/life.js';
import { eventually } from '../support/read-side.js';
import { openSystem } from '../support/system.js';

const LATE_NO = { on: '2022-03-17T22:59:00.000Z', supervisor: 'supervisor-3422' } as const;
const DESTROYED = 3;

describe('An opening that is revoked', () => {
  it('leaves nothing of what was deposited meanwhile, hidden or not; whoever activates later finds an empty space', async () => {
    const running = await openSystem({}, '2022-02-03T08:00:00.000Z' as Instant);
    try {
      const life = lifeOn(running);
      await life.importing([adult]);
      const space = await life.handleOf(adult);
      await life.at('2022-03-18T09:00:00.000Z');
      expect(await life.overview(space)).toMatchObject({ status: 'OPENED' });
      const care = careIn(doorsOf(running).rest, space);
      await care.consent('dr-martin', MARTIN);
      const { document } = await care.deposit('dr-martin', entry());
      await care.deposit('dr-martin', entry({ confidentiality: ['INVISIBLE_PATIENT'] }));

      expect(await life.opposeByPhone(space, LATE_NO)).toMatchObject({ status: 200 });
      expect(await life.overview(space)).toMatchObject({ status: 'OPPOSED' });
      const states = `SELECT state FROM vault.key WHERE purpose = 4`;
      await eventually(async () => expect(await running.rows(states)).toEqual([{ state: DESTROYED }, { state: DESTROYED }]));

      // The look that comes a minute later, for what was on its way, leaves alone what is put into the space once it is open.
      expect((await life.requestCode(adult)).status).toBe(202);
      const letter = await life.letterOf(adult, 'Votre nouveau code provisoire');
      expect(await life.activate('alice', letter)).toMatchObject({ status: 200 });
      const { document: fresh } = await care.deposit('dr-martin', entry());
      await life.at('2022-03-18T09:30:00.000Z');
      const asked = async (path: string) => life.rest({ method: 'GET', path: `/spaces/${space}/${path}`, as: 'alice' });
      expect((await asked('documents')).body).toMatchObject({ documents: [{ document: fresh }], total: 1 });
      expect((await asked(`documents/${document}`)).status).toBe(404);
      expect((await asked(`documents/${fresh}`)).status).toBe(200);
      const { body } = await asked('history');
      const said = expect.objectContaining({ fr: expect.stringMatching(/détruit : .* opposition/) });
      expect(body).toMatchObject({ lines: expect.arrayContaining([said]) });
      const notices = await asked('notices');
      expect(notices.status).toBe(200);
      expect(JSON.stringify(notices.body)).not.toContain('DOCUMENT_CHANGED');
    } finally {
      await running.close();
    }
  });
});
