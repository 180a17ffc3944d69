import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CopyMaker } from '../../src/application/portability/copy-maker.js';
import { CopyPacking } from '../../src/application/portability/copy-ports.js';
import { CopyJobs } from '../../src/infrastructure/portability/copy-jobs.js';
import { CopyWorker } from '../../src/infrastructure/portability/copy-worker.js';
import { pause } from '../../src/application/shared/pause.js';
import { OWN_BIOLOGY, careIn, type Care } from '../support/patient-life.js';
import { blobsIn, factsAbout, patientOf, type Patient } from '../support/patients.js';
import { openWorld, type World } from '../support/world.js';

const ALICE = { as: 'alice' } as const;

describe('Whoever makes copies', () => {
  let world: World;
  let care: Care;
  let patient: Patient;
  let jobs: CopyJobs;
  beforeAll(async () => {
    world = await openWorld();
    care = careIn(world);
    patient = await patientOf(world, 'alice');
    await care.deposited(patient.space, ALICE, OWN_BIOLOGY);
    jobs = new CopyJobs(world.log.pools.pool('mes_projector'));
  }, 60_000);
  afterAll(() => world.close());

  const maker = () => world.app.get(CopyMaker);
  const asked = async (): Promise<{ readonly space: string; readonly copy: string }> => {
    await care.done('POST', `/spaces/${patient.space}/copies`, ALICE);
    const { body } = await care.ask(`/spaces/${patient.space}/copies`, ALICE);
    return { space: patient.id, copy: (body as { copy: string }[])[0]?.copy ?? '' };
  };
  const countOf = async (type: string, copy: string): Promise<number> =>
    (await factsAbout(world.platform, patient)).filter(({ event }) => event.type === type && event.copy === copy).length;
  const signal = new AbortController().signal;
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) await pause(10, signal);
  };

  it('waits until the line of the wish is sealed, unless it is told not to', async () => {
    const job = await asked();
    expect(await maker().make(job)).toBe('waits');
    expect(await maker().make(job, false)).toBe('done');
    expect(await countOf('CopyReady', job.copy)).toBe(1);
  });

  it('makes each once, also when two do so at the same time, and leaves no bytes that nobody names', async () => {
    const job = await asked();
    const before = await blobsIn(world.platform);
    expect(await Promise.all([maker().make(job, false), maker().make(job, false)])).toEqual(['done', 'done']);
    expect(await maker().make(job, false)).toBe('done');
    expect(await countOf('CopyReady', job.copy)).toBe(1);
    expect(await blobsIn(world.platform)).toBe(before + 1);
  });

  it('that dies in the middle is followed by another one, who makes it once', async () => {
    const job = await asked();
    const before = await blobsIn(world.platform);
    await jobs.ask(job);
    await jobs.ask(job);
    const dying = jobs.advance(async () => {
      // What a process does that ends here: the packing breaks off, and its connection with it.
      const packing = world.app.get(CopyPacking);
      const { pack } = packing;
      packing.pack = (files, at) => ({ ...pack.call(packing, interrupted(files), at), sha256: () => '' });
      return maker()
        .make(job, false)
        .finally(() => (packing.pack = pack));
    });
    await expect(dying).rejects.toThrow('the process ends');
    expect(await blobsIn(world.platform)).toBe(before);
    const worker = new CopyWorker({
      jobs,
      maker: { make: (one) => maker().make(one, false), giveUp: maker().giveUp },
      alarm: () => undefined,
    });
    worker.start();
    await until(() => worker.reached());
    await worker.stop();
    expect(await countOf('CopyReady', job.copy)).toBe(1);
    expect(await blobsIn(world.platform)).toBe(before + 1);
  });

  it('tells the person that it cannot be made when it failed too often', async () => {
    const alarms: string[] = [];
    const child = await patientOf(world, 'bruno');
    await care.done('POST', `/spaces/${child.space}/copies`, { as: 'bruno' });
    const { body } = await care.ask(`/spaces/${child.space}/copies`, { as: 'bruno' });
    const job = { space: child.id, copy: (body as { copy: string }[])[0]?.copy ?? '' };
    await jobs.ask(job);
    const failing = {
      make: (): Promise<never> => Promise.reject(new TypeError('broken')),
      giveUp: (...given: Parameters<CopyMaker['giveUp']>) => maker().giveUp(...given),
    };
    const worker = new CopyWorker({ jobs, maker: failing, alarm: (reason) => void alarms.push(reason) });
    worker.start();
    await until(() => Promise.resolve(alarms.length > 0));
    await world.rows(`UPDATE process.copy SET tries = 99, not_before = now() - interval '1 second'`);
    await until(() => worker.reached());
    await worker.stop();
    expect(alarms).toContain('a copy was not made: TypeError');
    const after = await care.ask(`/spaces/${child.space}/copies`, { as: 'bruno' });
    expect((after.body as unknown[])[0]).toMatchObject({ status: 'FAILED', why: 'NOT_MADE' });
  });
});

async function* interrupted<T>(files: AsyncIterable<T>): AsyncGenerator<T> {
  let n = 0;
  for await (const file of files) {
    if (++n > 3) throw new Error('the process ends');
    yield file;
  }
}
