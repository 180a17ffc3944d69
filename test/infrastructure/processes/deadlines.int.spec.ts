import { randomUUID } from 'node:crypto';
import { OpenCampaign } from '../../../src/application/enrolment/campaign.commands.js';
import { freshCode } from '../../../src/application/enrolment/fresh-code.js';
import {
  DeclareEligible,
  InviteHolder,
  RegisterOpposition,
  ReportBounce,
  ReportDelay,
  WithdrawOpposition,
} from '../../../src/application/enrolment/space.commands.js';
import type { PendingWish } from '../../../src/application/shared/deadlines.js';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import { invitationAfterBounce } from '../../../src/domain/enrolment/invitation-after-bounce.js';
import { openingDelay } from '../../../src/domain/enrolment/opening-delay.js';
import { IMPORTER, SCHEDULER } from '../../../src/domain/shared/actor.js';
import { epochOf, instantOf, type Instant } from '../../../src/domain/shared/time.js';
import { agent, operator, phoneChecks } from '../../personas/index.js';
import { alone } from '../../support/alone.js';
import { commandSide, ShiftedClock, type CommandSide } from '../../support/command-side.js';
import { spaceFacts } from '../../support/enrolment-facts.js';
import { ENROLMENT, eventually } from '../../support/read-side.js';
import { sealedHouse, type SealedLog } from '../../support/sealed-log.js';

const DAY = 24 * 3_600_000;
const { type: _type, v: _v, handle: _handle, campaign, ...beneficiary } = spaceFacts.PersonDeclaredEligible;
const sender = () => ({ actor: IMPORTER, messageId: randomUUID() });

let house: Awaited<ReturnType<typeof sealedHouse>>;
let log: SealedLog;
let side: CommandSide;
let clock: ShiftedClock;

/** The store judges instants by its own clock, which moves along. */
const shift = async (days: number): Promise<void> => {
  clock.offset = days * DAY;
  await house.shiftClock(clock.offset);
};
const invited = async (): Promise<string> => {
  const space = randomUUID();
  await side.bus.execute(new DeclareEligible(space, { beneficiary, handle: randomUUID(), campaign }, sender()));
  await side.bus.execute(new InviteHolder(space, { campaign, code: freshCode(log.secrets, space, 'first') }, sender()));
  return space;
};
const invitedPeople = (people: number) => Promise.all(Array.from({ length: people }, invited));
const factsOf = async (space: string) => (await log.journal.read(`space-${space}`)).facts;
const times = async (space: string, type: string) => (await factsOf(space)).filter(({ event }) => event.type === type).length;
const kept = async () => Number((await house.rows('SELECT count(*) AS n FROM process.deadline'))[0]?.['n']);
const pending = async () => Number((await house.rows('SELECT count(*) AS n FROM process.deadline WHERE done_at IS NULL'))[0]?.['n']);

/** Lets a process see everything that lies in the log. */
const react = async (process = openingDelay as Parameters<CommandSide['runner']>[0]): Promise<void> => {
  const runner = side.runner(process);
  await alone(log.pools.pool('mes_projector'), runner, await log.store.head());
  expect(runner.health().error).toBeNull();
};

beforeEach(async () => {
  house = await sealedHouse();
  log = await house.process(ENROLMENT);
  clock = new ShiftedClock();
  side = await commandSide(log, clock);
});
afterEach(() => house.close());

describe('Deadlines', () => {
  it('are kept once for each letter, however often its fact is delivered, with the time zone rules they were computed with', async () => {
    await invitedPeople(3);
    await react();
    await house.rows('DELETE FROM process.checkpoint');
    await react();
    expect(await kept()).toBe(3);
    expect(await house.rows('SELECT DISTINCT tzdb FROM process.deadline')).toEqual([{ tzdb: process.versions['tz'] }]);
  });

  it('are not fired before their day', async () => {
    const space = await invited();
    await react();
    await shift(41);
    expect(await side.ticker.drain()).toBe(0);
    await shift(43);
    expect(await side.ticker.drain()).toBe(1);
    expect(await times(space, 'SpaceOpened')).toBe(1);
    expect(await side.ticker.drain()).toBe(0);
  });

  it('are fired once each by two tickers at the same time', async () => {
    const spaces = await invitedPeople(40);
    await react();
    await shift(43);
    const other = await commandSide(await house.process(ENROLMENT), clock);
    const fired = await Promise.all([side.ticker.drain(), other.ticker.drain(), side.ticker.drain()]);
    expect(fired.reduce((a, b) => a + b)).toBe(40);
    expect(await Promise.all(spaces.map((space) => times(space, 'SpaceOpened')))).toEqual(spaces.map(() => 1));
  });

  it('are fired again, harmlessly, after a crash between firing and marking', async () => {
    const spaces = await invitedPeople(5);
    await react();
    await shift(43);
    const crash = async (wish: PendingWish) => {
      await side.wishes.send(wish, SCHEDULER);
      await house.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%mes_projector' AND state = 'idle in transaction' AND datname = current_database()",
      );
    };
    await expect(side.deadlines.fireDue(clock.now(), 10, crash)).rejects.toThrow(StoreUnavailable);
    expect(await pending()).toBe(5);
    expect(await side.ticker.drain()).toBe(5);
    expect(await Promise.all(spaces.map((space) => times(space, 'SpaceOpened')))).toEqual([1, 1, 1, 1, 1]);
    expect(side.said).toEqual([]);
  });

  it('open the space too whose opposition was taken back in time and written down after its day was done', async () => {
    const space = await invited();
    const proof = { kind: 'PHONE', checked: ['INS', 'BIRTH_DATE', 'ADDRESS'] } as const;
    const onThePhone = () => ({ actor: agent, messageId: randomUUID(), receivedAt: clock.now() });
    await side.bus.execute(new RegisterOpposition(space, { proof }, onThePhone()));
    await react();
    await shift(41);
    const inTime = onThePhone();
    await shift(43);
    expect(await side.ticker.drain()).toBe(1);
    await side.bus.execute(new WithdrawOpposition(space, { proof }, inTime));
    expect([await times(space, 'OppositionWithdrawn'), await times(space, 'SpaceOpened')]).toEqual([1, 0]);
    await react();
    await house.rows('DELETE FROM process.checkpoint');
    await react();
    expect(await times(space, 'SpaceOpened')).toBe(1);
    expect(side.said).toEqual([]);
  });

  it('come as before where it was taken back earlier: nothing opens before its day', async () => {
    const space = await invited();
    const proof = { kind: 'PHONE', checked: ['INS', 'BIRTH_DATE', 'ADDRESS'] } as const;
    for (const Command of [RegisterOpposition, WithdrawOpposition])
      await side.bus.execute(new Command(space, { proof }, { actor: agent, messageId: randomUUID() }));
    await react();
    expect([await times(space, 'OppositionWithdrawn'), await times(space, 'SpaceOpened')]).toEqual([1, 0]);
    await shift(43);
    await side.ticker.drain();
    expect(await times(space, 'SpaceOpened')).toBe(1);
    expect(side.said).toEqual([]);
  });

  it('are caught up after three days of standstill', async () => {
    const spaces: string[] = [];
    for (const day of [0, 1, 2, 3]) {
      await shift(day);
      spaces.push(...(await invitedPeople(2)));
    }
    await react();
    await shift(46);
    side.ticker.start();
    await eventually(async () => expect(await pending()).toBe(0));
    await side.ticker.stop();
    expect(await Promise.all(spaces.map((space) => times(space, 'SpaceOpened')))).toEqual(spaces.map(() => 1));
  });

  it('end with a refusal, which is final and told by its code alone', async () => {
    const wish = { type: 'ReportBounce', report: 'r1' };
    const identity = { process: 'p', stream: `space-${randomUUID()}`, rev: 0, index: 0 } as const;
    await side.deadlines.keep([{ ...identity, target: randomUUID(), wish, notBefore: clock.now() }]);
    expect(await side.ticker.drain()).toBe(1);
    expect(await side.ticker.drain()).toBe(0);
    expect(side.said).toEqual(['p: ReportBounce was refused: enrolment/not-invited']);
  });

  it('that fail wait ever longer and do not hold up the others', async () => {
    const identity = { process: 'p', stream: `space-${randomUUID()}`, rev: 0, target: randomUUID() } as const;
    const due = clock.now();
    await side.deadlines.keep([
      { ...identity, index: 0, wish: { type: 'Unheard' }, notBefore: due },
      { ...identity, index: 1, wish: { type: 'ReportBounce' }, notBefore: due },
    ]);
    expect(await side.ticker.drain()).toBe(1);
    expect(side.said).toContain('p: Unheard failed: Error');
    expect(await house.rows('SELECT tries, due_at > not_before AS later FROM process.deadline WHERE done_at IS NULL')).toEqual([
      { tries: 1, later: true },
    ]);
  });

  it('that failed for weeks wait ten minutes like before, and the others are fired', async () => {
    const identity = { process: 'p', stream: `space-${randomUUID()}`, rev: 0, target: randomUUID() } as const;
    const due = clock.now();
    await side.deadlines.keep([
      { ...identity, index: 0, wish: { type: 'Unheard' }, notBefore: due },
      { ...identity, index: 1, wish: { type: 'ReportBounce' }, notBefore: due },
    ]);
    await house.rows('UPDATE process.deadline SET tries = 2000 WHERE index = 0');
    const now = clock.now();
    expect(await side.deadlines.fireDue(now, 256, (wish) => side.wishes.send(wish, SCHEDULER))).toBe(1);
    expect(await pending()).toBe(1);
    expect(
      await house.rows('SELECT tries, extract(epoch FROM due_at - $1::timestamptz)::integer AS s FROM process.deadline WHERE index = 0', [
        now,
      ]),
    ).toEqual([{ tries: 2001, s: 600 }]);
  });

  it('are forgotten a while after they were fired, never before', async () => {
    await invitedPeople(2);
    await react();
    expect(await side.deadlines.purge('2100-01-01T00:00:00.000Z' as never, 10)).toBe(0);
    await shift(43);
    await side.ticker.drain();
    expect(await side.deadlines.purge(clock.now(), 10)).toBe(2);
  });

  /** So many wishes that were fired one after the other, the last of them 31 days ago. */
  const firedLongAgo = (count: number) =>
    house.rows(
      `INSERT INTO process.deadline (process, stream, rev, index, target, wish, not_before, due_at, tzdb, done_at)
       SELECT 'p', 'space-old', n, 0, 'old', '{"type":"Old"}', day, day, '2025a', day
       FROM generate_series(1, $1::integer) AS n, LATERAL (SELECT $2::timestamptz - ($1 - n) * interval '1 second' AS day) AS d`,
      [count, instantOf(epochOf(clock.now()) - 31 * DAY)],
    );

  it('are forgotten some at a time, the oldest first', async () => {
    await firedLongAgo(5);
    expect(await side.deadlines.purge(clock.now(), 3)).toBe(3);
    expect(await house.rows('SELECT rev FROM process.deadline ORDER BY rev')).toEqual([{ rev: 4 }, { rev: 5 }]);
  });

  it('of a whole wave are forgotten by ten thousand, round for round, and then not looked for again for an hour', async () => {
    await firedLongAgo(20_001);
    await house.rows('ANALYZE process.deadline');
    const forgotten: number[] = [];
    const { deadlines } = side;
    const purge = deadlines.purge.bind(deadlines);
    deadlines.purge = async (...asked) => {
      const count = await purge(...asked);
      forgotten.push(count);
      return count;
    };
    side.ticker.start();
    await eventually(async () => expect(await kept()).toBe(0));
    // A round or two more.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await side.ticker.stop();
    expect(forgotten).toEqual([10_000, 10_000, 1]);
    expect(side.said).toEqual([]);
  });
});

describe('A letter that came back', () => {
  it('is followed by one by post with a fresh code, once, however often the fact is delivered', async () => {
    const space = await invited();
    await side.bus.execute(new OpenCampaign(campaign, { label: 'autumn' }, { actor: operator, messageId: randomUUID() }));
    await side.bus.execute(new ReportBounce(space, { report: 'r1' }, sender()));
    const bounce = invitationAfterBounce as Parameters<CommandSide['runner']>[0];
    await react(bounce);
    await house.rows('DELETE FROM process.checkpoint');
    await react(bounce);
    const facts = (await factsOf(space)).map(({ event }) => event as { type: string; channel?: string; codeDigest?: string });
    expect(facts.map(({ type }) => type)).toEqual([
      'PersonDeclaredEligible',
      'InvitationSent',
      'ProvisionalCodeIssued',
      'InvitationBounced',
      'InvitationSent',
      'ProvisionalCodeIssued',
    ]);
    expect(facts[4]?.channel).toBe('POST');
    expect(facts[5]?.codeDigest).not.toBe(facts[2]?.codeDigest);
    expect(side.said).toEqual([]);
  });

  it.each([
    ['bounced', ['ReportBounce', 'RegisterOpposition', 'WithdrawOpposition'], 'POST'],
    ['bounced after the opposition', ['RegisterOpposition', 'ReportBounce', 'WithdrawOpposition'], 'POST'],
    ['did not leave on its day', ['RegisterOpposition', 'ReportDelay', 'WithdrawOpposition'], 'EMAIL'],
    ['counts', ['RegisterOpposition', 'WithdrawOpposition'], null],
  ] as const)('is made up for when an opposition is taken back, where the information %s', async (_, wishes, channel) => {
    const space = await invited();
    await side.bus.execute(new OpenCampaign(campaign, { label: 'autumn' }, { actor: operator, messageId: randomUUID() }));
    const [sent] = (await factsOf(space)).flatMap(({ event }) =>
      event.type === 'InvitationSent' ? [event as unknown as { sentAt: Instant }] : [],
    );
    const proof = phoneChecks;
    const orders = {
      ReportBounce: () => new ReportBounce(space, { report: 'r1' }, sender()),
      ReportDelay: () => new ReportDelay(space, { sentAt: sent!.sentAt }, sender()),
      RegisterOpposition: () => new RegisterOpposition(space, { proof }, { actor: agent, messageId: randomUUID() }),
      WithdrawOpposition: () => new WithdrawOpposition(space, { proof }, { actor: agent, messageId: randomUUID() }),
    };
    for (const wish of wishes) await side.bus.execute(orders[wish]());
    const again = invitationAfterBounce as Parameters<CommandSide['runner']>[0];
    await react(again);
    await house.rows('DELETE FROM process.checkpoint');
    await react(again);
    const sendings = (await factsOf(space)).filter(({ event }) => event.type === 'InvitationSent');
    expect(sendings.slice(1).map(({ event }) => (event as unknown as { channel: string }).channel)).toEqual(
      channel === null ? [] : [channel],
    );
    expect(side.said).toEqual([]);
  });
});
