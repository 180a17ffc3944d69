import { randomUUID } from 'node:crypto';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import { SystemClock } from '../../../src/infrastructure/clock/system-clock.js';
import { DestructionRows, type Destruction, type Progress } from '../../../src/infrastructure/erasure/destruction-rows.js';
import { SpaceDestruction } from '../../../src/infrastructure/erasure/space-destruction.js';
import { eventually } from '../../support/read-side.js';
import { sealedHouse } from '../../support/sealed-log.js';

const LONG_AGO = '2020-01-01T00:00:00.000Z' as Instant;
const A_WHILE_AGO = '2020-02-01T00:00:00.000Z' as Instant;

describe('A destruction that fails each time', () => {
  let house: Awaited<ReturnType<typeof sealedHouse>>;
  let rows: DestructionRows;
  let destruction: SpaceDestruction;
  let alarms: string[];
  let failures: Map<string, Error>;
  let tried: string[];
  const [ill, well] = [randomUUID(), randomUUID()];

  /** Three steps stand for all; a space with a failure never gets beyond the one it stands at. */
  const take = async ({ space, step }: Destruction): Promise<Progress> => {
    tried.push(space);
    const failure = failures.get(space);
    if (failure) throw failure;
    return { step: step === 'COLLECT' ? 'LEDGER' : step === 'LEDGER' ? 'BLOBS' : 'DONE' };
  };
  const stepsOf = async () => [await rows.stepOf(ill, 'SPACE'), await rows.stepOf(well, 'SPACE')];
  const triesOfIll = (): number => tried.filter((space) => space === ill).length;

  beforeEach(async () => {
    house = await sealedHouse();
    rows = new DestructionRows((await house.process()).pools.pool('mes_vault'));
    [alarms, tried, failures] = [[], [], new Map()];
    destruction = new SpaceDestruction({ rows, steps: { take }, clock: new SystemClock(), alarm: (reason) => void alarms.push(reason) });
    await rows.ask(ill, 'RETENTION', { SPACE: LONG_AGO });
    await rows.ask(well, 'RETENTION', { SPACE: A_WHILE_AGO });
  });
  afterEach(async () => {
    await destruction.stop();
    await house.close();
  });

  it('at its first step lets those behind it pass, with an alarm, and is tried again later', async () => {
    failures.set(ill, new TypeError('an event that nobody opens'));
    destruction.start();
    await eventually(async () => expect(await stepsOf()).toEqual(['COLLECT', 'DONE']));
    expect([alarms, triesOfIll()]).toEqual([['a destruction failed at COLLECT: TypeError'], 1]);
    expect(
      await house.rows(
        `SELECT not_before = $2 AS legal, retry_at > now() + interval '50 seconds' AS later FROM erasure.destruction WHERE space = $1`,
        [ill, LONG_AGO],
      ),
    ).toEqual([{ legal: true, later: true }]);
    failures.clear();
    await house.rows('UPDATE erasure.destruction SET retry_at = now() WHERE space = $1', [ill]);
    await eventually(async () => expect(await stepsOf()).toEqual(['DONE', 'DONE']));
    expect(alarms).toHaveLength(1);
  });

  it('because something is away lets them pass too, with an alarm', async () => {
    failures.set(ill, new StoreUnavailable('the bucket'));
    destruction.start();
    await eventually(async () => expect(await stepsOf()).toEqual(['COLLECT', 'DONE']));
    expect([alarms, triesOfIll()]).toEqual([['a destruction failed at COLLECT: StoreUnavailable'], 1]);
  });

  it('because the database is away is told by others, and goes on by itself', async () => {
    rows.postpone = () => Promise.reject(new StoreUnavailable('the database'));
    failures.set(ill, new StoreUnavailable('the database'));
    destruction.start();
    await eventually(async () => expect(triesOfIll()).toBeGreaterThan(1));
    failures.clear();
    await eventually(async () => expect(await stepsOf()).toEqual(['DONE', 'DONE']));
    expect(alarms).toEqual([]);
  });

  it('stays among the traces that had to be gone', async () => {
    await rows.ask(ill, 'ERASURE', { TRACE: LONG_AGO });
    await rows.postpone({ space: ill, scope: 'TRACE' }, 60_000);
    expect(await rows.tracesPast(A_WHILE_AGO)).toBe(1);
  });

  it('keeps its traces waiting, but not those that a restore brought back: their keys go before a door opens', async () => {
    await rows.ask(ill, 'ERASURE', { TRACE: LONG_AGO });
    await rows.postpone({ space: ill, scope: 'SPACE' }, 60_000);
    expect(await destruction.drain()).toBe(3);
    expect([await rows.stepOf(ill, 'TRACE'), await rows.stepOf(well, 'SPACE')]).toEqual(['COLLECT', 'DONE']);
    await rows.again({ v: 1, on: LONG_AGO, space: ill, scope: 'TRACE', ground: 'ERASURE', streams: [], blobs: [] });
    expect(await destruction.drain()).toBe(1);
    expect([await rows.stepOf(ill, 'TRACE'), await rows.stepOf(ill, 'SPACE')]).toEqual(['DONE', 'COLLECT']);
  });

  it('is tried at once by whoever names its space', async () => {
    await rows.postpone({ space: ill, scope: 'SPACE' }, 60_000);
    expect(await destruction.drain()).toBe(3);
    expect(await stepsOf()).toEqual(['COLLECT', 'DONE']);
    expect(await destruction.drain(ill)).toBe(3);
    expect(await stepsOf()).toEqual(['DONE', 'DONE']);
  });
});
