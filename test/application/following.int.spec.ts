import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Follower } from '../../src/application/shared/follower.js';
import { LeaseLost } from '../../src/application/shared/leases.js';
import { RefusedForNow, StoreUnavailable } from '../../src/application/shared/ports.js';
import { ProcessRunner, type AnyProcess } from '../../src/application/shared/process-runner.js';
import { Wishes } from '../../src/application/shared/wishes.js';
import { openingDelay } from '../../src/domain/enrolment/opening-delay.js';
import type { Recorded, StreamName } from '../../src/domain/shared/fact.js';
import { LogReader } from '../../src/infrastructure/eventstore/log-reader.js';
import { PostgresDeadlines } from '../../src/infrastructure/postgres/processes/postgres-deadlines.js';
import { PostgresProcessPoints } from '../../src/infrastructure/postgres/processes/postgres-process-points.js';
import { alone } from '../support/alone.js';
import { spaceFacts as f } from '../support/enrolment-facts.js';
import { declared, ENROLMENT, eventually, newSpace, tell } from '../support/read-side.js';
import { sealedHouse, type SealedLog } from '../support/sealed-log.js';

let house: Awaited<ReturnType<typeof sealedHouse>>;
let log: SealedLog;
let first: StreamName;
let second: StreamName;
let told: string[];
let troubles: unknown[];
let heldBack: unknown[];
let tries: number;
let failure: (fact: Recorded) => Error | null;

beforeEach(async () => {
  house = await sealedHouse();
  log = await house.process(ENROLMENT);
  [first, second] = [`space-${newSpace()}`, `space-${newSpace()}`];
  [told, troubles, heldBack, tries, failure] = [[], [], [], 0, () => null];
  for (const stream of [first, second]) await tell(log, stream, -1, declared(), f.InvitationSent);
});
afterEach(() => house.close());

const take = async (fact: Recorded): Promise<void> => {
  tries += 1;
  const error = failure(fact);
  if (error) throw error;
  told.push(`${fact.stream}/${fact.rev}`);
};
const follower = (points = new PostgresProcessPoints(log.pools.pool('mes_projector'), log.store)): Follower =>
  new Follower(new LogReader(log.store, log.journal), points, {
    name: 'teller',
    categories: ['space'],
    take,
    onTrouble: (error) => void troubles.push(error),
    onHeldBack: (error) => void heldBack.push(error),
  });
const running = (process: AnyProcess, points = new PostgresProcessPoints(log.pools.pool('mes_projector'), log.store)): ProcessRunner =>
  new ProcessRunner(process, {
    reader: new LogReader(log.store, log.journal),
    points,
    deadlines: new PostgresDeadlines(log.pools.pool('mes_projector')),
    wishes: new Wishes({ Wish: async (id) => void told.push(`space-${id}`) }, () => undefined),
    alarm: (reason) => void troubles.push(reason),
  });
const follow = async (one: Follower | ProcessRunner): Promise<void> => alone(log.pools.pool('mes_projector'), one, await log.store.head());
const lines = () => house.rows('SELECT kind, reader, subject FROM quarantine.held_back');
const ofFirst = () => told.filter((fact) => fact.startsWith(first));

describe('A message that is refused time after time while others are taken', () => {
  beforeEach(() => {
    failure = ({ stream, rev }) => (stream === first && rev === 1 ? new RefusedForNow(true) : null);
  });

  it('waits apart, with whatever comes behind it in its space; the others go on', async () => {
    await follow(follower());
    expect(told.sort()).toEqual([`${first}/0`, `${second}/0`, `${second}/1`].sort());
    expect(heldBack).toEqual([expect.any(RefusedForNow)]);
    expect(await lines()).toEqual([{ kind: 'work', reader: 'teller', subject: first }]);
    for (const stream of [first, second]) await tell(log, stream, 1, f.SpaceOpened);
    await follow(follower());
    expect(told.slice(3)).toEqual([`${second}/2`]);
  });

  it('is tried again ever more slowly; once it is taken the others follow, each once and in their order', async () => {
    const one = follower();
    await follow(one);
    await tell(log, first, 1, f.SpaceOpened);
    await follow(one);
    tries = 0;
    await expect(one.takeUp()).rejects.toThrow(RefusedForNow);
    for (let looks = 0; looks < 5; looks++) expect(await one.takeUp()).toBe(0);
    expect(tries).toBe(1);
    failure = ({ stream, rev }) => (stream === first && rev === 2 ? new RefusedForNow(true) : null);
    await eventually(async () => expect(one.takeUp()).rejects.toThrow(RefusedForNow));
    expect(ofFirst()).toEqual([`${first}/0`, `${first}/1`]);
    failure = () => null;
    await eventually(async () => expect(await one.takeUp()).toBe(1));
    expect(ofFirst()).toEqual([`${first}/0`, `${first}/1`, `${first}/2`]);
    expect(await lines()).toEqual([]);
    await tell(log, first, 2, f.SpaceActivated);
    await follow(one);
    expect(ofFirst().at(-1)).toBe(`${first}/3`);
  });
});

/** Points that are lost once, when something is written to them. */
const lostOnce = (): PostgresProcessPoints => {
  const points = new PostgresProcessPoints(log.pools.pool('mes_projector'), log.store);
  const { reacted } = points;
  points.reacted = async () => {
    points.reacted = reacted;
    throw new LeaseLost(['for this test']);
  };
  return points;
};

describe('Whoever loses a checkpoint while nobody takes his leases', () => {
  it('claims it again and goes on, a messenger', async () => {
    await follow(follower(lostOnce()));
    expect(new Set(told)).toHaveProperty('size', 4);
    expect(troubles).toEqual([]);
  });

  it('claims it again and goes on, a process', async () => {
    const runner = running(openingDelay, lostOnce());
    await follow(runner);
    expect([runner.health().error, troubles]).toEqual([null, []]);
    expect(await house.rows('SELECT DISTINCT stream FROM process.deadline ORDER BY 1')).toEqual(
      [first, second].sort().map((stream) => ({ stream })),
    );
  });
});

describe('A process that fails on a fact', () => {
  let isPoison: (fact: Recorded) => boolean;
  const wish = (fact: Recorded, id: string) => {
    if (isPoison(fact)) throw new RangeError('for this test');
    return [{ id, wish: { type: 'Wish' } }];
  };
  const wishing: AnyProcess = { name: 'wishing', listensTo: ['space'], on: { InvitationSent: wish, SpaceOpened: wish } };

  it('reacts to all others, and holds back that space alone until it can', async () => {
    isPoison = ({ stream, rev }) => stream === first && rev === 1;
    const runner = running(wishing);
    await follow(runner);
    expect([told, runner.health().error]).toEqual([[second], null]);
    expect(await lines()).toEqual([{ kind: 'work', reader: 'wishing', subject: first }]);
    expect(troubles).toEqual([expect.stringContaining('RangeError')]);
    expect(troubles.join()).not.toContain(first.slice(6));
    for (const stream of [second, first]) await tell(log, stream, 1, f.SpaceOpened);
    await follow(runner);
    await expect(runner.takeUp()).rejects.toThrow(RangeError);
    expect(ofFirst()).toEqual([]);
    isPoison = () => false;
    const mended = running(wishing);
    await follow(mended);
    expect(await mended.takeUp()).toBe(1);
    expect(told).toEqual([second, second, first, first]);
    expect(await lines()).toEqual([]);
  });

  it('and on every other stops: it is not the facts', async () => {
    for (let n = 0; n < 70; n++) await tell(log, `space-${newSpace()}`, -1, declared(), f.InvitationSent);
    isPoison = () => true;
    const runner = running(wishing);
    await follow(runner);
    expect(runner.health().error).toBe('RangeError');
    expect(troubles.at(-1)).toBe('the process wishing stopped: RangeError');
  });
});

it('What nobody can be told, because everything is away or nothing is taken, waits without being held back', async () => {
  const failures = new Map<string, number>();
  failure = ({ stream }) => {
    const before = failures.get(stream) ?? 0;
    failures.set(stream, before + 1);
    if (before >= 4) return null;
    return stream === first ? new StoreUnavailable('for this test') : new RefusedForNow(false);
  };
  for (const stream of [first, second]) failures.set(stream, 0);
  await follow(follower());
  expect(told).toHaveLength(4);
  expect([heldBack, await lines()]).toEqual([[], []]);
});
