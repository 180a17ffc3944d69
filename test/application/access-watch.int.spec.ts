import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { CommandBus } from '@nestjs/cqrs';
import { AccessWatch } from '../../src/application/audit/access-watch.js';
import type { AlertBooks, BookVersion } from '../../src/application/audit/alert-books.js';
import type { RaiseAlert } from '../../src/application/audit/cases.commands.js';
import { REACTOR } from '../../src/domain/shared/actor.js';
import type { StreamName } from '../../src/domain/shared/fact.js';
import { instantOf } from '../../src/domain/shared/time.js';
import { claire, looked, refused, refusedAgain } from '../support/record-facts.js';
import { recordWorld, type RecordWorld } from '../support/history-world.js';
import { SHIPPED } from '../support/looks.js';

let world: RecordWorld;
beforeAll(async () => (world = await recordWorld()));
afterAll(() => world.close());

const book = { ...SHIPPED, version: 1, source: 's', reason: 'r', author: 'a', from: instantOf(0) } as BookVersion;
/** The rules that are broken by the last fact of this stream. */
async function brokenBy(stream: StreamName): Promise<readonly string[]> {
  const raised: RaiseAlert[] = [];
  const bus = { execute: async (order: RaiseAlert) => void raised.push(order) } as unknown as CommandBus;
  const { journal, secrets, store } = world.log;
  const books = { at: async () => book } as unknown as AlertBooks;
  const watch = new AccessWatch(bus, world.side.models, books, journal, secrets, { now: () => instantOf(Date.now()) });
  await world.caughtUp();
  const last = (await store.read(stream)).at(-1);
  if (last === undefined) throw new Error('nothing was written there');
  const wish = { type: 'WatchAccess', stream, rev: last.rev, position: String(last.position) } as const;
  await watch.access(wish, { actor: REACTOR, messageId: randomUUID() });
  return raised.map(({ wish: { rule } }) => rule);
}

describe('Somebody who is refused again and again within a minute, and is then let in', () => {
  it('is found when it is written how often, which is after he was let in', async () => {
    const space = await world.space();
    const [passage, refusals] = [`passage-${space}`, `actor-${randomUUID()}`] as const;
    const minute = instantOf(Date.now()).slice(0, 16);
    await world.writeAs(claire, refusals, [{ ...refused(space), reason: 'no-consent', minute }]);
    expect(await brokenBy(refusals)).not.toContain('refused-then-read');
    await world.writeAs(claire, passage, [looked('ListDocuments')]);
    expect(await brokenBy(passage)).not.toContain('refused-then-read');
    await world.writeAs(claire, refusals, [{ ...refusedAgain(space, 9), reason: 'no-consent', minute }]);
    expect(await brokenBy(refusals)).toContain('refused-then-read');
    await world.writeAs(claire, refusals, [{ ...refusedAgain(await world.space(), 9), minute }]);
    expect(await brokenBy(refusals)).toEqual([]);
  });
});
