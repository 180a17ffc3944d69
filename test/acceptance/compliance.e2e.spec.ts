import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '../../src/application/shared/caller.js';
import type { Look } from '../../src/domain/audit/look.js';
import type { Instant } from '../../src/domain/shared/time.js';
import { Log, pinoFor } from '../../src/infrastructure/log.js';
import { startSystem } from '../../src/infrastructure/system/start-system.js';
import { ROLES } from '../../src/infrastructure/settings/settings.js';
import { scenarios } from '../support/alert-scenarios.js';
import { doorsOf } from '../support/doors.js';
import { HOSPITAL, look, professionalId, SHIPPED } from '../support/looks.js';
import { factsIn, openSystem, type RunningSystem } from '../support/system.js';
import { telling } from '../support/told-looks.js';

/** Two in the morning in Paris, for whom it is no hour to be in his practice. */
const NIGHT = '2027-03-02T01:00:00.000Z' as Instant;
const PURPOSE = { 'x-purpose': 'controle 2027-4' };
const OFFICER = { issuer: 'urn:mon-espace-sante:local-issuer', sub: 'compliance' };
const AUDIT = ['audit', 'case', 'alert'];
/** Of the range for tests. */
const insOf = (n: number): string => {
  const body = `185067599${String(n).padStart(4, '0')}`;
  return `${body}${String(97n - (BigInt(body) % 97n)).padStart(2, '0')}`;
};
/** Who the scenarios are about, an ordinary ward, and a colleague. */
const subOf = (n: number): string => professionalId(n);
const [WARD, COLLEAGUE] = [100, 99];

describe('Whoever answers for compliance', () => {
  let running: RunningSystem;
  let doors: ReturnType<typeof doorsOf>;
  /** Stream id and handle of every person of the scenarios, by scenario and name there. */
  const people = new Map<string, { readonly id: string; readonly handle: string }>();
  const keyOf = (n: number, { space }: Look): string => `${n} ${space}`;

  const officer = (): Caller => ({
    actor: { role: 'compliance', subject: OFFICER, assurance: 'substantial' },
    messageId: randomUUID(),
    receivedAt: running.system.clock.now(),
    purpose: 'controle',
  });
  const ask = async (path: string, more: object = {}) => doors.rest('GET', path, { as: 'compliance', headers: PURPOSE, ...more });
  const casesOf = async (rule: string) => (await ask(`/compliance/cases?rule=${rule}&first=100`)).body.cases as any[]; // eslint-disable-line @typescript-eslint/no-explicit-any
  const facts = (categories = AUDIT, after = 0n) => running.inside((platform) => factsIn(platform, after, categories));

  /** Everybody whom the scenarios are about, and what was done to them, as quickly as it can be written down. */
  const seed = () =>
    running.inside(async (platform) => {
      const { declare, tell } = telling(platform);
      let born = 0;
      for (const [n, { looks }] of scenarios.entries())
        for (const one of looks) {
          if (one.space === null || people.has(keyOf(n, one))) continue;
          const ins = insOf(born++);
          const reserved = await platform.registry.reserve(ins);
          if (reserved === 'suppressed') throw new Error('nobody is suppressed here');
          people.set(keyOf(n, one), reserved);
          if (one.whose) {
            const [familyName, givenNames] = [one.whose.family.join(' '), one.whose.given.join(' ')];
            await declare(reserved.id, { ins, handle: reserved.handle, familyName, givenNames });
          }
        }
      const watched = [...people]
        .filter(([key]) => scenarios[Number(key.split(' ')[0])]?.rule === 'watched-person')
        .map(([, { handle }]) => handle);
      const { note: _, ...book } = SHIPPED;
      await running.system.alertRules.publish(
        { source: 'sha256:with-watch-list', book: { ...book, watched } },
        'liste de surveillance',
        officer(),
      );
      const elsewhere = [...people.values()][0]?.id ?? '';
      await tell(look({ name: ['LUC', 'PERRIN'], sector: HOSPITAL }), subOf(COLLEAGUE), elsewhere);
      for (const [n, { looks }] of scenarios.entries())
        for (const one of looks) await tell(one, subOf(n), people.get(keyOf(n, one))?.id ?? '');
      // An ordinary night on two wards.
      const ward = [...people.values()].slice(0, 12);
      for (let n = 0; n < 240; n++)
        await tell(
          look({ sector: HOSPITAL, reason: 'CARE_TEAM', name: ['NORA', 'QUERCY'] }),
          subOf(WARD + (n % 20)),
          ward[n % 12]?.id ?? '',
        );
    });

  beforeAll(async () => {
    running = await openSystem({}, NIGHT);
    doors = doorsOf(running);
    await seed();
    await running.system.waitUntilCaughtUp();
  });
  afterAll(() => running.close());

  it.each(scenarios.map(({ rule }, n) => [rule, n] as const))(
    'is told once of %s, by its name, with the accesses it rests on',
    async (rule, n) => {
      const its = (await casesOf(rule)).filter(({ actor }) => actor.endsWith(subOf(n)) || actor.endsWith(`|${subOf(n)}`));
      expect(its).toHaveLength(1);
      expect(its[0]).toMatchObject({ cause: 'ALERT', state: 'OPEN', overdue: false, assignee: null, alert: { rule, rules: 2 } });
      expect(its[0].alert.measured).toBe(its[0].alert.most + 1);
      const agent = scenarios[n]?.looks[0]?.role === 'support';
      const looker = agent ? { role: 'support', issuer: 'https://idp.example', sub: subOf(n) } : { professional: subOf(n) };
      const { body } = await doors.rest('POST', '/compliance/access-searches?first=100', {
        as: 'compliance',
        headers: PURPOSE,
        body: { looker },
      });
      expect((body.accesses as any[]).map(({ id }) => id)).toEqual(expect.arrayContaining(its[0].alert.accesses)); // eslint-disable-line @typescript-eslint/no-explicit-any
    },
  );

  it('is told nothing of an ordinary night', async () => {
    const all = (await facts(['case'])).filter(({ event }) => event.type === 'AlertRaised') as { event: any }[]; // eslint-disable-line @typescript-eslint/no-explicit-any
    const ward = Array.from({ length: 20 }, (_, n) => `professional:${subOf(WARD + n)}`);
    const ordinary = all.filter(({ event }) => ward.includes(event.looker.actor));
    expect(ordinary.map(({ event }) => event.rule)).toEqual([]);
  });

  describe('says why before he looks', () => {
    const written = async (categories: readonly string[], work: () => Promise<unknown>) => {
      const before = await running.system.eventStore.head();
      await work();
      return facts([...categories], before);
    };

    it.each([
      ['GET', '/compliance/break-glass'],
      ['GET', '/compliance/cases'],
      ['GET', '/compliance/alert-rules'],
      ['GET', '/deadlines?from=2026-01-01&to=2026-12-31'],
    ])('%s %s: without a purpose he is shown nothing, and nothing is written', async (method, path) => {
      const refused = { status: 400, body: { code: 'audit/purpose-needed' } };
      const said = await written(['audit', 'passage'], async () => {
        for (const headers of [{}, { 'x-purpose': '   ' }])
          expect(await doors.rest(method, path, { as: 'compliance', headers })).toMatchObject(refused);
      });
      expect(said).toEqual([]);
    });

    it('about a space: the look is a line in the history of that space, purpose included', async () => {
      const { id, handle } = [...people.values()][0] ?? { id: '', handle: '' };
      const said = await written(['passage', 'audit'], () => ask(`/compliance/spaces/${handle}/accesses`));
      expect(said).toMatchObject([{ stream: `passage-${id}`, event: { action: 'ListAccesses' }, meta: { purpose: 'controle 2027-4' } }]);
      await running.system.waitUntilCaughtUp();
      const { body } = await ask(`/compliance/spaces/${handle}/accesses?first=1`);
      expect(body.accesses).toMatchObject([{ kind: 'LOOK', action: 'ListAccesses', role: 'compliance', purpose: 'controle 2027-4' }]);
    });

    it('about a professional: the look is a fact of the month, and says about whom', async () => {
      const body = { looker: { professional: subOf(0) } };
      const said = await written(['passage', 'audit'], () =>
        doors.rest('POST', '/compliance/access-searches', { as: 'compliance', headers: PURPOSE, body }),
      );
      const looked = { type: 'ComplianceLooked', action: 'ListAccessesBy', actor: `professional:${subOf(0)}` };
      expect(said).toMatchObject([{ stream: 'audit-202703-looks', event: looked, meta: { who: { subject: OFFICER } } }]);
    });

    it('twenty looks at once are twenty facts', async () => {
      const said = await written(['audit'], () => Promise.all(Array.from({ length: 20 }, () => ask('/compliance/cases'))));
      expect(said).toHaveLength(20);
    });
  });

  it('turns the pages of all accesses of a professional without losing or repeating one', async () => {
    const n = scenarios.findIndex(({ rule }) => rule === 'mass-download');
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const path = `/compliance/access-searches?first=7${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const body = { looker: { professional: subOf(n) } };
      const said = await doors.rest('POST', path, { as: 'compliance', headers: PURPOSE, body });
      seen.push(...said.body.accesses.map(({ id }: { id: string }) => id));
      if (said.body.next === null) break;
      cursor = said.body.next;
    }
    const all = scenarios[n]?.looks.length;
    expect(seen).toHaveLength(all ?? 0);
    expect(new Set(seen).size).toBe(all);
  });

  it('reads every emergency with its reason and its review, due within 72 hours, and overdue behind them', async () => {
    const n = scenarios.findIndex(({ rule }) => rule === 'break-glass-quota');
    const emergencies = async () =>
      ((await ask('/compliance/break-glass?first=100')).body.accesses as any[]).filter(({ who }) => who.id === subOf(n)); // eslint-disable-line @typescript-eslint/no-explicit-any
    const opened = await emergencies();
    expect(opened).toHaveLength(4);
    for (const one of opened) {
      expect(one).toMatchObject({
        said: 'patient inconscient',
        mode: 'bris_de_glace',
        review: { state: 'OPEN', overdue: false, assignee: null },
      });
      expect(Date.parse(one.review.due) - Date.parse(one.at)).toBe(72 * 3_600_000);
      expect(one.holderTold).not.toBeNull();
    }
    await running.system.simulatedClock?.advanceTo(new Date(Date.parse(opened[0].review.due) + 1_000).toISOString() as Instant);
    await running.system.fireDue();
    await running.system.waitUntilCaughtUp();
    expect((await emergencies()).every(({ review }) => review.overdue === true)).toBe(true);
    const overdue = (await ask('/compliance/cases?overdue=true&cause=BREAK_GLASS&first=100')).body.cases as { case: string }[];
    expect(overdue.map((one) => one.case)).toEqual(expect.arrayContaining(opened.map(({ review }) => review.case)));
    expect((await ask(`/compliance/cases/${opened[0].review.case}`)).body.steps).toMatchObject([
      { kind: 'CaseOpened' },
      { kind: 'CaseFellDue' },
    ]);
  });

  it('is told nothing twice, though every access is delivered again to another process', async () => {
    const before = (await facts(['case'])).length;
    await running.system.stop();
    await running.rows(`UPDATE process.checkpoint SET position = 0, event_position = NULL, event_stream = NULL, event_rev = NULL, event_leaf = NULL
      WHERE name IN ('access-watch', 'break-glass-review')`);
    const again = await startSystem(running.settings, { roles: ROLES }, new Log(pinoFor('silent')));
    try {
      await again.waitUntilCaughtUp();
      expect((await facts(['case'])).length).toBe(before);
    } finally {
      await again.stop();
    }
  });
});
