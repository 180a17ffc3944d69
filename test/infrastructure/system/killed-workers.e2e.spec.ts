import 'reflect-metadata';
import { expect, it } from '@jest/globals';
import type { LineFields } from '../../../src/application/enrolment/beneficiary-line.js';
import { pause } from '../../../src/application/shared/pause.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import { inventPeople } from '../../../src/infrastructure/campaign/invented-people.js';
import { receivedBy, receivedIn } from '../../../src/infrastructure/cli/demo/mailboxes.js';
import { projections } from '../../../src/infrastructure/system/read-side.js';
import { Dice } from '../../attacks/dice.js';
import { gaps, wrongHeads } from '../../support/crash/reckoning.js';
import { lifeOn, subjectOf, type Life } from '../../support/life.js';
import { Program } from '../../support/program.js';
import { eventually } from '../../support/read-side.js';
import { sameInstallation } from '../../support/same-installation.js';
import { factsIn, openSystem, type RunningSystem } from '../../support/system.js';

/** What each worker does: read models, deadlines and seal each alone in a process, and two who share everything with somebody. */
const WORKERS = ['projections', 'timers', 'sealer', 'projections,processes,outbox', 'processes,timers,outbox'];
/** Every worker dies as often as the others. */
const DEATHS_OF_EACH = 4;
/** CRASH_SEED repeats a run as far as who is killed when. */
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
/** Until all that was left behind is done. */
const CLOSE = 120_000;
/** Those whose spaces open while workers die. */
const WAITING = 150;
/** Who comes in meanwhile, so many at a time. */
const MORE = 8;
const INVITATION = 'Votre espace santé va être créé';

const people = inventPeople({ count: 5_000, seed: 'killed', year: 2022, children: 0, withoutCard: 0 })[Symbol.iterator]();
const some = (count: number): readonly LineFields[] => Array.from({ length: count }, () => people.next().value as LineFields);

/** One of the workers: whoever is killed comes again at once, as a supervisor would have it. */
class Worker {
  private program: Program;
  deaths = 0;

  constructor(
    private readonly environment: Readonly<Record<string, string>>,
    private readonly roles: string,
  ) {
    this.program = this.begin();
  }
  async kill(): Promise<void> {
    await this.program.kill();
    this.deaths += 1;
    this.program = this.begin();
  }
  stop(): Promise<number | string | null> {
    return this.program.stop();
  }
  async started(): Promise<void> {
    await this.program.says(/"roles"/);
  }

  private begin(): Program {
    return Program.under(this.environment, 'serve', '--roles', this.roles);
  }
}

/** Kills everybody, again and again, each time in another order and at other moments that nobody chose; each when it has begun to work. */
async function killAll(workers: readonly Worker[], over: { readonly now: boolean }): Promise<void> {
  const dice = new Dice(SEED);
  for (let round = 0; round < DEATHS_OF_EACH; round += 1)
    for (const left = [...workers]; left.length > 0 && !over.now;) {
      const [victim] = left.splice(dice.below(left.length), 1);
      await victim?.started();
      await pause(100 + dice.below(400));
      await victim?.kill();
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
    await pause(300);
  }
  return came;
}

/** Until every reader has taken everything, nothing that is due waits, and all of it is sealed. */
const level = ({ rows, inside }: RunningSystem): Promise<void> =>
  inside(({ store }) =>
    eventually(async () => {
      const [behind] = await rows(
        `SELECT
          ARRAY(SELECT DISTINCT name FROM read.checkpoint WHERE position < $1) AS rows,
          ARRAY(SELECT DISTINCT name FROM process.checkpoint WHERE position < $1) AS work,
          (SELECT count(*) FROM seal.head WHERE position < $1) AS seal,
          (SELECT count(*) FROM process.deadline, log.clock WHERE done_at IS NULL AND due_at <= clock_timestamp() + offset_ms * interval '1 ms') AS due`,
        [await store.head()],
      );
      expect(behind).toEqual({ rows: [], work: [], seal: '0', due: '0' });
    }, CLOSE),
  );

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

it('five workers, each of whom is killed four times under load, lose nothing and do nothing twice', async () => {
  process.stdout.write(`killed workers: seed ${SEED}\n`);
  const running = await openSystem({ LEASE_SECONDS: '1' }, '2022-02-03T08:00:00.000Z' as Instant, ['api']);
  const here = sameInstallation(running);
  const workers: Worker[] = [];
  try {
    const life = lifeOn(running);
    const waiting = some(WAITING);
    await life.importing(waiting);
    // What has not left on its day would be made anew, and nobody would open on this one.
    const sender = new Worker({ ...here, LEASE_SECONDS: '1' }, 'outbox');
    workers.push(sender);
    await eventually(async () => expect(await receivedIn(running.settings.outboxDir)).toHaveLength(WAITING), CLOSE);
    expect(await sender.stop()).toBe(0);
    workers.pop();
    await life.at('2022-03-18T08:00:00.000Z');
    for (const roles of WORKERS) workers.push(new Worker({ ...here, LEASE_SECONDS: '1', SEAL_EVERY: '50' }, roles));
    const over = { now: false };
    const end = (): void => void (over.now = true);
    const [came] = await Promise.all([goOn(life, over).finally(end), killAll(workers, over).finally(end)]);
    expect(workers.map(({ deaths }) => deaths)).toEqual(WORKERS.map(() => DEATHS_OF_EACH));
    for (const worker of workers) await worker.started();
    await level(running);
    expect(await Promise.all(workers.splice(0).map((worker) => worker.stop()))).toEqual(WORKERS.map(() => 0));

    const facts = await running.inside((platform) => factsIn(platform));
    const streamsOf = (type: string) => facts.filter(({ event }) => event.type === type).map(({ stream }) => stream);
    expect(times(streamsOf('InvitationSent'))).toEqual(Array(WAITING + came.length).fill(1));
    expect(times(streamsOf('SpaceOpened'))).toEqual(Array(WAITING).fill(1));
    const messages = await receivedIn(running.settings.outboxDir);
    const ids = messages.flatMap(({ head }) => /^message-id: *(\S+)/im.exec(head)?.[1] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const person of [...waiting, ...came])
      expect(receivedBy(person, messages).filter((message) => subjectOf(message) === INVITATION)).toHaveLength(1);
    await running.inside(async (platform) => {
      expect(await gaps({ platform })).toEqual([]);
      expect(await wrongHeads({ platform, rows: (sql) => running.rows(sql) as never })).toEqual([]);
    });
    const live = await hashes(running);
    expect(live['space_overview']).toMatchObject({ count: String(WAITING + came.length) });
    await running.system.readModels.rebuild(undefined);
    expect(await hashes(running)).toEqual(live);
  } finally {
    for (const worker of workers) await worker.stop();
    await running.close();
  }
}, 600_000);
