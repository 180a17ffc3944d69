import { pause } from '../../../src/application/shared/pause.js';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import type { CopyJobs, WaitingCopy } from '../../../src/infrastructure/portability/copy-jobs.js';
import { CopyWorker } from '../../../src/infrastructure/portability/copy-worker.js';

const waiting: WaitingCopy = { space: 'space', copy: 'copy', tries: 0, age: 0 };

/** Looks until it has looked so often, through a table whose marks fail with this error; the alarms. */
async function lookingThrough(late: Error, looks: number): Promise<readonly string[]> {
  const alarms: string[] = [];
  let looked = 0;
  const jobs = {
    advance: async (work: (one: WaitingCopy) => Promise<unknown>) => {
      looked += 1;
      await work(waiting);
      return true;
    },
    failed: () => Promise.reject(late),
  };
  const maker = { make: () => Promise.reject(new TypeError('broken')), giveUp: () => Promise.resolve() };
  const worker = new CopyWorker({ jobs: jobs as unknown as CopyJobs, maker, alarm: (reason) => void alarms.push(reason) });
  worker.start();
  while (looked < looks) await pause(10);
  await worker.stop();
  return alarms;
}

describe('Whoever makes copies goes on looking', () => {
  it('with an alarm when one that failed cannot be put aside', async () => {
    const alarms = await lookingThrough(new RangeError('value out of range'), 2);
    expect(alarms.slice(0, 3)).toEqual([
      'a copy was not made: TypeError',
      'a copy that failed was not put aside: RangeError',
      'a copy was not made: TypeError',
    ]);
  });

  it('and says nothing of a table that is away', async () => {
    const alarms = await lookingThrough(new StoreUnavailable('away'), 2);
    expect(new Set(alarms)).toEqual(new Set(['a copy was not made: TypeError']));
  });
});

describe('What keeps a copy from being made', () => {
  const DAY_MS = 86_400_000;

  /** What is written down of a copy of this age that ended so, and whether somebody was told. */
  async function writtenOf(age: number, error: Error): Promise<readonly [written: string, told: boolean]> {
    const alarms: string[] = [];
    let written: (what: string) => void;
    const first = new Promise<string>((resolve) => (written = resolve));
    const mark = (what: string) => () => Promise.resolve(written(what));
    const jobs = {
      advance: async (work: (one: WaitingCopy) => Promise<unknown>) => void (await work({ ...waiting, age })),
      failed: mark('failed'),
      hindered: mark('hindered'),
    };
    const maker = { make: () => Promise.reject(error), giveUp: () => Promise.resolve() };
    const worker = new CopyWorker({ jobs: jobs as unknown as CopyJobs, maker, alarm: (reason) => void alarms.push(reason) });
    worker.start();
    const what = await first;
    await worker.stop();
    return [what, alarms.length > 0];
  }

  it.each([
    ['a store that is away is no failure of the copy', 0, new StoreUnavailable('away'), ['hindered', false]],
    ['and none a moment before a day has passed', DAY_MS - 1, new StoreUnavailable('away'), ['hindered', false]],
    ['but one from a day on, so that somebody is told, and in the end the person', DAY_MS, new StoreUnavailable('away'), ['failed', true]],
    ['everything else is a failure from the beginning', 0, new TypeError('broken'), ['failed', true]],
  ])('%s', async (_, age, error, written) => {
    expect(await writtenOf(age, error)).toEqual(written);
  });
});
