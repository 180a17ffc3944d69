import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SpaceKeys } from '../../src/application/enrolment/space-keys.js';
import { CopyMaker } from '../../src/application/portability/copy-maker.js';
import { CopyPacking } from '../../src/application/portability/copy-ports.js';
import { CopySettling } from '../../src/application/portability/copy-settling.js';
import { REACTOR } from '../../src/domain/shared/actor.js';
import { CopyJobs } from '../../src/infrastructure/portability/copy-jobs.js';
import { CopyWorker } from '../../src/infrastructure/portability/copy-worker.js';
import { streamIn, type BlobName } from '../../src/application/record/blob-store.js';
import { pause } from '../../src/application/shared/pause.js';
import { StoreUnavailable } from '../../src/application/shared/ports.js';
import { Refused } from '../../src/application/shared/refused.js';
import { SPACE_QUARANTINED } from '../../src/application/shared/standstill.js';
import { reject } from '../../src/domain/shared/rejection.js';
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
  const asked = async (of: Patient = patient): Promise<{ readonly space: string; readonly copy: string }> => {
    await care.done('POST', `/spaces/${of.space}/copies`, ALICE);
    const { body } = await care.ask(`/spaces/${of.space}/copies`, ALICE);
    return { space: of.id, copy: (body as { copy: string }[])[0]?.copy ?? '' };
  };
  const countOf = async (type: string, copy: string, of: Patient = patient): Promise<number> =>
    (await factsAbout(world.platform, of)).filter(({ event }) => event.type === type && event.copy === copy).length;
  const signal = new AbortController().signal;
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) await pause(10, signal);
  };

  it('waits until the line of the wish is sealed, unless it is told not to', async () => {
    const job = await asked();
    expect(await maker().make(job)).toBe('waits');
    expect(await maker().make(job, false)).toBe('done');
    expect(await countOf('CopyReady', job.copy)).toBe(1);
    const ready = (await factsAbout(world.platform, patient)).find(({ event }) => event.type === 'CopyReady' && event.copy === job.copy);
    expect(streamIn(String(ready?.event.blob) as BlobName)).toBe(`record-${patient.id}`);
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

  it('leaves off when its process ends, however long the copy is, and whoever comes next makes it', async () => {
    const person = await patientOf(world, 'alice');
    const job = await asked(person);
    const before = await blobsIn(world.platform);
    await jobs.ask(job);
    const packing = world.app.get(CopyPacking);
    const { pack } = packing;
    let pieces = 0;
    packing.pack = () => ({ bytes: endless(() => (pieces += 1)), sha256: () => '' });
    const alarms: string[] = [];
    const patiently = { make: (one: typeof job, _: boolean, ends?: AbortSignal) => maker().make(one, false, ends), giveUp: maker().giveUp };
    const worker = () => new CopyWorker({ jobs, maker: patiently, alarm: (reason) => void alarms.push(reason) });
    const first = worker();
    first.start();
    await until(() => Promise.resolve(pieces > 3));
    await first.stop();
    packing.pack = pack;
    expect(await world.rows('SELECT tries FROM process.copy WHERE copy = $1', [job.copy])).toEqual([{ tries: 0 }]);
    expect(await blobsIn(world.platform)).toBe(before);
    const second = worker();
    second.start();
    await until(() => second.reached());
    await second.stop();
    expect(await countOf('CopyReady', job.copy, person)).toBe(1);
    expect(alarms).toEqual([]);
  }, 30_000);

  it('leaves off where the space is closed; open again, it says that there will be no copy, and another one can be asked for', async () => {
    const DAVID = { as: 'david' } as const;
    const person = await patientOf(world, 'david');
    const request = async (): Promise<readonly { readonly copy: string; readonly status: string }[]> => {
      await care.done('POST', `/spaces/${person.space}/copies`, DAVID);
      return (await care.ask(`/spaces/${person.space}/copies`, DAVID)).body as { copy: string; status: string }[];
    };
    const [first] = await request();
    await care.done('PUT', `/spaces/${person.space}/closure`, DAVID);
    await world.app.get(SpaceKeys).settle(person.id);
    expect(await maker().make({ space: person.id, copy: first?.copy ?? '' }, false)).toBe('done');
    await care.done('PUT', `/spaces/${person.space}/reopening`, DAVID);
    const reopened = (await factsAbout(world.platform, person)).findLast(({ event }) => event.type === 'SpaceReopened');
    if (reopened === undefined) throw new Error('the space is closed');
    const settle = () =>
      world.app.get(CopySettling).settle(person.id, { reopened: reopened.at }, { actor: REACTOR, messageId: 'copies/reopened' });
    await settle();
    expect((await care.ask(`/spaces/${person.space}/copies`, DAVID)).body).toMatchObject([{ status: 'FAILED', why: 'NOT_MADE' }]);
    expect(await request()).toMatchObject([{ status: 'BEING_MADE' }, { status: 'FAILED' }]);
    // Said again, it concerns nothing that was asked for since.
    await settle();
    expect((await care.ask(`/spaces/${person.space}/copies`, DAVID)).body).toMatchObject([{ status: 'BEING_MADE' }, { status: 'FAILED' }]);
  });

  it('says that there will be none whose key is dead, as after a restore of a log in which it had been made and had expired', async () => {
    const person = await patientOf(world, 'alice');
    const job = await asked(person);
    await world.platform.vault.destroy(person.id, `document:${job.copy}`, world.clock.now());
    expect(await maker().make(job, false)).toBe('done');
    expect((await care.ask(`/spaces/${person.space}/copies`, ALICE)).body).toMatchObject([{ status: 'FAILED', why: 'NOT_MADE' }]);
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
    // Told before it is put aside: only then may the row be altered.
    await until(async () => (await world.rows('SELECT FROM process.copy WHERE copy = $1 AND tries > 0', [job.copy])).length > 0);
    await world.rows(`UPDATE process.copy SET tries = 99, not_before = now() - interval '1 second'`);
    await until(() => worker.reached());
    await worker.stop();
    expect(alarms).toContain('a copy was not made: TypeError');
    const after = await care.ask(`/spaces/${child.space}/copies`, { as: 'bruno' });
    expect((after.body as unknown[])[0]).toMatchObject({ status: 'FAILED', why: 'NOT_MADE' });
  });

  it('gives one up in silence whose space was closed meanwhile: there nothing can be said, and a reopening says it', async () => {
    const alarms: string[] = [];
    const person = await patientOf(world, 'alice');
    const job = await asked(person);
    await care.done('PUT', `/spaces/${person.space}/closure`, ALICE);
    await world.app.get(SpaceKeys).settle(person.id);
    await jobs.ask(job);
    await world.rows(`UPDATE process.copy SET tries = 99 WHERE copy = $1`, [job.copy]);
    const worker = new CopyWorker({ jobs, maker: maker(), alarm: (reason) => void alarms.push(reason) });
    worker.start();
    await until(async () => alarms.length > 0 || (await worker.reached()));
    await worker.stop();
    expect(alarms).toEqual([]);
  });

  it('hands out no copy of which a document went, whatever past moment is asked for', async () => {
    const person = await patientOf(world, 'alice');
    const document = await care.deposited(person.space, ALICE, OWN_BIOLOGY);
    const job = await asked(person);
    await maker().make(job, false);
    const content = `/spaces/${person.space}/copies/${job.copy}/content`;
    const { at: ready = '' } = (await factsAbout(world.platform, person)).findLast(({ event }) => event.type === 'CopyReady') ?? {};
    expect((await care.ask(content, ALICE)).status).toBe(200);
    await care.done('POST', `/spaces/${person.space}/document-deletions`, ALICE, { documents: [document] });
    expect((await care.ask(content, ALICE)).status).toBe(410);
    expect((await care.ask(`${content}?asOf=${ready}`, ALICE)).status).toBe(410);
  });

  it('counts no failure where a store is away, and leaves the copy alone for a minute', async () => {
    const job = { space: randomUUID(), copy: randomUUID() };
    await jobs.ask(job);
    const away = { make: () => Promise.reject(new StoreUnavailable('away')), giveUp: () => Promise.resolve() };
    const worker = new CopyWorker({ jobs, maker: away, alarm: () => undefined });
    worker.start();
    const put = `SELECT tries, not_before > now() + interval '50 seconds' AS later FROM process.copy WHERE copy = '${job.copy}' AND not_before > now()`;
    await until(async () => (await world.rows(put)).length > 0);
    await worker.stop();
    expect(await world.rows(put)).toEqual([{ tries: 0, later: true }]);
    await world.rows('DELETE FROM process.copy');
  });

  it('leaves one alone for ten minutes that was refused for weeks, and makes the others', async () => {
    const other = await patientOf(world, 'alice');
    const job = await asked(other);
    const refused = { space: randomUUID(), copy: randomUUID() };
    for (const one of [refused, job]) await jobs.ask(one);
    await world.rows(`UPDATE process.copy SET tries = 2000, not_before = now() - interval '1 second' WHERE copy = $1`, [refused.copy]);
    const standing = (): Promise<never> => Promise.reject(new Refused(reject('unavailable', SPACE_QUARANTINED)));
    const alarms: string[] = [];
    const worker = new CopyWorker({
      jobs,
      maker: { make: (one) => maker().make(one, false), giveUp: standing },
      alarm: (reason) => void alarms.push(reason),
    });
    worker.start();
    await until(async () => (await countOf('CopyReady', job.copy, other)) === 1);
    await worker.stop();
    expect(alarms).toEqual(['a copy was not made: Refused']);
    expect(
      await world.rows(`SELECT tries, not_before > now() + interval '9 minutes' AS later FROM process.copy WHERE copy = $1`, [
        refused.copy,
      ]),
    ).toEqual([{ tries: 2001, later: true }]);
    await world.rows('DELETE FROM process.copy');
  });
});

async function* interrupted<T>(files: AsyncIterable<T>): AsyncGenerator<T> {
  let n = 0;
  for await (const file of files) {
    if (++n > 3) throw new Error('the process ends');
    yield file;
  }
}

/** A copy that takes longer than anybody waits. */
async function* endless(piece: () => void): AsyncGenerator<Uint8Array> {
  for (; ; await pause(5)) {
    piece();
    yield Buffer.alloc(1_000);
  }
}
