import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { CommandBus } from '@nestjs/cqrs';
import { IssueNotice } from '../../src/application/notices/notices.commands.js';
import { REACTOR } from '../../src/domain/shared/actor.js';
import { epochOf, instantOf } from '../../src/domain/shared/time.js';
import type { SimulatedClock } from '../../src/infrastructure/clock/simulated-clock.js';
import { doorsOf } from '../support/doors.js';
import { LiveClient } from '../support/live-client.js';
import { eventually } from '../support/read-side.js';
import { openWorld } from '../support/world.js';

const THIRTEEN_HOURS = 13 * 3_600_000;

it('whoever is still connected when his token has run out is told nothing more', async () => {
  const world = await openWorld({ SIMULATED_CLOCK: '1' });
  try {
    await world.app.listen({ host: '127.0.0.1', port: 0 });
    const { address, letter } = await world.invite();
    const terms = { conditions: '2026-01', privacy: '2026-01' };
    const activated = await doorsOf(world).rest('POST', '/activations', { as: 'alice', body: { ...letter, terms } });
    expect(activated.status).toBe(200);
    const alice = new LiveClient(`${(await world.app.getUrl()).replace('http', 'ws')}/graphql`);
    await alice.introduce(await world.token('alice'));
    await alice.hears('connection_ack');
    await alice.follow(address.handle);
    await eventually(async () =>
      expect((await world.log.journal.read(`passage-${address.id}`)).facts.at(-1)?.event).toMatchObject({ action: 'ListNotices' }),
    );
    await (world.clock as SimulatedClock).advanceTo(instantOf(epochOf(world.clock.now()) + THIRTEEN_HOURS));
    const wish = {
      notice: randomUUID(),
      kind: 'RIGHTS_CHANGED',
      on: world.clock.now(),
      hiddenFrom: [],
      about: { stream: 'access', rev: 1 },
    } as const;
    await world.app.get(CommandBus).execute(new IssueNotice(address.id, wish, { actor: REACTOR, messageId: randomUUID() }));
    expect(await alice.closed).toEqual({ code: 4401, reason: 'request/token-refused' });
    expect(alice.of('next')).toEqual([]);
  } finally {
    await world.close();
  }
});

it('whoever connects tries no letter: connections count among requests, and leave what a letter allows to those who have one', async () => {
  const world = await openWorld({ RATE_LIMIT: '60', RATE_LIMIT_LETTERS: '3' });
  try {
    await world.app.listen({ host: '127.0.0.1', port: 0 });
    const url = `${(await world.app.getUrl()).replace('http', 'ws')}/graphql`;
    for (let n = 0; n < 5; n++) {
      const somebody = new LiveClient(url);
      await somebody.introduce(await world.token('alice'));
      await somebody.hears('connection_ack');
      somebody.socket.close();
      await somebody.closed;
    }
    const wrong = { code: 'ZZZZZZZZZZ', vitaleSerial: '12345678901', birthDate: '1985-06-14' };
    const answer = await fetch(`${await world.app.getUrl()}/api/v1/oppositions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wrong),
    });
    expect(answer.status).toBe(404);
  } finally {
    await world.close();
  }
});
