import 'reflect-metadata';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dayAfter, parisDay, startOfDay } from '../../src/domain/shared/time.js';
import { writeBeneficiaries } from '../../src/infrastructure/campaign/beneficiaries-writer.js';
import { inventPeople } from '../../src/infrastructure/campaign/invented-people.js';
import { receivedIn, type Received } from '../../src/infrastructure/cli/demo/mailboxes.js';
import { countEvents } from '../../src/infrastructure/cli/demo/event-count.js';
import { KurrentEventStore } from '../../src/infrastructure/eventstore/kurrentdb/kurrent-event-store.js';
import type { System } from '../../src/infrastructure/cli/system.js';
import { settingsFrom } from '../../src/infrastructure/settings/settings.js';
import { startSystem } from '../../src/infrastructure/system/start-system.js';
import { connected } from '../support/database.js';
import { subjectOf } from '../support/life.js';
import { logOfTest, type LogOfTest } from '../support/log-of-test.js';
import { Program } from '../support/program.js';
import { eventually } from '../support/read-side.js';

/** Many batches of the bulk path, so that there is a middle to be killed in. */
const PEOPLE = 1_000;
const INVITATION = 'Votre espace santé va être créé';
const OPENED = 'Votre espace santé est ouvert';

/** How many events lie in the log, asked beside the process that writes; throws while the log is not up. */
async function writtenIn(stateDir: string, { server }: LogOfTest): Promise<number> {
  if (server !== null) return writtenOn(server.url);
  const home = join(stateDir, 'postgres');
  // The fourth line of the file of a running server is its port.
  const port = (await readFile(join(home, 'data', 'postmaster.pid'), 'utf8')).split('\n')[3];
  const password = (await readFile(join(home, 'password'), 'utf8')).trim();
  return connected(`postgres://postgres:${password}@127.0.0.1:${port}/postgres`, async (client) => {
    const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM log.event');
    return Number(rows[0]?.count);
  });
}

async function writtenOn(url: string): Promise<number> {
  const store = new KurrentEventStore({ url, account: null });
  try {
    let count = 0;
    for await (const { events } of store.readAll(0n)) count += events.length;
    return count;
  } finally {
    await store.close();
  }
}

/** Everything on embedded state, in processes of their own that are killed with SIGKILL and started again. */
describe('Killed in the middle of its work and started again', () => {
  let stateDir: string;
  let file: string;
  let log: LogOfTest;
  const start = (...line: readonly string[]): Program =>
    Program.under({ STATE_DIR: stateDir, DATABASE_URL: '', ...log.environment }, ...line);
  const importing = () => start('campaign', 'import', file, '--campaign', 'essai', '--label', 'Essai');

  /** The same state in this process, with these roles, for as long as the work lasts. */
  const inside = async <T>(roles: readonly string[], work: (system: System) => Promise<T>): Promise<T> => {
    const environment = { NODE_ENV: 'test', STATE_DIR: stateDir, SIMULATED_CLOCK: '1', LOG_LEVEL: 'silent', PORT: '0' };
    const system = await startSystem(settingsFrom({ ...environment, ...log.environment }, process.getuid?.() === 0), { roles });
    try {
      return await work(system);
    } finally {
      await system.stop();
    }
  };
  const countOf = (types: readonly string[]) =>
    inside([], async ({ eventStore }) => {
      const { byType } = await countEvents(eventStore);
      return types.map((type) => byType.get(type) ?? 0);
    });
  const messages = async (subject: string): Promise<readonly Received[]> =>
    (await receivedIn(join(stateDir, 'outbox'))).filter((message) => subjectOf(message) === subject);
  /** E-mails say their id, letters are told apart by whom they reach. */
  const idsOf = (found: readonly Received[]): ReadonlySet<string> =>
    new Set(found.map(({ head, channel }) => (channel === 'email' ? (/Message-ID:\s*(\S+)/i.exec(head)?.[1] ?? '') : head)));

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'mes-crash-'));
    // As root the database runs under another account, which must pass through.
    await chmod(stateDir, 0o711);
    log = await logOfTest();
    file = join(stateDir, 'people.csv');
    await writeBeneficiaries(file, inventPeople({ count: PEOPLE, seed: 'crash', year: new Date().getUTCFullYear(), children: 0 }));
  });
  afterAll(async () => {
    await log.stop();
    await rm(stateDir, { recursive: true, force: true });
  });

  it('an import that is run again declares and invites every person exactly once', async () => {
    const first = importing();
    await eventually(async () => expect(await writtenIn(stateDir, log)).toBeGreaterThan(100), 30_000);
    await first.kill();
    const [before = 0] = await countOf(['PersonDeclaredEligible']);
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(PEOPLE);

    const second = importing();
    expect({ code: await second.exit(), said: second.output }).toMatchObject({ code: 0 });
    expect(JSON.parse(/\{"counts".*\}/.exec(second.output)?.[0] ?? '{}')).toMatchObject({
      counts: { lines: PEOPLE, declared: PEOPLE, known: 0, rejected: 0 },
      declaredEarlier: before,
    });
    expect(await countOf(['PersonDeclaredEligible', 'InvitationSent', 'ProvisionalCodeIssued', 'CampaignFileImported'])).toEqual([
      PEOPLE,
      PEOPLE,
      PEOPLE,
      1,
    ]);
  }, 120_000);

  it('a messenger that is started again leaves one file for each message, and none is missing', async () => {
    const first = start('serve', '--port', '0');
    await eventually(async () => expect((await messages(INVITATION)).length).toBeGreaterThan(20), 30_000);
    await first.kill();
    expect((await messages(INVITATION)).length).toBeLessThan(PEOPLE);
    await inside(['processes', 'outbox'], (system) => system.waitUntilCaughtUp());
    const found = await messages(INVITATION);
    expect(found).toHaveLength(PEOPLE);
    expect(idsOf(found).size).toBe(PEOPLE);
  }, 120_000);

  it('an opening wave that is started again opens every space exactly once', async () => {
    await inside([], async ({ simulatedClock, clock }) => {
      await simulatedClock?.advanceTo(startOfDay(dayAfter(parisDay(clock.now()), { days: 43 })));
    });
    const wave = start('serve', '--port', '0');
    const [, url] = await wave.says(/"url":"([^"]+)"/);
    const openings = async (): Promise<number> =>
      Number(
        /^commands_total\{command="OpenAutomatically",outcome="done"\} (\d+)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? 0,
      );
    while ((await openings()) < 20) continue;
    await wave.kill();
    const [before = 0] = await countOf(['SpaceOpened']);
    expect(before).toBeGreaterThanOrEqual(20);
    expect(before).toBeLessThan(PEOPLE);

    const reached = await inside([], async ({ eventStore }) => {
      const { byType } = await countEvents(eventStore);
      return [...byType.values()].reduce((sum, count) => sum + count, 0);
    });
    const byHand = start('campaign', 'open-due');
    await eventually(async () => expect(await writtenIn(stateDir, log)).toBeGreaterThan(reached), 30_000);
    await byHand.kill();
    const [between = 0] = await countOf(['SpaceOpened']);
    expect(between).toBeGreaterThanOrEqual(before);

    const again = start('serve', '--port', '0');
    await again.says(/"url"/);
    await eventually(async () => expect(await messages(OPENED)).toHaveLength(PEOPLE), 60_000);
    expect({ code: await again.stop(), said: again.output }).toMatchObject({ code: 0 });
    expect(idsOf(await messages(OPENED)).size).toBe(PEOPLE);
    expect(await countOf(['SpaceOpened', 'PersonDeclaredEligible', 'InvitationSent'])).toEqual([PEOPLE, PEOPLE, PEOPLE]);
  }, 240_000);
});
