import 'reflect-metadata';
import { expect, it } from '@jest/globals';
import type { LineFields } from '../../../src/application/enrolment/beneficiary-line.js';
import { pause } from '../../../src/application/shared/pause.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import { inventPeople } from '../../../src/infrastructure/campaign/invented-people.js';
import { receivedBy, receivedIn } from '../../../src/infrastructure/cli/demo/mailboxes.js';
import { projections } from '../../../src/infrastructure/system/read-side.js';
import { lifeOn, subjectOf, type Life } from '../../support/life.js';
import { Program } from '../../support/program.js';
import { eventually } from '../../support/read-side.js';
import { factsIn, openSystem, type RunningSystem } from '../../support/system.js';

const WORKERS = 3;
const KILLS = 20;
/** Those whose spaces open while workers die. */
const WAITING = 150;
/** Who comes in meanwhile, so many at a time. */
const MORE = 8;
const INVITATION = 'Votre espace santé va être créé';

const people = inventPeople({ count: 5_000, seed: 'killed', year: 2022, children: 0, withoutCard: 0 })[Symbol.iterator]();
const some = (count: number): readonly LineFields[] => Array.from({ length: count }, () => people.next().value as LineFields);

/** One of three workers: whoever is killed comes again at once, as a supervisor would have it. */
class Worker {
  private program: Program;
  private ready = false;

  constructor(private readonly environment: Readonly<Record<string, string>>) {
    this.program = this.begin();
  }
  get isReady(): boolean {
    return this.ready && !this.program.ended;
  }
  async kill(): Promise<void> {
    await this.program.kill();
    this.program = this.begin();
  }
  stop(): Promise<number | string | null> {
    return this.program.stop();
  }
  async started(): Promise<void> {
    await this.program.says(/"roles"/);
  }

  private begin(): Program {
    const program = Program.under(this.environment, 'serve', '--roles', 'projections,processes,timers,outbox');
    this.ready = false;
    const begun = (): void => {
      if (program === this.program) this.ready = true;
    };
    void program.says(/"roles"/).then(begun, () => undefined);
    return program;
  }
}

/** Kills one after the other, at moments that nobody chose. */
async function killAll(workers: readonly Worker[], over: { now: boolean }): Promise<void> {
  for (let kills = 0; kills < KILLS && !over.now;) {
    await pause(100 + Math.random() * 400);
    const alive = workers.filter(({ isReady }) => isReady);
    const victim = alive[Math.floor(Math.random() * alive.length)];
    if (!victim) continue;
    await victim.kill();
    kills += 1;
  }
}

/** People come in and are looked up until it is over; who came. */
async function goOn(life: Life, over: { now: boolean }): Promise<readonly LineFields[]> {
  const came: LineFields[] = [];
  while (!over.now) {
    const next = some(MORE);
    await life.importing(next);
    came.push(...next);
    // While the ranges of a dead one wait for the next, the answer is that it is not ready: that is an answer.
    for (const { ins } of next.slice(0, 2))
      await life.rest({ method: 'POST', path: '/support/space-searches', as: 'agent-3422', body: { ins } });
    await pause(100);
  }
  return came;
}

/** Until every reader has taken everything, and nothing that is due waits. */
async function level({ rows }: RunningSystem): Promise<void> {
  await eventually(async () => {
    const [behind] = await rows(`SELECT
      (SELECT count(*) FROM read.checkpoint, log.head WHERE checkpoint.position < head.position) AS rows,
      (SELECT count(*) FROM process.checkpoint, log.head WHERE checkpoint.position < head.position) AS work,
      (SELECT count(*) FROM process.deadline, log.clock WHERE done_at IS NULL AND due_at <= clock_timestamp() + offset_ms * interval '1 ms') AS due`);
    expect(behind).toEqual({ rows: '0', work: '0', due: '0' });
  }, 30_000);
}

/** What all rows of each table come to. */
async function hashes({ rows }: RunningSystem): Promise<Record<string, unknown>> {
  const of = async (name: string) =>
    (await rows(`SELECT count(*), md5(string_agg(t::text, '/' ORDER BY t::text)) FROM read."${name}" t`))[0];
  const names = projections.flatMap(({ tables }) => tables.map(({ name }) => name));
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await of(name)] as const)));
}

const times = (all: readonly string[]): readonly number[] => {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts.values()];
};

it('three workers, of whom one is killed twenty times under load, lose nothing and do nothing twice', async () => {
  const running = await openSystem({ LEASE_SECONDS: '1' }, '2022-02-03T08:00:00.000Z' as Instant, ['api']);
  const { DATABASE_URL, STATE_DIR } = { DATABASE_URL: running.settings.databaseUrl ?? '', STATE_DIR: running.stateDir };
  const workers: Worker[] = [];
  try {
    const life = lifeOn(running);
    const waiting = some(WAITING);
    await life.importing(waiting);
    await life.at('2022-03-18T08:00:00.000Z');
    for (let n = 0; n < WORKERS; n++) workers.push(new Worker({ DATABASE_URL, STATE_DIR, LEASE_SECONDS: '1' }));
    const over = { now: false };
    const end = (): void => void (over.now = true);
    const [came] = await Promise.all([goOn(life, over).finally(end), killAll(workers, over).finally(end)]);
    for (const worker of workers) await worker.started();
    await level(running);
    expect(await Promise.all(workers.splice(0).map((worker) => worker.stop()))).toEqual([0, 0, 0]);

    const facts = await running.inside((platform) => factsIn(platform));
    const streamsOf = (type: string) => facts.filter(({ event }) => event.type === type).map(({ stream }) => stream);
    expect(times(streamsOf('InvitationSent'))).toEqual(Array(WAITING + came.length).fill(1));
    expect(times(streamsOf('SpaceOpened'))).toEqual(Array(WAITING).fill(1));
    const messages = await receivedIn(running.settings.outboxDir);
    const ids = messages.flatMap(({ head }) => /^message-id: *(\S+)/im.exec(head)?.[1] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const person of [...waiting, ...came])
      expect(receivedBy(person, messages).filter((message) => subjectOf(message) === INVITATION)).toHaveLength(1);
    const live = await hashes(running);
    expect(live['space_overview']).toMatchObject({ count: String(WAITING + came.length) });
    await running.system.readModels.rebuild(undefined);
    expect(await hashes(running)).toEqual(live);
  } finally {
    for (const worker of workers) await worker.stop();
    await running.close();
  }
}, 600_000);
