import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { ENROLMENT, population, readSide } from '../../support/read-side.js';
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
