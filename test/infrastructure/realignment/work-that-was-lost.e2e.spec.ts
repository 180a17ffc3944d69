import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../../src/domain/shared/time.js';
import { run } from '../../../src/infrastructure/cli/program.js';
import { Log, pinoFor } from '../../../src/infrastructure/log.js';
import { ROLES } from '../../../src/infrastructure/settings/settings.js';
import { REPEATABLE } from '../../../src/infrastructure/system/processes.js';
import { realignmentOf } from '../../../src/infrastructure/system/realignment.js';
import type { Finding } from '../../../src/application/audit/realignment.js';
import { startSystem } from '../../../src/infrastructure/system/start-system.js';
import { LoopbackServer } from '../../kurrentdb/loopback.js';
import { adult } from '../../support/beneficiary-lines.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { lifeOn } from '../../support/life.js';
import { eventually } from '../../support/read-side.js';
import { factsIn, inside, openSystem, type RunningSystem } from '../../support/system.js';

const BEGIN = '2026-02-03T08:00:00.000Z' as Instant;
const BEFORE_SIX_WEEKS = '2026-03-16T08:00:00.000Z';
const BEHIND_SIX_WEEKS = '2026-03-20T08:00:00.000Z';
const INVITATION = 'Votre espace santé va être créé';
const neighbour = {
  ...adult,
  ins: '171033399990363',
  given_names: 'Ulysse',
  birth_date: '1971-03-08',
  email: 'ulysse.essayan@courriel.test',
};

describe('A log that was restored to before an automatic opening, and before a copy was ready', () => {
  let database: TestDatabase;
  let server: LoopbackServer;
  let first: RunningSystem;
  let again: RunningSystem | undefined;

  const facts = (running: RunningSystem) => running.inside((platform) => factsIn(platform, 0n, ['space', 'record']));
  const types = async (running: RunningSystem, ...wanted: readonly string[]) =>
    (await facts(running)).map(({ event }) => event.type).filter((type) => wanted.includes(type));
  const done = async () =>
    (await database.rows('SELECT process FROM process.deadline WHERE done_at IS NOT NULL')).map(({ process }) => process);
  const found = <T>(work: (finding: Finding) => Promise<T>) =>
    inside(first.settings, (platform) => realignmentOf(platform).find(() => undefined, work));
  const replayed = async (environment: NodeJS.ProcessEnv): Promise<void> => {
    const said: string[] = [];
    const sink = { write: (text: string) => said.push(text) > 0 };
    const runtime = {
      environment: { ...environment, NODE_ENV: 'test', SIMULATED_CLOCK: '1', LOG_LEVEL: 'silent' },
      root: false,
      start: (settings: Parameters<typeof startSystem>[0], options: Parameters<typeof startSystem>[1]) =>
        startSystem(settings, options, new Log(pinoFor('silent'))),
      generate: async () => [],
    };
    const code = await run(['--json', 'replay'], { runtime, out: sink, err: sink, interrupted: new Promise(() => undefined) });
    expect({ code, said }).toMatchObject({ code: 0 });
  };
  const pointsOf = async (name: string) =>
    (await database.rows('SELECT position::integer FROM process.checkpoint WHERE name = $1', [name])).map(
      ({ position }) => position as number,
    );

  beforeAll(async () => {
    database = await freshDatabase();
    server = await LoopbackServer.start();
    const log = { EVENT_STORE: 'kurrentdb', KURRENTDB_URL: server.url, SEAL_EVERY: '200' };
    first = await openSystem(log, BEGIN, ROLES, database);
    const life = lifeOn(first);
    await life.importing([adult, neighbour]);
    const activated = await life.activate('bruno', await life.letterOf(neighbour, INVITATION));
    expect(activated).toMatchObject({ status: 200 });
    await life.at(BEFORE_SIX_WEEKS);
    await life.done({ method: 'POST', path: `/spaces/${String(activated.body.space)}/copies`, as: 'bruno', body: {} });
    await eventually(async () => expect(await types(first, 'CopyReady')).toEqual(['CopyReady']));
    await life.at(BEHIND_SIX_WEEKS);
    expect(await types(first, 'SpaceOpened', 'CopyReady')).toEqual(['SpaceOpened', 'CopyReady', 'SpaceOpened']);
    expect(await done()).toContain('opening-delay');
    await eventually(async () => expect(await first.system.seal.status()).toMatchObject({ behind: '0' }));
    const ready = (await facts(first)).find(({ event }) => event.type === 'CopyReady')!;
    await first.system.stop();
    await server.forge((records) => {
      const its = records.filter(({ stream }) => stream === ready.stream)[ready.rev];
      if (its === undefined) throw new Error('there is no copy to lose');
      return records.slice(0, records.indexOf(its));
    });
  }, 120_000);
  afterAll(async () => {
    await again?.system.stop();
    await server.stop();
    await first.close();
  });

  it('is told beforehand what is done again, and nothing is', async () => {
    expect(await found(async ({ lead }) => lead)).toMatchObject({
      again: { readers: expect.arrayContaining(['copies', 'opening-delay']), deadlines: 2 },
    });
    expect(await done()).toContain('opening-delay');
  });

  it('has what came of the events that it kept, and nothing twice', async () => {
    await found((finding) => finding.apply());
    expect(await done()).toEqual([]);
    for (const name of REPEATABLE) expect(new Set(await pointsOf(name))).toEqual(new Set([0]));
    for (const name of ['messenger', 'holder-notices', 'access-watch']) expect(await pointsOf(name)).not.toContain(0);
    const environment = {
      EVENT_STORE: 'kurrentdb',
      KURRENTDB_URL: server.url,
      DATABASE_URL: database.url,
      STATE_DIR: first.stateDir,
      PORT: '0',
    };
    await replayed(environment);
    const running = await openSystem(environment, undefined, ROLES, { ...database, drop: async () => undefined });
    again = running;
    await running.system.fireDue();
    await eventually(async () =>
      expect((await types(running, 'SpaceOpened', 'CopyReady')).sort()).toEqual(['CopyReady', 'SpaceOpened', 'SpaceOpened']),
    );
    await running.system.waitUntilCaughtUp();
    expect(await types(running, 'InvitationSent')).toEqual(['InvitationSent', 'InvitationSent']);
    expect(await database.rows('SELECT copy FROM process.copy')).toEqual([]);
  });
});
