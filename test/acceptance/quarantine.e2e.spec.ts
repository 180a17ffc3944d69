import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isReadable } from '../../src/application/shared/fact-reader.js';
import { Catalogue } from '../../src/infrastructure/eventstore/catalogue.js';
import { SealedJournal } from '../../src/infrastructure/eventstore/journal.js';
import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import { knownFacts } from '../../src/infrastructure/system/known-facts.js';
import type { Platform } from '../../src/infrastructure/system/platform.js';
import { doorsOf, refusedOverGraphql, type Said } from '../support/doors.js';
import { flip } from '../support/lying-log.js';
import { careIn, facility, idsIn, professional, type Care } from '../support/patient-life.js';
import { patientOf, withPatients, type Patient } from '../support/patients.js';
import { TELEPORTED, tomorrow } from '../support/poison.js';
import { eventually } from '../support/read-side.js';
import { sameInstallation } from '../support/same-installation.js';
import { entry } from '../support/sealed-log.js';
import { openSystem, type RunningSystem } from '../support/system.js';

const run = promisify(execFile);
const PROGRAM = join(process.cwd(), 'dist/program/mes.mjs');
const OUT_OF_REACH = { status: 503, body: { code: 'request/space-quarantined' } };

describe('A space with an event that cannot be read', () => {
  let running: RunningSystem;
  let care: Care;
  let ill: Patient;
  let well: Patient;
  let report: string;

  /** The command line of an operator, in a process of its own; what it answers in JSON. */
  const mes = async (...line: readonly string[]) => {
    const environment = { ...sameInstallation(running), NODE_ENV: 'test', SIMULATED_CLOCK: '1', LOG_LEVEL: 'silent' };
    const { stdout } = await run(process.execPath, [PROGRAM, '--json', ...line], { env: { ...process.env, ...environment } });
    return JSON.parse(stdout);
  };
  const ended = (line: Promise<unknown>): Promise<{ code: number; stderr: string }> =>
    line.then(
      () => ({ code: 0, stderr: '' }),
      (error: { code: number; stderr: string }) => error,
    );
  const overview = (patient: Patient, as: PersonaName): Promise<Said> => doorsOf(running).rest('GET', `/spaces/${patient.space}`, { as });
  const heldId = async (): Promise<string> => (await mes('quarantine', 'list'))[0].id;
  /** Writes as the software of tomorrow does. */
  const teleport = async ({ store, vault, secrets, quarantine, journal, clock }: Platform, { id }: Patient): Promise<void> => {
    const { revision } = await journal.read(`space-${id}`);
    const parts = { store, vault, secrets, clock, quarantine, catalogue: new Catalogue(tomorrow(knownFacts)), alarm: () => undefined };
    await new SealedJournal(parts).append({ ...entry(`space-${id}`, revision, TELEPORTED), at: clock.now() });
  };

  beforeAll(async () => {
    running = await openSystem();
    care = careIn(running);
    const people = withPatients(running);
    [ill, well] = [await patientOf(people, 'alice'), await patientOf(people, 'bruno')];
    for (const { space } of [ill, well]) {
      await care.consent(space, 'dr-martin');
      await care.consent(space, 'dr-petit', facility('990000028'));
    }
    report = await care.deposited(ill.space, { as: 'dr-petit' });
    await running.system.waitUntilCaughtUp();
    await running.inside((platform) => teleport(platform, ill));
    await eventually(async () => expect(await overview(ill, 'alice')).toMatchObject(OUT_OF_REACH));
  });
  afterAll(() => running.close());

  it('answers 503 to every question of either door, with when to come back', async () => {
    const { paths } = JSON.parse(await readFile('openapi.json', 'utf8')) as { paths: Record<string, Record<string, object>> };
    const questions = Object.entries(paths).flatMap(([path, methods]) => ('get' in methods && path.includes('{space}') ? [path] : []));
    expect(questions.length).toBeGreaterThan(8);
    // Between which moments, which line, which copy: said, so that nothing but the space stands in the way.
    const BETWEEN = '?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z';
    for (const path of questions) {
      const named = path.replace('/api/v1', '').replace('{space}', ill.space).replace('{document}', report);
      const here = named
        .replace('{line}', 'A'.repeat(43))
        .replace('{copy}', report)
        .replace(/difference$/, `difference${BETWEEN}`);
      for (const as of ['alice', 'dr-martin'] as const) {
        const said = await doorsOf(running).rest('GET', here, { as });
        expect({ here, as, status: said.status, code: said.body.code, again: said.headers['retry-after'] }).toEqual({
          here,
          as,
          status: 503,
          code: 'request/space-quarantined',
          again: '600',
        });
      }
    }
    const documents = await care.listOverGraphql(ill.space, { as: 'alice' });
    expect(refusedOverGraphql(documents)).toBe('request/space-quarantined');
    expect(refusedOverGraphql(await care.listOverGraphql(well.space, { as: 'bruno' }))).toBeUndefined();
  });

  it('takes no wish of anybody', async () => {
    const { space } = ill;
    const wishes: readonly Promise<Said>[] = [
      care.deposit(space, { as: 'dr-petit' }),
      care.deposit(space, { as: 'alice' }, { typeCode: 'DOCPAT05', title: 'Analyse' }),
      care.consent(space, 'lab-biologist'),
      care.send('POST', `/spaces/${space}/blocks`, { as: 'alice' }, { grantee: professional('dr-martin') }),
      care.send('POST', `/spaces/${space}/masks`, { as: 'alice' }, { sets: [report] }),
      care.send('PUT', `/spaces/${space}/notices/read`, { as: 'alice' }, { notices: ['AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'] }),
      care.send('PUT', `/spaces/${space}/attending-doctor`, { as: 'insurer-agent' }, { professional: '899990000012' }),
      care.send('POST', '/patients/search', { as: 'dr-martin' }, { ins: ill.ins }),
    ];
    for (const said of await Promise.all(wishes)) expect(said).toMatchObject(OUT_OF_REACH);
  });

  it('takes nothing from all others, in whom all goes on: orders, rows, lists across spaces', async () => {
    const mine = await care.deposited(well.space, { as: 'dr-petit' });
    expect(idsIn(await care.list(well.space, { as: 'bruno' }))).toEqual([mine]);
    const patients = await care.ask('/me/patients', { as: 'dr-martin' });
    expect(patients).toMatchObject({ status: 200 });
    expect(patients.body.patients).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ space: ill.space, standsStill: true }),
        expect.objectContaining({ space: well.space, standsStill: false }),
      ]),
    );
    expect(await care.ask('/me/spaces', { as: 'alice' })).toMatchObject({ status: 200, body: [] });
    await running.system.waitUntilCaughtUp();
    const told = await doorsOf(running).rest('GET', `/spaces/${well.space}/notices`, { as: 'bruno' });
    expect(told.status).toBe(200);
    expect(told.body.notices.length).toBeGreaterThan(0);
  });

  it('is shown by health, metrics and one alarm, without a word about anybody', async () => {
    expect((await doorsOf(running).raw('GET', '/health/ready')).body).toMatchObject({ status: 'ok', checks: { quarantine: 'failed' } });
    expect((await doorsOf(running).raw('GET', '/metrics')).body).toContain('quarantined_events 1');
    const health = await running.system.health();
    expect(health.find(({ part }) => part === 'quarantine')).toMatchObject({ healthy: false });
    const alarms = running.lines.filter((line) => line.includes('cannot be read'));
    expect(alarms).toHaveLength(1);
    expect(alarms.join()).not.toContain(ill.id);
  });

  it('is shown to an operator, and cannot be retried as long as nothing has changed', async () => {
    const id = await heldId();
    expect(await mes('quarantine', 'show', id)).toMatchObject({
      id,
      state: 'HELD',
      fault: 'UNKNOWN_TYPE',
      stream: `space-${ill.id}`,
      events: 1,
    });
    expect(await ended(mes('quarantine', 'retry', id))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('audit/still-unreadable'),
    });
    expect(await ended(mes('quarantine', 'show', '00000000-0000-4000-8000-000000000000'))).toMatchObject({ code: 1 });
    expect(await ended(mes('quarantine', 'release', id))).toMatchObject({ code: 2 });
  });

  it('goes on without the event once an operator has released it with his reason', async () => {
    const id = await heldId();
    expect(await mes('quarantine', 'release', id, '--reason', 'never deployed', '--dry-run')).toMatchObject({
      dryRun: true,
      state: 'HELD',
    });
    expect(await overview(ill, 'alice')).toMatchObject(OUT_OF_REACH);
    expect(await mes('quarantine', 'release', id, '--reason', 'never deployed')).toMatchObject({ state: 'RELEASED' });
    await eventually(async () => expect(await overview(ill, 'alice')).toMatchObject({ status: 200 }));
    expect(idsIn(await care.list(ill.space, { as: 'alice' }))).toEqual([report]);
    expect(await ended(mes('quarantine', 'release', id, '--reason', 'again'))).toMatchObject({ code: 1 });
    const [fact] = await audited();
    expect(fact).toMatchObject({
      event: { type: 'QuarantineReleased', place: id, reason: 'never deployed' },
      meta: { who: { role: 'operator' } },
    });
  });

  it('stands still as soon as somebody meets bytes that were altered behind him, in whichever process, and goes on once they are restored', async () => {
    const other = await care.deposited(well.space, { as: 'dr-petit' });
    await running.system.waitUntilCaughtUp();
    const { revision } = await running.inside(({ journal }) => journal.read(`record-${well.id}`));
    await flip(running, `record-${well.id}`, revision);
    expect(await care.list(well.space, { as: 'bruno' })).toMatchObject({ status: 200 });
    // The process with the doors remembers for a minute what it read of it; another one meets them.
    await running.inside(({ journal }) => expect(journal.read(`record-${well.id}`)).rejects.toThrow());
    await eventually(async () => expect(await care.deposit(well.space, { as: 'dr-petit' })).toMatchObject(OUT_OF_REACH));
    expect(await care.list(well.space, { as: 'bruno' })).toMatchObject(OUT_OF_REACH);
    const id = await heldId();
    await flip(running, `record-${well.id}`, revision);
    expect(await mes('quarantine', 'retry', id)).toMatchObject({ state: 'LIFTED' });
    await eventually(async () => expect(idsIn(await care.list(well.space, { as: 'bruno' }))).toContain(other));
    expect((await audited()).map(({ event }) => event.type)).toEqual(['QuarantineReleased', 'QuarantineRetried']);
    // Who reads on and who takes up what was held back are two, and the second comes by now and then.
    await eventually(async () => expect(await running.rows('SELECT * FROM quarantine.held_back')).toEqual([]));
  });

  /** A defect of a read model, in whichever process: it takes no row of a document of this space. */
  const spoil = ({ id }: Patient) => running.rows(`ALTER TABLE read.document ADD CONSTRAINT defect CHECK (space_id <> '${id}') NOT VALID`);
  const mend = () => running.rows('ALTER TABLE read.document DROP CONSTRAINT defect');

  it('stands still as well where a read model fails on an event of it, alone, until that is mended and tried again', async () => {
    await spoil(well);
    const mine = await care.deposited(well.space, { as: 'dr-petit' });
    await eventually(async () => expect(await care.list(well.space, { as: 'bruno' })).toMatchObject(OUT_OF_REACH));
    expect(await care.list(ill.space, { as: 'alice' })).toMatchObject({ status: 200 });
    expect((await doorsOf(running).raw('GET', '/health/ready')).body).toMatchObject({ status: 'ok', checks: { quarantine: 'failed' } });
    const id = await heldId();
    expect(await mes('quarantine', 'show', id)).toMatchObject({ fault: 'NOT_PROJECTED', stream: `record-${well.id}` });
    expect(await ended(mes('quarantine', 'retry', id))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('audit/still-not-projected'),
    });
    await mend();
    expect(await mes('quarantine', 'retry', id)).toMatchObject({ state: 'LIFTED' });
    await eventually(async () => expect(idsIn(await care.list(well.space, { as: 'bruno' }))).toContain(mine));
    const alarms = running.lines.filter((line) => /a read model fails on an event|fails on an event: DatabaseError/.test(line));
    expect(alarms).toHaveLength(2);
    expect(alarms.join()).not.toContain(well.id);
  });

  it('goes on without rows of such an event once it is released, which counts in decisions all the same', async () => {
    await spoil(well);
    const lost = await care.deposited(well.space, { as: 'dr-petit' });
    await eventually(async () => expect(await care.list(well.space, { as: 'bruno' })).toMatchObject(OUT_OF_REACH));
    const id = await heldId();
    expect(await mes('quarantine', 'release', id, '--reason', 'no room for it')).toMatchObject({
      state: 'RELEASED',
      fault: 'NOT_PROJECTED',
    });
    await eventually(async () => expect(await care.list(well.space, { as: 'bruno' })).toMatchObject({ status: 200 }));
    await mend();
    const next = await care.deposited(well.space, { as: 'dr-petit' });
    await eventually(async () => expect(idsIn(await care.list(well.space, { as: 'bruno' }))).toContain(next));
    expect(idsIn(await care.list(well.space, { as: 'bruno' }))).not.toContain(lost);
    await running.inside(async ({ journal }) => expect(inspect((await journal.read(`record-${well.id}`)).facts)).toContain(lost));
  });

  const audited = async () =>
    running.inside(async ({ reader }) => {
      const facts = [];
      for await (const batch of reader.read(0n, ['audit'])) facts.push(...batch.facts.filter(isReadable));
      return facts;
    });
});
