import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, jest } from '@jest/globals';
import { Standstill } from '../../../src/application/shared/standstill.js';
import { LogReader } from '../../../src/infrastructure/eventstore/log-reader.js';
import { connected } from '../../support/database.js';
import { ENROLMENT, eventually, population, readSide } from '../../support/read-side.js';
import { sealedHouse } from '../../support/sealed-log.js';

it('a projector that is told to stop stops, however far its start has come', async () => {
  const house = await sealedHouse();
  try {
    const log = await house.process(ENROLMENT);
    await population(log, 3);
    const { projector } = readSide(log);
    for (let wait = 0; wait < 60; wait++) {
      projector.start();
      await pause(wait / 4);
      const ended = await Promise.race([projector.stop().then(() => 'stopped'), pause(5_000, 'still running', { ref: false })]);
      expect({ wait, ended }).toEqual({ wait, ended: 'stopped' });
    }
  } finally {
    await house.close();
  }
});

it('a projector that is told to stop waits neither for a rebuild of others nor for its own', async () => {
  const house = await sealedHouse();
  try {
    const log = await house.process(ENROLMENT);
    await population(log, 3);
    const ended = (projector: ReturnType<typeof readSide>['projector']) =>
      Promise.race([projector.stop().then(() => 'stopped'), pause(5_000, 'still running', { ref: false })]);
    const { projector } = readSide(log);
    await connected(house.url, async (client) => {
      await client.query('SELECT pg_advisory_lock(7430004)');
      projector.start();
      await pause(500);
      expect(await ended(projector)).toBe('stopped');
    });
    // A log without an end, as it seems to who reads for hours.
    async function* endless() {
      for (;;) {
        yield { facts: [], position: 0n, live: false, last: null, standstill: Standstill.NONE };
        await pause(10);
      }
    }
    const reader = jest.spyOn(LogReader.prototype, 'read').mockImplementation(endless);
    const other = readSide(log).projector;
    other.start();
    await eventually(() => Promise.resolve(expect(reader).toHaveBeenCalled()));
    expect(await ended(other)).toBe('stopped');
    reader.mockRestore();
    projector.start();
    await eventually(async () => expect((await projector.health()).map(({ status }) => status)).not.toContain('waiting'));
    await projector.stop();
  } finally {
    await house.close();
  }
}, 60_000);
