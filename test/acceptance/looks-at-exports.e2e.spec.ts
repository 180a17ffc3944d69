import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { epochOf, instantOf, type Instant } from '../../src/domain/shared/time.js';
import type { Caller } from '../../src/application/shared/caller.js';
import { callerHere } from '../../src/infrastructure/cli/context.js';
import { LOCAL_ISSUER, LocalIssuer } from '../../src/infrastructure/identity/local-issuer.js';
import { people } from '../../src/infrastructure/identity/personas.js';
import { eventually } from '../support/read-side.js';
import { doorsOf } from '../support/doors.js';
import { RECIPIENT } from '../support/exporting.js';
import { patientOf, withPatients, type Patient } from '../support/patients.js';
import { factsIn, openSystem, type RunningSystem } from '../support/system.js';

const WISH = { mode: 'pseudonymised', scope: { kind: 'all' }, recipient: RECIPIENT, legalBasis: 'Loi 78-17, article 19' } as const;
const ASKED = { ...WISH, scope: 'all', reason: 'contrôle' };
const WHY = { 'x-purpose': 'contrôle 2026-12' } as const;
const PROFESSIONAL = '899990000012';
const PERIOD = { from: '2026-01-01T00:00:00.000Z' as Instant, until: '2026-01-02T00:00:00.000Z' as Instant };
const UNPURPOSED = { status: 400, body: { code: 'audit/purpose-needed' } };

describe('Looks at exports, and at accesses under other rules', () => {
  let running: RunningSystem;
  let doors: ReturnType<typeof doorsOf>;
  let patient: Patient;
  let until: Instant;

  const officer = (more: Partial<Caller> = {}): Caller => callerHere('compliance', running.system.clock, more);
  /** What the work left among the looks and passages: what was done, of whom, why, and as whom. */
  const left = async (work: () => Promise<unknown>): Promise<readonly object[]> => {
    const before = await running.system.eventStore.head();
    await work();
    const facts = await running.inside((platform) => factsIn(platform, before, ['audit', 'passage']));
    return facts.map(({ event, meta }) => ({ ...event, purpose: meta.purpose, by: meta.who.role }));
  };
  const looked = (action: string, purpose: string, more: object = {}) => ({
    ...{ type: 'ComplianceLooked', action, purpose, by: 'compliance' },
    ...more,
  });
  /** Of an auditor whose account ends on that day, as his identity provider says it; null: it does not say. */
  const auditorsToken = async (end: Instant | null): Promise<string> => {
    const issuer = await LocalIssuer.open(running.settings, running.system.clock);
    const says = end === null ? {} : { mes_until: epochOf(end) / 1_000 };
    return issuer.personaToken({ ...people.auditor, claims: { mes_role: 'auditor', ...says } });
  };

  beforeAll(async () => {
    running = await openSystem({}, '2026-01-05T08:00:00.000Z' as Instant);
    doors = doorsOf(running);
    patient = await patientOf(withPatients(running), 'alice');
    until = instantOf(epochOf(running.system.clock.now()) + 6 * 3_600_000);
    const account = { issuer: LOCAL_ISSUER, sub: 'auditor', authority: 'CNIL', until };
    expect((await doors.rest('POST', '/auditors', { as: 'compliance', body: account })).status).toBe(200);
  }, 120_000);
  afterAll(() => running.close());

  it('the list and the state of exports say why, over both doors, and leave a line each', async () => {
    const { body } = await doors.rest('POST', '/exports', { as: 'compliance', body: ASKED });
    const paths = ['/exports', `/exports/${body.export}`];
    await running.system.waitUntilCaughtUp();
    const refused = await left(async () => {
      for (const path of paths) expect(await doors.rest('GET', path, { as: 'compliance' })).toMatchObject(UNPURPOSED);
    });
    expect(refused).toEqual([]);
    const said = await left(async () => {
      for (const path of paths) expect((await doors.rest('GET', path, { as: 'compliance', headers: WHY })).status).toBe(200);
      const answer = await doors.graphql('{ exports { exports { export } } }', {}, { as: 'compliance', headers: WHY });
      expect(answer.body.data.exports.exports).toMatchObject([{ export: body.export }]);
    });
    expect(said).toMatchObject(Array.from({ length: 3 }, () => looked('ListExports', WHY['x-purpose'])));
  });

  it('what an auditor sees of his own leaves a line too: a list for his reason, one export for the reason that it has', async () => {
    const token = await auditorsToken(until);
    const { body } = await doors.rest('POST', '/exports', { token, body: ASKED });
    await running.system.waitUntilCaughtUp();
    const by = { by: 'auditor' };
    const said = await left(async () => {
      expect(await doors.rest('GET', '/exports', { token })).toMatchObject(UNPURPOSED);
      const list = await doors.rest('GET', '/exports', { token, headers: WHY });
      expect(list.body.exports).toMatchObject([{ export: body.export }]);
      expect(await doors.rest('GET', `/exports/${body.export}`, { token })).toMatchObject({ status: 200 });
    });
    expect(said).toMatchObject([looked('ListExports', WHY['x-purpose'], by), looked('ListExports', WISH.legalBasis, by)]);
  });

  it('a rehearsal leaves its reason: in the space that it counts, else among the looks, with the professional whom it counts', async () => {
    const { exports } = running.system;
    const rehearse = (scope: Parameters<typeof exports.rehearse>[0]['scope'], reason: string) =>
      exports.rehearse({ ...WISH, scope, reason }, officer(), () => undefined);
    const scopes = [
      { kind: 'all' },
      { kind: 'professional', professional: PROFESSIONAL },
      { kind: 'space', space: patient.space },
    ] as const;
    const refused = await left(async () => {
      for (const scope of scopes) await expect(rehearse(scope, ' ')).rejects.toThrow('audit/purpose-needed');
    });
    expect(refused).toEqual([]);
    const said = await left(async () => {
      for (const scope of scopes) expect((await rehearse(scope, 'contrôle 12')).events).toBeGreaterThanOrEqual(0);
    });
    expect(said).toMatchObject([
      looked('RehearseExport', 'contrôle 12'),
      looked('RehearseExport', 'contrôle 12', { actor: `professional:${PROFESSIONAL}` }),
      { type: 'AccessGranted', action: 'RehearseExport', purpose: 'contrôle 12', by: 'compliance' },
    ]);
  });

  it('what another matrix would have changed leaves a line even where nothing changes and nobody was looked at', async () => {
    const asked = { matrix: 1, professional: PROFESSIONAL, ...PERIOD };
    const ofHim = (headers: Record<string, string>) => doors.rest('POST', '/replay/what-if', { as: 'compliance', headers, body: asked });
    const ofAll = (purpose: string | undefined) =>
      running.system.whatIf.ofAll({ version: 1 }, PERIOD, officer({ purpose }), { tell: () => undefined, progress: () => undefined });
    const refused = await left(async () => {
      expect(await ofHim({})).toMatchObject(UNPURPOSED);
      await expect(ofAll(undefined)).rejects.toThrow('audit/purpose-needed');
    });
    expect(refused).toEqual([]);
    const said = await left(async () => {
      expect(await ofHim(WHY)).toMatchObject({ status: 200, body: { decisions: 0, changes: [] } });
      expect(await ofAll('arrêté du 3 mars')).toMatchObject({ decisions: 0 });
    });
    expect(said).toMatchObject([
      looked('WhatIfAcross', WHY['x-purpose'], { actor: `professional:${PROFESSIONAL}` }),
      looked('WhatIfAcross', 'arrêté du 3 mars'),
    ]);
  });

  describe('an auditor is nobody at the doors', () => {
    const ended = { status: 401, body: { code: 'request/account-ended' } };
    const listed = async (token: string) => doors.rest('GET', '/exports', { token, headers: WHY });

    it('without the end of his account in his token, or past it', async () => {
      expect(await listed(await auditorsToken(until))).toMatchObject({ status: 200 });
      expect(await listed(await auditorsToken(null))).toMatchObject(ended);
      expect(await listed(await auditorsToken(running.system.clock.now()))).toMatchObject(ended);
    });

    it('from the moment on at which his account ends, by itself, whatever his token says', async () => {
      const [his, longer] = [await auditorsToken(until), await auditorsToken('2099-01-01T00:00:00.000Z' as Instant)];
      await running.system.simulatedClock?.advanceTo(instantOf(epochOf(until) - 60_000));
      expect(await listed(his)).toMatchObject({ status: 200 });
      await running.system.simulatedClock?.advanceTo(until);
      await eventually(async () => expect(await listed(his)).toMatchObject(ended));
      expect(await listed(longer)).toMatchObject({ status: 403, body: { code: 'audit/auditor-ended' } });
    });
  });
});
