import 'reflect-metadata';
import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { claimOf, rangeLeases } from '../../../src/application/shared/ranges.js';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import { run } from '../../../src/infrastructure/cli/program.js';
import { Log, pinoFor } from '../../../src/infrastructure/log.js';
import { PostgresProcessPoints } from '../../../src/infrastructure/postgres/processes/postgres-process-points.js';
import { AnotherLog } from '../../../src/infrastructure/postgres/projections/checkpoint.js';
import { ROLES } from '../../../src/infrastructure/settings/settings.js';
import { realignmentOf } from '../../../src/infrastructure/system/realignment.js';
import { sealing } from '../../../src/infrastructure/system/sealed-log.js';
import { startSystem } from '../../../src/infrastructure/system/start-system.js';
import { LogReader } from '../../../src/infrastructure/eventstore/log-reader.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { LoopbackServer } from '../../kurrentdb/loopback.js';
import { adult } from '../../support/beneficiary-lines.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { lifeOn } from '../../support/life.js';
import { eventually } from '../../support/read-side.js';
import { factsIn, inside, openSystem, type RunningSystem } from '../../support/system.js';

const BEGIN = '2026-02-03T08:00:00.000Z' as Instant;
const INVITATION = 'Votre espace santé va être créé';
const second = { ...adult, ins: '186063399990157', given_names: 'Basile', birth_date: '1986-06-12', email: 'basile.essayan@courriel.test' };
const neighbour = {
  ...second,
  ins: '171033399990363',
  given_names: 'Ulysse',
  birth_date: '1971-03-08',
  email: 'ulysse.essayan@courriel.test',
};
const third = { ...second, ins: '290053399990186', given_names: 'Zoé', birth_date: '1990-05-20', email: 'zoe.essayan@courriel.test' };

describe('A PostgreSQL that was restored to a later moment than its log', () => {
  let database: TestDatabase;
  let server: LoopbackServer;
  let first: RunningSystem;
  let kept: { readonly space: string; readonly handle: string };
  let closed: { readonly space: string; readonly handle: string };
  let lostSpaces: readonly string[];
  let lostDeadlines: number;

  const environment = () => ({
    EVENT_STORE: 'kurrentdb',
    KURRENTDB_URL: server.url,
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    STATE_DIR: first.stateDir,
    SIMULATED_CLOCK: '1',
    LOG_LEVEL: 'silent',
  });
  const spaces = () => database.rows('SELECT space, handle FROM registry.person ORDER BY space');
  const waiting = () => database.rows('SELECT stream, rev FROM process.deadline ORDER BY stream, rev');
  const closing = () => ({ method: 'PUT', path: `/spaces/${closed.handle}/closure`, as: 'bruno', body: {} }) as const;
  const contentKeys = () => database.rows('SELECT state FROM vault.key WHERE owner = $1 AND purpose = 2', [closed.space]);
  /** The day on which the archive of the closed space ends. */
  const endOfArchive = () =>
    database.rows(
      `SELECT (not_before AT TIME ZONE 'Europe/Paris')::date::text AS day FROM process.deadline WHERE stream = $1 AND not_before > '2030-01-01'`,
      [`space-${closed.space}`],
    );
  const codes = () => database.rows('SELECT digest FROM registry.code ORDER BY digest');
  const mes = async (over: object, ...line: readonly string[]) => {
    const said: string[] = [];
    const sink = { write: (text: string) => said.push(text) > 0 };
    const runtime = {
      environment: { ...environment(), ...over },
      root: false,
      start: (settings: Parameters<typeof startSystem>[0], options: Parameters<typeof startSystem>[1]) =>
        startSystem(settings, options, new Log(pinoFor('silent'))),
      generate: async () => [],
    };
    const code = await run(['--json', ...line], { runtime, out: sink, err: sink, interrupted: new Promise(() => undefined) });
    return { code, said: said.join('') };
  };
  const answered = async (...line: readonly string[]): Promise<unknown> => {
    const { code, said } = await mes({}, ...line);
    expect({ code, said }).toMatchObject({ code: 0 });
    const lines = said.trim().split('\n');
    return JSON.parse(lines.at(-1) ?? '');
  };

  beforeAll(async () => {
    database = await freshDatabase();
    server = await LoopbackServer.start();
    const log = { EVENT_STORE: 'kurrentdb', KURRENTDB_URL: server.url, SEAL_EVERY: '200' };
    first = await openSystem(log, BEGIN, ROLES, database);
    const life = lifeOn(first);
    await life.importing([adult]);
    await life.letterOf(adult, INVITATION);
    kept = (await spaces())[0] as typeof kept;
    await life.importing([neighbour]);
    expect(await life.activate('bruno', await life.letterOf(neighbour, INVITATION))).toMatchObject({ status: 200 });
    closed = (await spaces()).find(({ space }) => space !== kept.space) as typeof closed;
    await first.inside(({ vault }) => vault.keyFor(closed.space, 'content'));
    await first.system.waitUntilCaughtUp();
    await eventually(async () => expect(await first.system.seal.status()).toMatchObject({ behind: '0' }));
    const before = await server.records();
    const keptDeadlines = (await waiting()).length;

    await life.at('2026-02-06T08:00:00.000Z');
    await life.importing([second, third]);
    expect((await life.requestCode(adult)).status).toBe(202);
    await life.done(closing());
    await first.system.waitUntilCaughtUp();
    await eventually(async () => expect(await first.system.seal.status()).toMatchObject({ behind: '0' }));
    lostSpaces = (await spaces()).map(({ space }) => space as string).filter((space) => space !== kept.space && space !== closed.space);
    expect(lostSpaces).toHaveLength(2);
    expect(await contentKeys()).toEqual([{ state: 2 }]);
    expect(await endOfArchive()).toEqual([{ day: '2036-02-07' }]);
    await first.system.stop();
    lostDeadlines = (await waiting()).length - keptDeadlines;
    expect(lostDeadlines).toBeGreaterThan(0);
    await server.forge(() => before);
  });
  afterAll(async () => {
    await server.stop();
    await first.close();
  });

  it('lets no process start, stops every process and the sealer with an alarm, and skips nothing in silence', async () => {
    await expect(startSystem(first.settings, { roles: [] }, new Log(pinoFor('silent')))).rejects.toThrow(StoreUnavailable);
    await inside(first.settings, async (platform) => {
      await expect(platform.registry.byHandle(kept.handle)).rejects.toThrow('mes realign');
      const points = new PostgresProcessPoints(platform.pools.pool('mes_projector'), platform.store);
      const names = (await database.rows('SELECT DISTINCT name FROM process.checkpoint')).map(({ name }) => name as string);
      const claim = claimOf(await platform.leases.take(rangeLeases('processes'), 64));
      for (const name of names) await expect(points.claim(name, claim)).rejects.toThrow(AnotherLog);
      await platform.leases.giveUp(claim.leases);
      expect(names).toContain('messenger');
      const alarms: string[] = [];
      const sealer = sealing({ ...platform, alarm: (reason) => void alarms.push(reason) });
      await sealer.start();
      await eventually(async () => expect(alarms).toContainEqual(expect.stringMatching(/sealed last, is not there any more/)));
      await sealer.stop();
    });
  });

  it('is refused where it belongs to another log, and changes nothing', async () => {
    const empty = await LoopbackServer.start();
    const before = await spaces();
    expect(await mes({ KURRENTDB_URL: empty.url }, 'realign', '--confirm')).toMatchObject({
      code: 1,
      said: expect.stringContaining('another one'),
    });
    expect(await spaces()).toEqual(before);
    await empty.stop();
  });

  it('is told beforehand what would go, and nothing goes', async () => {
    const before = [await spaces(), await codes(), await waiting()];
    expect(await answered('realign', '--dry-run')).toMatchObject({
      registry: true,
      readers: expect.arrayContaining(['messenger', 'opening-delay']),
      people: 4,
      rings: 1,
      removed: { addresses: 2, codes: 3, deadlines: lostDeadlines, quarantines: 0 },
      dryRun: true,
    });
    expect([await spaces(), await codes(), await waiting()]).toEqual(before);
  });

  it('waits until every other process has stopped', async () => {
    await database.rows(`INSERT INTO process.attendance VALUES ('processes', gen_random_uuid(), now() + interval '1 hour')`);
    expect(await mes({}, 'realign', '--confirm')).toMatchObject({ code: 1, said: expect.stringContaining('stop every process') });
    expect(await spaces()).toHaveLength(4);
    await database.rows('DELETE FROM process.attendance');
  });

  it('agrees with its log again, also when it was killed on the way; who did it is a fact', async () => {
    await inside(first.settings, async (platform) => {
      let reads = 0;
      const { store, pools, reader, vault } = platform;
      const dying = realignmentOf({
        store,
        pools,
        vault,
        reader: new (class extends LogReader {
          override readMany(streams: readonly StreamName[]) {
            reads += 1;
            return reads > 1 ? Promise.reject(new Error('killed')) : reader.readMany(streams);
          }
        })(store, platform.journal),
      });
      await expect(
        dying.find(
          () => undefined,
          (finding) => finding.apply(),
        ),
      ).rejects.toThrow('killed');
    });
    expect(await spaces()).toHaveLength(4);

    expect(await answered('realign', '--confirm')).toMatchObject({ registry: true, removed: { addresses: 2, codes: 3 }, dryRun: false });
    expect(await spaces()).toEqual([kept, closed]);
    expect(await codes()).toHaveLength(2);
    expect(await contentKeys()).toEqual([{ state: 1 }]);
    expect(await mes({}, 'realign', '--confirm')).toMatchObject({ code: 1, said: expect.stringContaining('nothing is ahead') });
    await inside(first.settings, async (platform) => {
      const told = await factsIn(platform, 0n, ['audit']);
      const lines = told.filter(({ event }) => event.type === 'StoreRealigned');
      expect(lines).toMatchObject([
        { event: { addresses: 2, codes: 3 }, meta: { who: { role: 'operator', subject: { sub: userInfo().username } } } },
      ]);
    });
  });

  it('goes on: the kept letter opens the kept space, the lost person gets one space, and each its day', async () => {
    await answered('replay');
    const again = await openSystem({ ...environment(), PORT: '0' }, undefined, ROLES, { ...database, drop: async () => undefined });
    try {
      const life = lifeOn({ ...again, stateDir: first.stateDir });
      await life.importing([adult, second]);
      const now = await spaces();
      expect(now).toHaveLength(3);
      expect(now).toEqual(expect.arrayContaining([kept, closed]));
      const other = now.find(({ space }) => space !== kept.space && space !== closed.space);
      expect(lostSpaces).not.toContain(other?.['space']);
      const declared = (await again.inside((platform) => factsIn(platform, 0n, ['space']))).filter(
        ({ event }) => event.type === 'PersonDeclaredEligible',
      );
      expect(declared.map(({ stream }) => stream).sort()).toEqual(now.map(({ space }) => `space-${String(space)}`).sort());
      const waits = new Set((await waiting()).map(({ stream }) => stream));
      for (const { space } of now) expect(waits).toContain(`space-${String(space)}`);
      for (const space of lostSpaces) expect(waits).not.toContain(`space-${space}`);
      expect(await life.activate('alice', await life.letterOf(adult, INVITATION))).toMatchObject({
        status: 200,
        body: { space: kept.handle },
      });
      // The same revision as the closing that was lost: its day is that of this one.
      await life.at('2026-02-11T08:00:00.000Z');
      await life.done(closing());
      await again.system.waitUntilCaughtUp();
      expect(await endOfArchive()).toEqual([{ day: '2036-02-12' }]);
      expect(await contentKeys()).toEqual([{ state: 2 }]);
    } finally {
      await again.system.stop();
    }
  });
});
