import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eachBounded } from '../../src/application/shared/bounded.js';
import { pause } from '../../src/application/shared/pause.js';
import type { Instant } from '../../src/domain/shared/time.js';
import { digestsOf } from '../support/digests.js';
import { lifeOn, type Answer, type Delivery, type Life } from '../support/life.js';
import { liveMixed, MIXED_LIFE_STARTS, sixty, type Delivered } from '../support/mixed-life.js';
import { openSystem, type RunningSystem } from '../support/system.js';

/** Every question about one space that a door answers. */
const questions = {
  overview: (space: string): Delivery => ({ method: 'GET', path: `/spaces/${space}`, as: 'agent-3422' }),
  preview: (space: string): Delivery => ({ method: 'GET', path: `/spaces/${space}/closure-preview`, as: 'agent-3422' }),
  history: (space: string): Delivery => ({
    method: 'GET',
    path: `/spaces/${space}/history?first=100`,
    as: 'compliance',
    headers: { 'x-purpose': 'loi' },
  }),
};
/** Every other one. Alice holds the same space from the first recording on: whose spaces are shown is decided by the rights of today. */
const generalQuestions: Readonly<Record<string, Delivery>> = {
  mine: { method: 'GET', path: '/me/spaces', as: 'alice' },
  report: { method: 'GET', path: '/campaigns/essai', as: 'operator' },
  openings: { method: 'GET', path: '/deadlines?from=2022-02-01&to=2022-12-31', as: 'operator' },
  archives: { method: 'GET', path: '/deadlines?from=2032-02-01&to=2032-12-31', as: 'compliance', headers: { 'x-purpose': 'loi' } },
};
/** Spaces that are asked about at the same time. */
const AT_ONCE = 6;
/** What all questions about all spaces were answered of one moment. */
interface Recording {
  readonly moment: string;
  readonly answers: ReadonlyMap<string, unknown>;
}

/** The questions that were not answered alike, with both answers. */
const differing = (one: Recording['answers'], other: Recording['answers']): readonly unknown[] =>
  [...one].flatMap(([question, answer]) =>
    JSON.stringify(answer) === JSON.stringify(other.get(question)) ? [] : [{ question, answer, otherwise: other.get(question) }],
  );

const RETRIES = 5;
const LATER = 500;

describe('On the whole system, after a mixed life of sixty people', () => {
  let running: RunningSystem;
  let life: Life;
  let spaces: readonly string[];
  let delivered: readonly Delivered[];
  const recordings: Recording[] = [];

  /** Looking is written into the history: the looks after the moment are no part of the answer of the moment. */
  const until = (moment: string, { body }: Answer): unknown =>
    body.lines === undefined ? body : { ...body, lines: (body.lines as { at: string }[]).filter(({ at }) => at <= moment) };

  const ask = async (delivery: Delivery, asOf?: string): Promise<Answer> => {
    const separator = delivery.path.includes('?') ? '&' : '?';
    const path = asOf === undefined ? delivery.path : `${delivery.path}${separator}asOf=${asOf}`;
    let answer = await life.rest({ ...delivery, path });
    // `Try again`, it says, where a busy machine kept the database from answering in time; the law is about answers.
    for (let again = 0; answer.status === 503 && again < RETRIES; again++) {
      await pause(LATER);
      answer = await life.rest({ ...delivery, path });
    }
    expect({ status: answer.status, code: answer.body.code as unknown }).toEqual({ status: 200, code: undefined });
    return answer;
  };

  /** All answers of this moment: from the live tables without a second one, else rebuilt from the events written until then. */
  const answersOf = async (moment: string, asOf?: string): Promise<ReadonlyMap<string, unknown>> => {
    const answers = new Map<string, unknown>();
    await eachBounded(spaces, AT_ONCE, async (space) => {
      for (const [name, question] of Object.entries(questions))
        answers.set(`${name} ${space}`, until(moment, await ask(question(space), asOf)));
    });
    for (const [name, question] of Object.entries(generalQuestions)) answers.set(name, until(moment, await ask(question, asOf)));
    return answers;
  };

  /** A moment behind everything that was written, and before anything that will be. */
  const betweenWrites = async (): Promise<string> => {
    await running.system.waitUntilCaughtUp();
    const moment = running.system.clock.now();
    while (running.system.clock.now() <= moment) await new Promise((resolve) => setImmediate(resolve));
    return moment;
  };
  const record = async (): Promise<void> => {
    spaces = (await running.rows('SELECT handle FROM read.space_overview ORDER BY handle')).map(({ handle }) => String(handle));
    const moment = await betweenWrites();
    recordings.push({ moment, answers: await answersOf(moment) });
  };

  const digests = () => digestsOf(running);
  /** What was written behind this position; but for the root of a day, which the calendar brings whenever it is looked at, every half minute. */
  const writtenAfter = async (head: bigint): Promise<readonly string[]> => {
    const written: string[] = [];
    for await (const { events } of running.system.eventStore.readAll(head))
      for (const { header } of events) written.push((JSON.parse(header.toString()) as { type: string }).type);
    return written.filter((type) => type !== 'SealHeadPublished');
  };

  beforeAll(async () => {
    running = await openSystem({}, MIXED_LIFE_STARTS as Instant);
    life = lifeOn(running);
    delivered = await liveMixed(life, record);
  }, 120_000);
  afterAll(() => running.close());

  it('the life was a mixed one', async () => {
    const { body } = await life.done({ method: 'GET', path: '/campaigns/essai', as: 'operator' });
    expect(
      Object.keys(body.byStatus)
        .filter((status) => body.byStatus[status] > 0)
        .sort(),
    ).toEqual(['ACTIVE', 'CLOSED', 'INVITED', 'OPENED', 'OPPOSED']);
    expect(new Set(delivered.map(({ answer }) => answer.status))).toEqual(new Set([200, 202, 403, 423]));
    expect(spaces.length).toBeGreaterThan(50);
    expect(spaces.length).toBeLessThanOrEqual(sixty.length);
  });

  it('live, rebuilt and rebuilt twice are the same, table by table', async () => {
    const live = await digests();
    expect(live).toMatchObject({ space_overview: { rows: spaces.length } });
    await running.system.readModels.rebuild(undefined);
    expect(await digests()).toEqual(live);
    await running.system.readModels.rebuild(undefined);
    expect(await digests()).toEqual(live);
  });

  it('as of now, every question is answered as live', async () => {
    const moment = await betweenWrites();
    const live = await answersOf(moment);
    expect(differing(await answersOf(moment, moment), live)).toEqual([]);
  }, 60_000);

  it('as of a past moment, every question is answered as it was answered then', async () => {
    expect(recordings).toHaveLength(3);
    for (const { moment, answers } of recordings) expect(differing(await answersOf(moment, moment), answers)).toEqual([]);
  }, 120_000);

  it('as of a moment that has not come, no question is answered and no look is written', async () => {
    const [head, tomorrow] = [await running.system.eventStore.head(), '2022-04-03T08:00:00Z'];
    const about = Object.values(questions).map((question) => question(spaces[0] ?? ''));
    for (const { path, ...rest } of [...about, ...Object.values(generalQuestions)]) {
      const asked = await life.rest({ ...rest, path: `${path}${path.includes('?') ? '&' : '?'}asOf=${tomorrow}` });
      expect(asked).toMatchObject({ status: 400, body: { code: 'query/as-of-in-the-future' } });
    }
    expect(await writtenAfter(head)).toEqual([]);
  });

  it('a second delivery of every command gives the same answer and changes nothing', async () => {
    await running.system.waitUntilCaughtUp();
    const [head, tables] = [await running.system.eventStore.head(), await digests()];
    for (const { delivery, answer } of delivered) {
      const again = await life.rest(delivery);
      expect({ status: again.status, code: again.body.code, detail: again.body.detail }).toEqual({
        status: answer.status,
        code: answer.body.code,
        detail: answer.body.detail,
      });
    }
    expect(await digests()).toEqual(tables);
    expect(await writtenAfter(head)).toEqual([]);
  });
});
