import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JournalMatrices } from '../../src/application/access/journal-matrices.js';
import { MatrixQuestions } from '../../src/application/access/matrix.questions.js';
import { Gate } from '../../src/application/shared/gate.js';
import { PassageRecorder } from '../../src/application/shared/passage-recorder.js';
import type { MatrixEvent } from '../../src/domain/access/matrix-version.js';
import type { Actor } from '../../src/domain/shared/actor.js';
import { epochOf, instantOf, type Instant } from '../../src/domain/shared/time.js';
import { SHIPPED_MATRIX } from '../../src/infrastructure/codes/shipped.js';
import { settingsFrom } from '../../src/infrastructure/settings/settings.js';
import * as p from '../personas/index.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { logOfTest, type LogOfTest } from '../support/log-of-test.js';
import { sameInstallation } from '../support/same-installation.js';
import { inside, openSystem, type RunningSystem } from '../support/system.js';

const PROGRAM = join(process.cwd(), 'dist/program/mes.mjs');
const run = promisify(execFile);
const environmentOn = (places: Readonly<Record<string, string>>) => ({
  ...process.env,
  ...places,
  NODE_ENV: 'test',
  LOG_LEVEL: 'silent',
  SIMULATED_CLOCK: '1',
});
const NURSE = '1.2.250.1.71.1.2.7|60';
const CELL = '1.2.250.1.71.1.2.7;60;11;83901-9;';

const factsOf = (running: RunningSystem) =>
  running.inside(async ({ journal }) => (await journal.read<MatrixEvent>('matrix-habilitations')).facts);

describe('The first start of an installation', () => {
  let database: TestDatabase;
  let stateDir: string;
  let log: LogOfTest;
  beforeAll(async () => {
    database = await freshDatabase();
    log = await logOfTest();
    stateDir = await mkdtemp(join(tmpdir(), 'mes-first-'));
  });
  afterAll(async () => {
    await log.stop();
    await database.drop();
    await rm(stateDir, { recursive: true });
  });

  it('publishes one first version, though three processes start together', async () => {
    const places = { DATABASE_URL: database.url, STATE_DIR: stateDir, ...log.environment };
    const env = environmentOn(places);
    await Promise.all([1, 2, 3].map(() => run(process.execPath, [PROGRAM, 'reference', 'import', '--dry-run', '--json'], { env })));
    const settings = settingsFrom({ ...places, NODE_ENV: 'test' }, false);
    const { facts } = await inside(settings, ({ journal }) => journal.read<MatrixEvent>('matrix-habilitations'));
    expect(facts.map(({ event }) => event.type)).toEqual(['MatrixVersionProposed', 'MatrixVersionPublished']);
  });
});

describe('A version of the authorisation matrix', () => {
  let running: RunningSystem;
  let path: string;
  let proposedAt: Instant;
  const mes = async (...line: readonly string[]) => {
    const env = environmentOn(sameInstallation(running));
    const { stdout } = await run(process.execPath, [PROGRAM, ...line], { env });
    return stdout;
  };

  beforeAll(async () => {
    running = await openSystem();
    path = join(running.stateDir, 'matrix.csv');
    const shipped = await readFile(SHIPPED_MATRIX, 'utf8');
    expect(shipped).toContain(`${CELL}0\n`);
    await writeFile(path, shipped.replace(`${CELL}0\n`, `${CELL}1\n`));
  });
  afterAll(() => running.close());

  it('rehearsed says who would gain and lose what, and writes nothing', async () => {
    const out = await mes('reference', 'import', '--matrix', path, '--dry-run');
    expect(out).toBe(`${NURSE}: 1 gained, 0 lost\n  + 83901-9\n`);
    expect(await mes('reference', 'import', '--matrix', SHIPPED_MATRIX, '--dry-run')).toBe('nothing changes\n');
    expect(await factsOf(running)).toHaveLength(2);
  });

  it('is proposed by somebody with a reason, and published by the software without either', async () => {
    proposedAt = running.system.clock.now();
    const from = instantOf(epochOf(proposedAt) + 3_600_000);
    await mes('reference', 'import', '--matrix', path, '--reason', 'canary of the minister', '--from', from, '--json');
    const [, , proposed, published] = await factsOf(running);
    expect(proposed).toMatchObject({ event: { type: 'MatrixVersionProposed', version: 2, reason: 'canary of the minister' } });
    expect(proposed?.meta.who).toMatchObject({ role: 'operator' });
    expect(published).toMatchObject({
      event: { type: 'MatrixVersionPublished', version: 2, appliesFrom: from },
      meta: { who: { role: 'system', name: 'process' } },
    });
    const stored = await running.inside(({ store }) => store.read('matrix-habilitations'));
    const clear = stored.map(({ body }) => body[0] === 0);
    expect(clear).toEqual([false, true, false, true]);
    for (const { body } of stored) expect(Buffer.from(body).toString('latin1')).not.toMatch(/canary|urn:mon-espace-sante/);
  });

  it('proposed again changes nothing, and is refused in one sentence', async () => {
    const again = mes('reference', 'import', '--matrix', path, '--reason', 'once more');
    await expect(again).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('access/matrix-unchanged') });
    expect(await factsOf(running)).toHaveLength(4);
  });

  it('with faults is refused line by line', async () => {
    const faulty = join(running.stateDir, 'faulty.csv');
    await writeFile(faulty, (await readFile(path, 'utf8')).replace(`${CELL}1`, CELL.replace('60', '11') + '1'));
    const refused = mes('reference', 'import', '--matrix', faulty, '--reason', 'faults');
    await expect(refused).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/cell \d+: the profession .* 11 is not in the list/),
    });
  });

  it('is read by everybody who has a role, in the version of the moment that is asked for', async () => {
    await running.system.simulatedClock?.advanceTo(instantOf(epochOf(proposedAt) + 7_200_000));
    await running.inside(async ({ journal, clock, secrets, codeTables, quarantine }) => {
      const matrices = new JournalMatrices(journal, clock);
      const gate = new Gate(journal, new PassageRecorder(journal, clock, secrets), clock, matrices, secrets, quarantine);
      const questions = new MatrixQuestions(gate, matrices, codeTables, clock);
      const ask = (actor: Actor, asOf?: Instant) =>
        questions.inForce(
          { actor, messageId: 'question', receivedAt: clock.now(), asOf, purpose: 'essai' },
          { system: '1.2.250.1.71.1.2.7', code: '60' },
        );
      const now = await ask(p.alice);
      expect(now.version).toBe(2);
      expect(now.rows).toHaveLength(105);
      expect(now.rows.find(({ type }) => type.code === '83901-9')).toEqual({
        profession: { system: '1.2.250.1.71.1.2.7', code: '60', name: 'Infirmier' },
        category: { code: '11', name: 'Synthèse' },
        type: { code: '83901-9', name: 'Bilan psychologique' },
        consultationAllowed: true,
      });
      expect(now.rows.at(-1)).toMatchObject({
        category: null,
        type: { code: 'WISHES', name: 'Entourage et volontés' },
        consultationAllowed: true,
      });
      const then = await ask(p.compliance, proposedAt);
      expect(then.version).toBe(1);
      expect(then.rows.find(({ type }) => type.code === '83901-9')?.consultationAllowed).toBe(false);
      await expect(ask(p.alice, '2001-01-01T00:00:00.000Z' as Instant)).rejects.toThrow('access/no-matrix-then');
      await expect(ask(p.bearer)).rejects.toThrow('access/not-allowed');
    });
  });
});
