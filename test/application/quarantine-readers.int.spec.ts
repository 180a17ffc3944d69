import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Follower } from '../../src/application/shared/follower.js';
import { ProcessRunner } from '../../src/application/shared/process-runner.js';
import { UnreadableEvent } from '../../src/application/shared/ports.js';
import { Refused } from '../../src/application/shared/refused.js';
import { SPACE_QUARANTINED } from '../../src/application/shared/standstill.js';
import { Ticker } from '../../src/application/shared/ticker.js';
import { Wishes } from '../../src/application/shared/wishes.js';
import { openingDelay } from '../../src/domain/enrolment/opening-delay.js';
import type { Tagged } from '../../src/domain/shared/decider.js';
import type { Recorded } from '../../src/domain/shared/fact.js';
import { reject } from '../../src/domain/shared/rejection.js';
import type { Instant } from '../../src/domain/shared/time.js';
import { PostgresDeadlines } from '../../src/infrastructure/postgres/processes/postgres-deadlines.js';
import { PostgresProcessPoints } from '../../src/infrastructure/postgres/processes/postgres-process-points.js';
import { LogReader } from '../../src/infrastructure/eventstore/log-reader.js';
import { spaceFacts as f } from '../support/enrolment-facts.js';
import { alone } from '../support/alone.js';
import { TELEPORTED, tomorrow } from '../support/poison.js';
import { declared, ENROLMENT, newSpace, tell } from '../support/read-side.js';
import { sealedHouse, type SealedLog } from '../support/sealed-log.js';

/** Takes everything in all ranges. */
const takeAll = async <R extends ProcessRunner | Follower>(process: SealedLog, reader: R): Promise<R> => {
  await alone(process.pools.pool('mes_projector'), reader, await process.store.head());
  return reader;
};

const person = (ins: string): Tagged => ({ ...declared(), ins }) as Tagged;

let house: Awaited<ReturnType<typeof sealedHouse>>;
let log: SealedLog;
let newer: SealedLog;
let ill: string;
let well: string;

beforeEach(async () => {
  house = await sealedHouse();
  [log, newer] = [await house.process(ENROLMENT), await house.process(tomorrow(ENROLMENT))];
  [ill, well] = [newSpace(), newSpace()];
  await tell(newer, `space-${ill}`, -1, person('258113399990304'), TELEPORTED, f.InvitationSent);
  await tell(log, `space-${well}`, -1, declared(), f.InvitationSent);
});
afterEach(() => house.close());

const partsOf = ({ store, journal, pools, alarms }: SealedLog) => {
  const pool = pools.pool('mes_projector');
  const points = new PostgresProcessPoints(pool, store);
  return {
    reader: new LogReader(store, journal),
    points,
    deadlines: new PostgresDeadlines(pool),
    alarm: (reason: string) => void alarms.push(reason),
  };
};
const nothingToSend = new Wishes({}, () => undefined);
const lift = async (): Promise<void> => {
  for (const { id } of await newer.quarantine.all()) await newer.quarantine.settle(id, 'LIFTED');
};
const streamsWithDeadlines = async () =>
  (await house.rows('SELECT DISTINCT stream FROM process.deadline ORDER BY 1')).map(({ stream }) => stream);
const held = () => house.rows('SELECT * FROM quarantine.held_back');

describe('A process', () => {
  it('reacts to all other spaces while one stands still, and to that one when it goes on', async () => {
    const runner = new ProcessRunner(openingDelay, { ...partsOf(log), wishes: nothingToSend });
    await takeAll(log, runner);
    expect(await streamsWithDeadlines()).toEqual([`space-${well}`]);
    expect(await runner.takeUp()).toBe(0);
    await lift();
    const later = new ProcessRunner(openingDelay, { ...partsOf(newer), wishes: nothingToSend });
    expect(await later.takeUp()).toBe(0);
    await takeAll(newer, later);
    expect(await later.takeUp()).toBe(1);
    expect(await streamsWithDeadlines()).toEqual([`space-${ill}`, `space-${well}`].sort());
    expect(await held()).toEqual([]);
  });

  it('that dies before it says that it has reacted reacts again, and nothing is there twice', async () => {
    const parts = partsOf(log);
    const runner = new ProcessRunner(openingDelay, { ...parts, wishes: nothingToSend });
    await takeAll(log, runner);
    await lift();
    const dying = partsOf(newer);
    dying.points.gaveBack = () => Promise.reject(new Error('killed'));
    const killed = await takeAll(newer, new ProcessRunner(openingDelay, { ...dying, wishes: nothingToSend }));
    await expect(killed.takeUp()).rejects.toThrow('killed');
    const once = await house.rows('SELECT * FROM process.deadline');
    const next = await takeAll(newer, new ProcessRunner(openingDelay, { ...partsOf(newer), wishes: nothingToSend }));
    expect(await next.takeUp()).toBe(1);
    expect(await house.rows('SELECT * FROM process.deadline')).toEqual(once);
  });

  it('that settled a line too late leaves the one that was written since', async () => {
    const parts = partsOf(log);
    await takeAll(log, new ProcessRunner(openingDelay, { ...parts, wishes: nothingToSend }));
    const [line] = await parts.points.heldBack(openingDelay.name);
    if (line === undefined) throw new Error('nothing is held back');
    await house.rows('UPDATE quarantine.held_back SET from_position = from_position + 1');
    await parts.points.gaveBack(line);
    expect(await parts.points.heldBack(openingDelay.name)).toEqual([{ ...line, from: line.from + 1n }]);
    await parts.points.gaveBack({ ...line, from: line.from + 1n });
    expect(await held()).toEqual([]);
  });

  it('leaves a wish for a space that stands still to the calendar, and goes on', async () => {
    const parts = partsOf(log);
    const outOfReach = () => Promise.reject(new Refused(reject('unavailable', SPACE_QUARANTINED)));
    const wishing = {
      name: 'wishing',
      listensTo: ['space'],
      on: { InvitationSent: (_: Recorded, id: string) => [{ id, wish: { type: 'Wish' } }] },
    };
    const runner = new ProcessRunner(wishing, { ...parts, wishes: new Wishes({ Wish: outOfReach }, () => undefined) });
    await takeAll(log, runner);
    const sent: string[] = [];
    const calendar = new Wishes({ Wish: async (id) => void sent.push(id) }, () => undefined);
    await parts.deadlines.fireDue('2030-01-01T00:00:00.000Z' as Instant, 10, (wish) =>
      calendar.send(wish, { role: 'system', name: 'timer' } as never),
    );
    expect(sent).toEqual([well]);
  });
});

describe('The calendar', () => {
  it('fires what is due for all others while one space stands still, and for that one when it goes on', async () => {
    const { deadlines } = partsOf(newer);
    await takeAll(newer, new ProcessRunner(openingDelay, { ...partsOf(newer), wishes: nothingToSend }));
    const fired: string[] = [];
    const alarms: string[] = [];
    let standing = true;
    const open = async (id: string): Promise<void> => {
      if (id === ill && standing) throw new UnreadableEvent(`space-${ill}`, 1, 'for this test');
      fired.push(id);
    };
    const clock = { at: '2027-06-01T00:00:00.000Z' as Instant, now: () => clock.at };
    const wishes = new Wishes({ OpenAutomatically: open }, () => undefined);
    const ticker = new Ticker(deadlines, wishes, clock, (reason) => void alarms.push(reason));
    await ticker.drain();
    expect(new Set(fired)).toEqual(new Set([well]));
    standing = false;
    clock.at = '2027-06-01T01:00:00.000Z' as Instant;
    await ticker.drain();
    expect(new Set(fired)).toEqual(new Set([well, ill]));
    expect(alarms).toEqual([]);
  });
});

describe('A messenger', () => {
  const follow = (process: SealedLog, take: (fact: Recorded) => Promise<void>, troubles: unknown[] = []): Follower => {
    const { reader, points } = partsOf(process);
    const trouble = (error: unknown): void => void troubles.push(error);
    return new Follower(reader, points, { name: 'teller', categories: ['space'], take, onTrouble: trouble, onHeldBack: trouble });
  };

  it('tells all others while one space stands still, and that one when it goes on', async () => {
    const told: string[] = [];
    const take = async ({ stream, rev }: Recorded): Promise<void> => void told.push(`${stream}/${rev}`);
    const follower = follow(log, take);
    await takeAll(log, follower);
    expect(told.sort()).toEqual([`space-${ill}/0`, `space-${well}/0`, `space-${well}/1`].sort());
    await lift();
    told.length = 0;
    const next = await takeAll(newer, follow(newer, take));
    expect(await next.takeUp()).toBe(1);
    expect(told).toEqual([`space-${ill}/1`, `space-${ill}/2`]);
  });

  it('tells the others whose space goes on although one of them cannot be told', async () => {
    const worse = newSpace();
    await tell(newer, `space-${worse}`, -1, person('258113399990405'), TELEPORTED, f.InvitationSent);
    await takeAll(
      log,
      follow(log, async () => undefined),
    );
    await lift();
    const told: string[] = [];
    const [untold = '', other = ''] = [`space-${ill}`, `space-${worse}`].sort();
    const next = follow(newer, async ({ stream }) => {
      if (stream === untold) throw new RangeError('for this test');
      told.push(stream);
    });
    await takeAll(newer, next);
    await expect(next.takeUp()).rejects.toThrow(RangeError);
    expect(told).toEqual([other, other]);
    expect(await held()).toMatchObject([{ subject: untold }]);
  });

  it('keeps nobody waiting for a space whose stream it must read and cannot', async () => {
    const troubles: unknown[] = [];
    const told: string[] = [];
    const take = async ({ stream }: Recorded): Promise<void> => {
      await log.journal.read(stream);
      told.push(stream);
    };
    const follower = follow(log, take, troubles);
    await takeAll(log, follower);
    expect([told, troubles]).toEqual([[`space-${well}`, `space-${well}`], []]);
    const [first] = await log.store.read(`space-${ill}`);
    expect(await held()).toMatchObject([{ reader: 'teller', subject: `space-${ill}`, from_position: String(first?.position) }]);
    await expect(log.journal.read(`space-${ill}`)).rejects.toThrow(UnreadableEvent);
  });
});

describe('The registry', () => {
  it('goes on past an event that it cannot read, and takes it in once it can', async () => {
    const third = newSpace();
    await tell(log, `space-${third}`, -1, person('258113399990405'));
    await log.follower.caughtUp();
    expect(await house.rows('SELECT space FROM registry.person ORDER BY 1')).toContainEqual({ space: third });
    expect(await held()).toMatchObject([{ kind: 'addresses', subject: `space-${ill}` }]);
    expect(await newer.follower.takeUp()).toBe(0);
    await lift();
    expect(await newer.follower.takeUp()).toBe(1);
    expect(await held()).toEqual([]);
  });
});
