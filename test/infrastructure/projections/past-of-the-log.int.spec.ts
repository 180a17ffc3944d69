import type { FactBatch, FactReader } from '../../../src/application/shared/fact-reader.js';
import type { Sql } from '../../../src/application/shared/subject-query.js';
import { instantOf, type Instant } from '../../../src/domain/shared/time.js';
import { LogReader } from '../../../src/infrastructure/eventstore/log-reader.js';
import { PastTables } from '../../../src/infrastructure/postgres/projections/as-of.js';
import { guarded, type Projection } from '../../../src/projections/shared/projection.js';
import { campaignFacts, spaceFacts as f } from '../../support/enrolment-facts.js';
import {
  allRows,
  asking,
  caughtUp,
  declared,
  ENROLMENT,
  eventually,
  newSpace,
  now,
  population,
  PROJECTIONS,
  readSide,
  tell,
} from '../../support/read-side.js';
import { meta, sealedHouse, type SealedLog } from '../../support/sealed-log.js';

type House = Awaited<ReturnType<typeof sealedHouse>>;

const inHouse = async (work: (log: SealedLog, house: House) => Promise<void>): Promise<void> => {
  const house = await sealedHouse();
  try {
    await work(await house.process(ENROLMENT), house);
  } finally {
    await house.close();
  }
};
/** A later millisecond than any that was written. */
const later = async (): Promise<Instant> => {
  const moment = now();
  while (now() <= moment) await new Promise((resolve) => setImmediate(resolve));
  return moment;
};
/** Every table and schema of the database, those of sessions included. */
const left = ({ rows }: House) =>
  rows(`SELECT 'table' AS kind, c.oid::regclass::text AS name FROM pg_class c WHERE c.relkind IN ('r', 'p')
          AND c.relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
        UNION ALL SELECT 'schema', nspname FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_' ORDER BY 1, 2`);
const people = (sql: Sql) => sql<{ n: number }>('SELECT count(*)::integer AS n FROM campaign_person');

/** A reader that tells how far it was read, waits before each batch as long as it is held, and gives one event at a time when it is told so. */
const watched = (log: SealedLog) => {
  const reader = new LogReader(log.store, log.journal);
  const seen = { asked: [] as (readonly string[])[], position: 0n, reading: 0, most: 0, one: false, held: Promise.resolve() };
  async function* read(after: bigint, categories: readonly string[]): AsyncGenerator<FactBatch> {
    seen.asked.push(categories);
    seen.most = Math.max(seen.most, ++seen.reading);
    try {
      for await (const batch of reader.read(after, categories)) {
        await seen.held;
        seen.position = batch.position;
        if (seen.one) for (const fact of batch.facts) yield { ...batch, facts: [fact], position: fact.position };
        else yield batch;
      }
    } finally {
      seen.reading -= 1;
    }
  }
  const watching: FactReader = {
    read,
    subscribe: reader.subscribe.bind(reader),
    readMany: reader.readMany.bind(reader),
    standstill: reader.standstill.bind(reader),
    head: reader.head.bind(reader),
  };
  return { seen, reader: watching };
};
const pastOf = (log: SealedLog, reader: FactReader, projections: readonly Projection[] = PROJECTIONS, patience?: number) =>
  new PastTables(reader, log.pools.pool('mes_reader'), projections, patience);

describe('Questions about the past of no space in particular', () => {
  it('are answered about this very moment as they are live, table by table', () =>
    inHouse(async (log) => {
      const side = readSide(log);
      side.projector.start();
      try {
        await tell(log, 'campaign-essai', -1, campaignFacts.CampaignOpened, campaignFacts.CampaignFileImported);
        await population(log, 40);
        await caughtUp(side);
        const at = await later();
        // What is guarded shows no row to a question about no space.
        for (const { name, key, guard } of PROJECTIONS.flatMap(({ tables }) => tables)) {
          if (guard !== undefined) continue;
          const text = `SELECT * FROM ${name} ORDER BY ${Object.keys(key).join(', ')}`;
          const live = await asking(side, null, {}, (sql) => sql(text));
          expect(live.length).toBeGreaterThan(0);
          expect(await asking(side, null, { asOf: at }, (sql) => sql(text))).toEqual(live);
        }
      } finally {
        await side.projector.stop();
      }
    }));

  it('see what was written until then, and leave nothing behind', () =>
    inHouse(async (log, house) => {
      const side = readSide(log);
      await tell(log, `space-${newSpace()}`, -1, declared(), f.InvitationSent);
      const then = await later();
      const before = await left(house);
      await tell(log, `space-${newSpace()}`, -1, declared(), f.InvitationSent);
      const counted = async (asOf: Instant) => (await asking(side, null, { asOf }, people))[0]?.n;
      expect(await Promise.all([counted(then), counted(now()), counted(then)])).toEqual([1, 2, 1]);
      expect(await counted('1969-07-20T20:17:40.000Z' as Instant)).toBe(0);
      expect(await left(house)).toEqual(before);
    }));

  it('read only what they name, and no further than the moment can reach', () =>
    inHouse(async (log) => {
      const { seen, reader } = watched(log);
      const past = pastOf(log, reader);
      await population(log, 300);
      const head = await reader.head();
      expect(head).toBeGreaterThan(3_000n);
      await past.ask(null, { asOf: instantOf(Date.now() - 60_000) }, '', (sql) => sql('SELECT * FROM deadline_due'));
      expect(seen.asked).toEqual([['space']]);
      expect(seen.position).toBeLessThan(head);
      await past.ask(null, { asOf: now() }, '', (sql) => sql('SELECT * FROM campaign'));
      expect(seen.asked).toEqual([['space'], ['campaign', 'space']]);
      expect(seen.position).toBe(head);
    }));

  it('include what was written before the moment behind something written after it by a clock that is ahead', () =>
    inHouse(async (log) => {
      const write = async (ahead: number): Promise<Instant> => {
        const at = instantOf(Date.now() + ahead);
        await log.journal.append({ stream: `space-${newSpace()}`, expected: -1, facts: [declared()], at, meta: meta() });
        return at;
      };
      await write(0);
      const { seen, reader } = watched(log);
      seen.one = true;
      await write(1_600);
      const asOf = await write(-1_600);
      expect(await pastOf(log, reader).ask(null, { asOf }, '', people)).toEqual([{ n: 1 }]);
    }));

  it('see of a guarded table no more than live: nothing without a space, of one space its rows', () =>
    inHouse(async (log) => {
      const [due] = PROJECTIONS.filter(({ name }) => name === 'deadlines-due') as [Projection];
      const side = readSide(log, [{ ...due, tables: due.tables.map((open) => guarded(open, { space: 'space_id' })) }]);
      const [space, other] = [newSpace(), newSpace()];
      for (const one of [space, other]) await tell(log, `space-${one}`, -1, declared(), f.InvitationSent);
      const seen = (of: string | null) => asking(side, of, { asOf: now() }, (sql) => sql('SELECT space_id FROM deadline_due'));
      expect(await seen(null)).toEqual([]);
      expect(await seen(space)).toEqual([{ space_id: space }]);
    }));

  it('are answered one at a time, while those about today and about one space go on', () =>
    inHouse(async (log) => {
      const side = readSide(log);
      side.projector.start();
      try {
        const [space = ''] = await population(log, 30);
        await caughtUp(side);
        const live = await allRows(side);
        const { seen, reader } = watched(log);
        let go = (): void => undefined;
        seen.held = new Promise((resolve) => (go = resolve));
        const past = pastOf(log, reader);
        const at = now();
        const asked = [1, 2, 3].map(() => past.ask(null, { asOf: at }, '', people));
        await eventually(async () => expect(seen.reading).toBe(1));
        expect(await asking(side, null, {}, people)).toEqual([{ n: 30 }]);
        expect(await past.ask(space, { asOf: at }, '', people)).toEqual([{ n: 1 }]);
        await population(log, 5);
        await caughtUp(side);
        expect(await asking(side, null, {}, people)).toEqual([{ n: 35 }]);
        go();
        expect(await Promise.all(asked)).toEqual([[{ n: 30 }], [{ n: 30 }], [{ n: 30 }]]);
        expect(seen.most).toBe(1);
        expect((await allRows(side))['campaign_person']).toEqual(expect.arrayContaining(live['campaign_person'] ?? []));
      } finally {
        await side.projector.stop();
      }
    }));
});

describe('A question about the past of no space in particular that cannot be answered', () => {
  const tooLong = { rejection: { rejected: 'query/past-too-long', kind: 'unavailable' } };

  it('is given up when reading takes too long, with all that wait behind it, and the next one is answered', () =>
    inHouse(async (log, house) => {
      await population(log, 10);
      const before = await left(house);
      const { seen, reader } = watched(log);
      const past = pastOf(log, reader, PROJECTIONS, 2_000);
      let go = (): void => undefined;
      seen.held = new Promise((resolve) => (go = resolve));
      const asked = [past.ask(null, { asOf: now() }, '', people), past.ask(null, { asOf: now() }, '', people)].map((one) =>
        expect(one).rejects.toMatchObject(tooLong),
      );
      await new Promise((resolve) => setTimeout(resolve, 2_050));
      go();
      await Promise.all(asked);
      expect(seen.most).toBe(1);
      expect(await past.ask(null, { asOf: now() }, '', people)).toEqual([{ n: 10 }]);
      await eventually(async () => expect(await left(house)).toEqual(before));
    }));

  it('is given up when the question itself takes too long', () =>
    inHouse(async (log, house) => {
      const before = await left(house);
      const past = pastOf(log, watched(log).reader, PROJECTIONS, 500);
      const slow = past.ask(null, { asOf: now() }, '', (sql) => sql('SELECT pg_sleep(60), count(*) FROM campaign'));
      await expect(slow).rejects.toMatchObject(tooLong);
      await eventually(async () => expect(await left(house)).toEqual(before));
    }));

  it('fails alone and leaves nothing behind, whether a projection, a statement or a connection fails', () =>
    inHouse(async (log, house) => {
      await population(log, 20);
      const before = await left(house);
      const { seen, reader } = watched(log);
      const [report] = PROJECTIONS.filter(({ name }) => name === 'campaign-report') as [Projection];
      const fails = () => {
        throw new RangeError('Camille EXEMPLE');
      };
      const broken = pastOf(log, reader, [{ ...report, on: { ...report.on, InvitationSent: fails } }]);
      await expect(broken.ask(null, { asOf: now() }, '', people)).rejects.toThrow(/^the projection campaign-report failed on the past$/);

      const past = pastOf(log, reader);
      await expect(past.ask(null, { asOf: now() }, '', (sql) => sql('SELECT no_such_column FROM campaign_person'))).rejects.toThrow(
        'does not exist',
      );

      let go = (): void => undefined;
      seen.held = new Promise((resolve) => (go = resolve));
      const cut = expect(past.ask(null, { asOf: now() }, '', people)).rejects.toThrow('the database cannot answer now');
      await eventually(async () => expect(seen.reading).toBe(1));
      await house.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%mes_reader' AND state = 'idle in transaction' AND datname = current_database()",
      );
      go();
      await cut;
      expect(await past.ask(null, { asOf: now() }, '', people)).toEqual([{ n: 20 }]);
      await eventually(async () => expect(await left(house)).toEqual(before));
    }));
});
