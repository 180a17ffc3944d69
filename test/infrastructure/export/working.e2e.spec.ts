import 'reflect-metadata';
import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandBus } from '@nestjs/cqrs';
import { CancelExport, CompleteExport, StartExport } from '../../../src/application/audit/export.commands.js';
import type { Lease } from '../../../src/application/shared/leases.js';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import { auditPolicy } from '../../../src/domain/audit/audit-policy.js';
import type { ExportEvent } from '../../../src/domain/audit/export-vocabulary.js';
import { EXPORTER } from '../../../src/domain/shared/actor.js';
import type { Platform } from '../../../src/infrastructure/system/platform.js';
import { PostgresLeases } from '../../../src/infrastructure/postgres/leases/postgres-leases.js';
import { exportingOn, type Exporting } from '../../../src/infrastructure/system/exports.js';
import { sealDeskOf, sealing } from '../../../src/infrastructure/system/sealed-log.js';
import { doorsOf } from '../../support/doors.js';
import { RECIPIENT } from '../../support/exporting.js';
import { eventually } from '../../support/read-side.js';
import { openWorld, type World } from '../../support/world.js';

function signal() {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}

/** The same platform for a process that falls asleep when it begins to read the log, until it is woken. */
function held(platform: Platform) {
  const { store } = platform;
  const [reading, woken] = [signal(), signal()];
  const readAll = async function* (...range: Parameters<typeof store.readAll>) {
    reading.give();
    await woken.given;
    yield* store.readAll(...range);
  };
  // Everything else is the store's own: its methods want it, not what stands before it.
  const asleep = new Proxy(store, {
    get: (its, name) => {
      if (name === 'readAll') return readAll;
      const value: unknown = Reflect.get(its, name);
      return typeof value === 'function' ? (value.bind(its) as unknown) : value;
    },
  });
  // Whoever sleeps renews nothing: the term of his lease runs out.
  const leases = new PostgresLeases(platform.pools.pool('mes_projector'), platform.leases.term);
  const forgotten = Object.create(leases, {
    renew: {
      value: async (all: readonly Lease[]) => {
        if (all.length > 0) await woken.given;
        return leases.renew(all);
      },
    },
  }) as typeof leases;
  return { platform: { ...platform, store: asleep, leases: forgotten }, reading: reading.given, wake: woken.give };
}

describe('The making of exports', () => {
  let world: World;
  let seal: ReturnType<typeof sealing>;
  let exporting: Exporting;
  const never = new AbortController().signal;
  const sender = { actor: EXPORTER, messageId: 'dead' };

  const factsOf = async (id: string) => (await world.platform.journal.read<ExportEvent>(`export-${id}`)).facts.map(({ event }) => event);
  const typesOf = async (id: string) => (await factsOf(id)).map(({ type }) => type);
  const generated = async (id: string) => (await factsOf(id)).flatMap((fact) => (fact.type === 'ExportGenerated' ? [fact.attempt] : []));
  const folderOf = (id: string, ...more: string[]) => join(world.settings.exportDir, id, ...more);

  /** Asked for, approved by two, waiting to be made. */
  async function approved(): Promise<string> {
    const doors = doorsOf(world);
    const body = { mode: 'authority', scope: 'all', recipient: RECIPIENT, legalBasis: 'Loi 78-17', reason: 'contrôle' };
    const id = (await doors.rest('POST', '/exports', { as: 'compliance', body })).body.export as string;
    for (const as of ['compliance-2', 'compliance-3'] as const) await doors.rest('POST', `/exports/${id}/approvals`, { as });
    await exporting.jobs.queue(id);
    return id;
  }
  const level = () =>
    eventually(async () => expect(await sealDeskOf(world.platform).status()).toMatchObject({ behind: '0', trouble: null }));

  beforeAll(async () => {
    world = await openWorld({ SEAL_EVERY: '10', LEASE_SECONDS: '1' });
    seal = sealing(world.platform);
    await seal.start();
    await world.invite();
    exporting = exportingOn(world.platform, world.app.get(CommandBus));
    await level();
  });
  afterAll(async () => {
    await seal.stop();
    await world.close();
  });

  it('one over which too many processes died is given up, and made after all once somebody goes on with it', async () => {
    const id = await approved();
    const bus = world.app.get(CommandBus);
    for (let n = 0; n <= auditPolicy.exportAttempts; n++)
      await bus.execute(new StartExport(id, { attempt: `dead-${n}` }, { ...sender, messageId: `dead-${n}` }));
    await exporting.worker.drain(never);
    expect((await factsOf(id)).at(-1)).toEqual({ type: 'ExportFailed', v: 1, failure: 'TOO_MANY_ATTEMPTS' });
    const doors = doorsOf(world);
    expect(await doors.rest('PUT', `/exports/${id}/resumption`, { as: 'compliance' })).toMatchObject({ status: 200 });
    // What the process of exports wishes, as often as it does.
    for (let times = 0; times < 2; times++) await exporting.jobs.queue(id);
    await exporting.worker.drain(never);
    expect(await generated(id)).toHaveLength(1);
    expect(await readdir(folderOf(id))).toEqual(await generated(id));
  });

  it('one that is gone on with while who gave it up still takes away what was begun is made all the same', async () => {
    const id = await approved();
    const bus = world.app.get(CommandBus);
    for (let n = 0; n < auditPolicy.exportAttempts; n++)
      await bus.execute(new StartExport(id, { attempt: `dead-${n}` }, { ...sender, messageId: `given-up-${n}` }));
    const quick = {
      execute: async (command: object): Promise<unknown> => {
        const answer: unknown = await bus.execute(command as never);
        if ((await typesOf(id)).at(-1) !== 'ExportFailed') return answer;
        expect(await doorsOf(world).rest('PUT', `/exports/${id}/resumption`, { as: 'compliance' })).toMatchObject({ status: 200 });
        await exporting.jobs.queue(id);
        return answer;
      },
    };
    await exportingOn(world.platform, quick as CommandBus).worker.drain(never);
    expect((await typesOf(id)).slice(-3)).toEqual(['ExportResumed', 'ExportStarted', 'ExportGenerated']);
  });

  it('what was removed goes with its folder; where the disk refuses, it is tried again until it is gone', async () => {
    const id = await approved();
    await exporting.worker.drain(never);
    expect(await generated(id)).toHaveLength(1);
    expect(await doorsOf(world).rest('PUT', `/exports/${id}/cancellation`, { as: 'compliance' })).toMatchObject({ status: 200 });
    await exporting.jobs.queue(id);
    // A file where the folder should be: nothing below it can be removed, whoever asks.
    await rename(folderOf(id), folderOf(`${id}-aside`));
    await writeFile(folderOf(id), '');
    await expect(exporting.worker.drain(never)).rejects.toMatchObject({ code: 'ENOTDIR' });
    expect(await world.rows('SELECT step FROM process.export_job WHERE id = $1', [id])).not.toEqual([{ step: 'DONE' }]);
    await rm(folderOf(id));
    await rename(folderOf(`${id}-aside`), folderOf(id));
    await exporting.worker.drain(never);
    await expect(access(folderOf(id))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await world.rows('SELECT step FROM process.export_job WHERE id = $1', [id])).toEqual([{ step: 'DONE' }]);
  });

  it('one that is removed while its proof is written is looked at again, and goes', async () => {
    const id = await approved();
    await exporting.worker.drain(never);
    await level();
    const { journal } = world.platform;
    let looks = 0;
    // Removed just after whoever proves it saw that it was there.
    const behind = {
      read: async (...stream: Parameters<typeof journal.read>) => {
        const seen = await journal.read(...stream);
        if (stream[0] !== `export-${id}` || ++looks > 1) return seen;
        expect(await doorsOf(world).rest('PUT', `/exports/${id}/cancellation`, { as: 'compliance' })).toMatchObject({ status: 200 });
        await exporting.jobs.queue(id);
        return seen;
      },
    } as typeof journal;
    // Where a head came quickly its proof stands already: then it is written once more.
    await world.rows(`UPDATE process.export_job SET step = 'PROVE', not_before = now() WHERE id = $1`, [id]);
    await exportingOn({ ...world.platform, journal: behind }, world.app.get(CommandBus)).worker.drain(never);
    await expect(access(folderOf(id))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('after a process died half way another begins anew: one result, and nothing of the dead one stays', async () => {
    const id = await approved();
    const bus = world.app.get(CommandBus);
    await bus.execute(new StartExport(id, { attempt: 'dead' }, sender));
    await mkdir(folderOf(id, 'dead', 'spool-x'), { recursive: true });
    await writeFile(folderOf(id, 'dead', 'spool-x', '1'), 'noise');
    await exporting.worker.drain(never);
    const facts = await factsOf(id);
    expect(facts.filter(({ type }) => type === 'ExportStarted')).toHaveLength(2);
    const results = facts.flatMap((fact) => (fact.type === 'ExportGenerated' ? [fact] : []));
    expect(results).toHaveLength(1);
    expect(await readdir(folderOf(id))).toEqual([results[0]?.attempt]);
    const { type: _, v: __, recipient: _r, scope: _s, mode: _m, ...result } = results[0]!;
    const late = new CompleteExport(id, { ...result, attempt: 'dead' }, { ...sender, messageId: 'late' });
    await expect(bus.execute(late)).rejects.toMatchObject({ rejection: { rejected: 'audit/export-other-attempt' } });
  });

  it('takes nothing of the next one with it when it wakes after it was thought dead', async () => {
    const id = await approved();
    const asleep = held(world.platform);
    const late = exportingOn(asleep.platform, world.app.get(CommandBus));
    const waking = late.worker.drain(never);
    await asleep.reading;
    await exporting.worker.drain(never);
    const [attempt = ''] = await generated(id);
    const whole = (await readdir(folderOf(id, attempt))).filter((name) => name.endsWith('.tar.age'));
    asleep.wake();
    // Its folder is gone, or it learns that it counts no more: whatever it meets first.
    await Promise.allSettled([waking]);
    expect(await readdir(folderOf(id))).toEqual([attempt]);
    expect(whole).toHaveLength(1);
    expect(await readdir(folderOf(id, attempt))).toEqual(expect.arrayContaining(whole));
    expect(await generated(id)).toEqual([attempt]);
    expect(await world.rows('SELECT step FROM process.export_job WHERE id = $1', [id])).not.toEqual([{ step: 'BUILD' }]);
  });

  it('keeps a package whose fact was written though the answer to that was lost', async () => {
    const id = await approved();
    const bus = world.app.get(CommandBus);
    const losing = {
      execute: async (command: object): Promise<unknown> => {
        const answer: unknown = await bus.execute(command as never);
        if (command instanceof CompleteExport) throw new StoreUnavailable('the answer was lost');
        return answer;
      },
    };
    await expect(exportingOn(world.platform, losing as CommandBus).worker.drain(never)).rejects.toBeInstanceOf(StoreUnavailable);
    await exporting.worker.drain(never);
    const [attempt = ''] = await generated(id);
    expect((await readdir(folderOf(id, attempt))).filter((name) => name.endsWith('.tar.age'))).toHaveLength(1);
    expect((await typesOf(id)).filter((type) => type === 'ExportStarted')).toHaveLength(1);
  });

  it('killed after the result was written down, it is only proved, never made again', async () => {
    const id = await approved();
    await exporting.worker.drain(never);
    await world.rows(`UPDATE process.export_job SET step = 'BUILD' WHERE id = $1`, [id]);
    const [attempt = ''] = await readdir(folderOf(id));
    await exporting.worker.drain(never);
    await level();
    await eventually(async () => {
      await exporting.worker.drain(never);
      const names = await readdir(folderOf(id, attempt));
      expect(names.map((name) => name.replace(/^export-[\dTZ-]+-[0-9a-f-]{36}/, '')).sort()).toEqual([
        '.event.json',
        '.tar.age',
        '.tar.age.sha256',
        '.tlog-proof',
      ]);
    });
    expect((await typesOf(id)).filter((type) => type === 'ExportGenerated')).toHaveLength(1);
  });

  it('how far it is, is said of now alone: of a past moment nobody wrote that down', async () => {
    const id = await approved();
    const asked = (more = '') =>
      doorsOf(world).rest('GET', `/exports/${id}${more}`, { as: 'compliance', headers: { 'x-purpose': 'contrôle' } });
    await eventually(async () => expect(await asked()).toMatchObject({ body: { status: 'APPROVED', progress: { done: 0, total: null } } }));
    const past = `?asOf=${encodeURIComponent(world.platform.clock.now())}`;
    expect(await asked(past)).toMatchObject({ status: 200, body: { status: 'APPROVED', progress: null } });
    await exporting.worker.drain(never);
  });

  it('called off while it waits or is made, it leaves no file and no result', async () => {
    const id = await approved();
    await world.app.get(CommandBus).execute(new StartExport(id, { attempt: 'other' }, sender));
    const officer = { role: 'compliance', subject: { issuer: 'x', sub: 'y' }, assurance: 'high' } as const;
    await world.app.get(CommandBus).execute(new CancelExport(id, {}, { actor: officer, messageId: 'off' }));
    await exporting.worker.drain(never);
    expect(await typesOf(id)).not.toContain('ExportGenerated');
    await expect(access(folderOf(id, 'other'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('of a log whose sealer stopped, it is made on the head there is, and an alarm says so', async () => {
    const id = await approved();
    await seal.stop();
    await world.platform.pools.pool('mes_sealer').query(`UPDATE seal.head SET trouble = 'essai'`);
    await exporting.worker.drain(never);
    expect(await typesOf(id)).toContain('ExportGenerated');
    expect(world.log.alarms.filter((alarm) => alarm.includes('without a new root of the stream heads'))).toHaveLength(1);
  });
});
