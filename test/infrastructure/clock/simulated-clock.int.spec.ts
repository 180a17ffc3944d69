import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { epochOf, instantOf } from '../../../src/domain/shared/time.js';
import { aheadOf } from '../../../src/infrastructure/clock/clock-note.js';
import { SimulatedClock } from '../../../src/infrastructure/clock/simulated-clock.js';
import { SystemClock } from '../../../src/infrastructure/clock/system-clock.js';
import { inPostgres } from '../../support/logs.js';
import { entry, sealedHouse } from '../../support/sealed-log.js';

const WEEK = 7 * 24 * 3_600_000;
let house: Awaited<ReturnType<typeof sealedHouse>>;
let owner: Pool;
let stateDir: string;
beforeEach(async () => {
  // Its subject is the offset in the database by which PostgreSQL judges; a store on KurrentDB is given the clock itself (openLogStore).
  house = await sealedHouse(undefined, (await inPostgres()).openStore);
  owner = new Pool({ connectionString: house.url });
  stateDir = await mkdtemp(join(tmpdir(), 'mes-clock-'));
});
afterEach(async () => {
  await owner.end();
  await house.close();
  await rm(stateDir, { recursive: true });
});
const open = () => SimulatedClock.open({ owner, production: false, stateDir });
const near = (now: string, wanted: number) => expect(Math.abs(epochOf(now as never) - wanted)).toBeLessThan(2_000);

describe('the simulated clock', () => {
  it('runs like the real one until it is moved, then from there', async () => {
    const clock = await open();
    near(clock.now(), Date.now());
    await clock.advanceTo(instantOf(Date.now() + 6 * WEEK));
    near(clock.now(), Date.now() + 6 * WEEK);
  });

  it('is where the last run left it, and says so to programs beside it', async () => {
    await (await open()).advanceTo(instantOf(Date.now() + WEEK));
    near((await open()).now(), Date.now() + WEEK);
    expect(Math.abs((await aheadOf(stateDir)) - WEEK)).toBeLessThan(2_000);
  });

  it('never goes back', async () => {
    const clock = await open();
    await clock.advanceTo(instantOf(Date.now() + WEEK));
    await expect(clock.advanceTo(instantOf(Date.now() + WEEK - 60_000))).rejects.toThrow(RangeError);
    near(clock.now(), Date.now() + WEEK);
  });

  it('takes the clock of the store along: what is written by it is accepted, what is not is refused', async () => {
    const clock = await open();
    await clock.advanceTo(instantOf(Date.now() + 6 * WEEK));
    const log = await house.process();
    const event = { type: 'ProvisionalCodeIssued', v: 1, codeDigest: log.secrets.digest('code', 'x') };
    const id = '0199c0de-0000-7000-8000-000000000001';
    await expect(log.journal.append(entry(`space-${id}`, -1, event))).rejects.toThrow();
    await log.journal.append({ ...entry(`space-${id}`, -1, event), at: clock.now() });
  });

  it('is refused in production', async () => {
    await expect(SimulatedClock.open({ owner, production: true, stateDir })).rejects.toThrow('production has no simulated clock');
  });
});

it('the clock of the machine says what the machine says', () => {
  near(new SystemClock().now(), Date.now());
});
