import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LineFields } from '../../src/application/enrolment/beneficiary-line.js';
import type { Instant } from '../../src/domain/shared/time.js';
import { doorsOf, refusedOverGraphql } from '../support/doors.js';
import { lifeOn, type Life } from '../support/life.js';
import { sixty } from '../support/mixed-life.js';
import { openSystem, type RunningSystem } from '../support/system.js';

const INVITATION = 'Votre espace santé va être créé';
const [dora, emil, fay, gus] = sixty.filter(
  ({ email, vitale_serial, representative_1_ins }) => email && vitale_serial && !representative_1_ins,
) as [LineFields, LineFields, LineFields, LineFields];
const REPORT = '/campaigns/essai';
const DEADLINES = '/deadlines?from=2022-02-01&to=2022-12-31';

/** On 3 February 2022 four people are invited and one opposes; on the 4th two more oppose or activate, and the campaign is held back. */
describe('The day after', () => {
  let running: RunningSystem;
  let life: Life;
  let space: string;
  const evening = '2022-02-03T20:00:00.000Z';
  const night = '2022-02-03T22:00:00.000Z';
  const morning = '2022-02-03T07:00:00.000Z';
  const answers: { yesterday?: readonly unknown[]; today?: readonly unknown[] } = {};

  const asked = async (path: string, as: 'operator' | 'compliance' | 'alice' = 'operator', asOf?: string) =>
    life.rest({
      method: 'GET',
      path: asOf === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}asOf=${asOf}`,
      as,
      headers: { 'x-purpose': 'essai' },
    });
  const both = async (asOf?: string): Promise<readonly unknown[]> => {
    const given = [await asked(REPORT, 'operator', asOf), await asked(DEADLINES, 'compliance', asOf)];
    expect(given).toMatchObject([{ status: 200 }, { status: 200 }]);
    return given.map(({ body }) => body);
  };

  beforeAll(async () => {
    running = await openSystem({}, '2022-02-03T08:00:00.000Z' as Instant);
    life = lifeOn(running);
    await life.importing([dora, emil, fay, gus]);
    await life.oppose(await life.letterOf(dora, INVITATION));
    await life.at(evening);
    answers.yesterday = await both();
    await life.at('2022-02-04T08:00:00.000Z');
    await life.oppose(await life.letterOf(emil, INVITATION));
    await life.activate('alice', await life.letterOf(fay, INVITATION));
    space = await life.handleOf(fay);
    await life.done({ method: 'PUT', path: `${REPORT}/pause`, as: 'operator', body: { reason: 'essai' } });
    await running.system.waitUntilCaughtUp();
    answers.today = await both();
  }, 60_000);
  afterAll(() => running.close());

  it('the counts of a campaign and of the days to come are those of today, and as of yesterday those of yesterday', async () => {
    const [yesterday, today] = [answers.yesterday, answers.today] as [readonly [object, object], readonly [object, object]];
    expect(yesterday[0]).toMatchObject({ status: 'RUNNING', declared: 4, byStatus: { INVITED: 3, OPPOSED: 1 } });
    expect(today[0]).toMatchObject({ status: 'PAUSED', declared: 4, byStatus: { INVITED: 1, OPPOSED: 2, ACTIVE: 1 } });
    expect(yesterday[1]).toEqual([{ day: '2022-03-18', openings: 3, archiveEnds: 0 }]);
    expect(today[1]).toEqual([{ day: '2022-03-18', openings: 1, archiveEnds: 0 }]);
    expect(await both(night)).toEqual(yesterday);
    expect(await both(running.system.clock.now())).toEqual(today);
    expect(await both()).toEqual(today);
  });

  it('GraphQL gives the same numbers', async () => {
    const doors = doorsOf(running);
    const document = `query ($asOf: String) { campaignReport(campaign: "essai", asOf: $asOf) { status declared }
      deadlinesDue(from: "2022-02-01", to: "2022-12-31", asOf: $asOf) { day openings } }`;
    const { body } = await doors.graphql(document, { asOf: night }, { as: 'operator' });
    expect(body).toEqual({
      data: { campaignReport: { status: 'RUNNING', declared: 4 }, deadlinesDue: [{ day: '2022-03-18', openings: 3 }] },
    });
    const before = await doors.graphql(document, { asOf: morning }, { as: 'operator' });
    expect(refusedOverGraphql(before)).toBe('enrolment/no-such-campaign');
  });

  it('a campaign that was not there yet is none, and no day had anything due', async () => {
    expect(await asked(REPORT, 'operator', morning)).toMatchObject({ status: 404, body: { code: 'enrolment/no-such-campaign' } });
    expect(await asked(DEADLINES, 'operator', morning)).toMatchObject({ status: 200, body: [] });
  });

  it('an account sees the spaces it holds today as they were: alice her own, still invited, and nothing before it was declared', async () => {
    const shown = async (asOf?: string) => (await asked('/me/spaces', 'alice', asOf)).body;
    expect(await shown()).toMatchObject([{ space, status: 'ACTIVE' }]);
    expect(await shown(running.system.clock.now())).toEqual(await shown());
    expect(await shown(night)).toMatchObject([{ space, status: 'INVITED' }]);
    expect(await shown(morning)).toEqual([]);
  });

  it('nobody is told of a moment to come, nor of the past who may not be told of today', async () => {
    const head = await running.system.eventStore.head();
    for (const [path, as] of [
      [REPORT, 'operator'],
      [DEADLINES, 'compliance'],
      ['/me/spaces', 'alice'],
    ] as const)
      expect(await asked(path, as, '2022-02-05T08:00:00Z')).toMatchObject({ status: 400, body: { code: 'query/as-of-in-the-future' } });
    expect(await running.system.eventStore.head()).toBe(head);
    expect(await asked(REPORT, 'alice', night)).toMatchObject({ status: 403, body: { code: 'access/not-allowed' } });
    const written: unknown[] = [];
    for await (const { events } of running.system.eventStore.readAll(head)) written.push(...events);
    expect(written).toHaveLength(1);
  });
});
