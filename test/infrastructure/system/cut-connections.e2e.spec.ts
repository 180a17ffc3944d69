import 'reflect-metadata';
import { expect, it } from '@jest/globals';
import type { Instant } from '../../../src/domain/shared/time.js';
import { adult } from '../../support/beneficiary-lines.js';
import { lifeOn } from '../../support/life.js';
import { eventually } from '../../support/read-side.js';
import { openSystem } from '../../support/system.js';

it('a database that cuts every connection ends nothing: the whole system goes on, its simulated clock included', async () => {
  const running = await openSystem({}, '2022-02-03T08:00:00.000Z' as Instant);
  try {
    const life = lifeOn(running);
    await life.importing([adult]);
    const space = await life.handleOf(adult);
    const cut = await running.rows(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    expect(cut.length).toBeGreaterThan(3);
    await eventually(() => life.at('2022-03-17T23:00:00.000Z'));
    await eventually(async () => expect(await life.overview(space)).toMatchObject({ status: 'OPENED' }));
  } finally {
    await running.close();
  }
});
