import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import { openPools } from '../../../src/infrastructure/postgres/pools.js';
import { PastTables } from '../../../src/infrastructure/postgres/projections/as-of.js';
import { PostgresReadModels } from '../../../src/infrastructure/postgres/projections/read-models.js';
import { Projector } from '../../../src/infrastructure/postgres/projections/projector.js';
import { spaceOverview, overviewOf } from '../../../src/projections/enrolment/space-overview.js';
import type { Projection } from '../../../src/projections/shared/projection.js';
import { spaceFacts as f } from '../../support/enrolment-facts.js';
import { crowd } from '../../support/poison.js';
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
  type ReadSide,
} from '../../support/read-side.js';
import { sealedHouse, type SealedLog } from '../../support/sealed-log.js';

type House = Awaited<ReturnType<typeof sealedHouse>>;

const inHouse = async (work: (log: SealedLog, house: House) => Promise<void>): Promise<void> => {
  const house = await sealedHouse();
  try {
    await work(await house.process(ENROLMENT), house);
  } finally {
    await house.close();
  }
};
const running = async (side: ReadSide, work: () => Promise<void>): Promise<void> => {
  side.projector.start();
  try {
    await work();
  } finally {
    await side.projector.stop();
  }
};
const healthOf = async (side: ReadSide, name: string) => (await side.projector.health()).find((health) => health.name === name);

describe('Read models', () => {
  it('are the same live, rebuilt, and rebuilt twice', () =>
    inHouse(async (log) => {
      const side = readSide(log);
      await running(side, async () => {
        await caughtUp(side);
        await population(log, 40);
        await caughtUp(side);
        const live = await allRows(side);
        expect(live['space_overview']).toHaveLength(40);
        await side.projector.rebuild();
        await caughtUp(side);
        expect(await allRows(side)).toEqual(live);
        await side.projector.rebuild();
        await caughtUp(side);
        expect(await allRows(side)).toEqual(live);
      });
    }));

  it('answer about this very moment of the past as they do live', () =>
    inHouse(async (log) => {
      const side = readSide(log);
      await running(side, async () => {
        const spaces = await population(log, 20);
        await caughtUp(side);
        const at = now();
        for (const space of spaces) {
          const tables = PROJECTIONS.flatMap((p) => p.tables).filter(({ key }) => 'space_id' in key);
          for (const { name, key } of tables) {
            const text = `SELECT * FROM ${name} WHERE space_id = $1 ORDER BY ${Object.keys(key).join(', ')}`;
            const live = await asking(side, space, {}, (sql) => sql(text, space));
            expect(await asking(side, space, { asOf: at }, (sql) => sql(text, space))).toEqual(live);
          }
        }
      });
    }));

  it('answer about a past moment as it was, to many at once, and leave nothing behind', () =>
    inHouse(async (log) => {
      const side = readSide(log);
      const space = newSpace();
      await tell(log, `space-${space}`, -1, declared(), f.InvitationSent);
      const then = now();
      await new Promise((resolve) => setTimeout(resolve, 5));
      await tell(log, `space-${space}`, 1, f.OppositionRegistered);
      const statusAt = (asOf: ReturnType<typeof now>) =>
        asking(side, space, { asOf }, async (sql) => (await overviewOf(sql, space))?.status);
      const moments = Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? then : now()));
      expect(await Promise.all(moments.map(statusAt))).toEqual(moments.map((at) => (at === then ? 'INVITED' : 'OPPOSED')));
      const { rows } = await log.pools
        .pool('mes_reader')
        .query("SELECT count(*)::int AS left FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'");
      expect(rows).toEqual([{ left: 0 }]);
    }));

  it('include the write whose receipt is shown, or say that they do not yet', () =>
    inHouse(async (log) => {
      const side = readSide(log);
      const space = newSpace();
      const after = log.secrets.positionToken(await tell(log, `space-${space}`, -1, declared()));
      const ask = () => asking(side, space, { after }, async (sql) => (await overviewOf(sql, space))?.status);
      await expect(ask()).rejects.toMatchObject({ rejection: { rejected: 'query/not-caught-up-yet', kind: 'unavailable' } });
      await running(side, async () => expect(await ask()).toBe('ELIGIBLE'));
      await expect(asking(side, space, { after: 'forged' }, (sql) => overviewOf(sql, space))).rejects.toMatchObject({
        rejection: { rejected: 'query/receipt-unknown' },
      });
    }));

  it(
    'do not keep whoever asks waiting for ever, nor the connection, and leave no limit behind on it',
    () =>
      inHouse(async (log, house) => {
        const side = readSide(log);
        await running(side, async () => {
          await caughtUp(side);
          const sight = { viewer: 'NOBODY', actor: '', moment: now() } as const;
          const one = openPools(house.url, { sizes: { mes_reader: 1 } });
          try {
            const readers = one.pool('mes_reader');
            const models = new PostgresReadModels(
              readers,
              new PastTables(side.reader, readers, PROJECTIONS),
              log.secrets,
              PROJECTIONS,
              200,
            );
            for (const name of ['campaign_person', 'document']) {
              const question = models.ask(null, {}, sight, (sql) => sql(`SELECT pg_sleep(20), (SELECT count(*) FROM ${name})`));
              await expect(question).rejects.toThrow(StoreUnavailable);
              expect(await models.ask(null, {}, sight, (sql) => sql(`SELECT count(*) FROM ${name}`))).toHaveLength(1);
            }
            expect((await readers.query('SHOW statement_timeout')).rows).toEqual([{ statement_timeout: '0' }]);
          } finally {
            await one.close();
          }
        });
      }),
    15_000,
  );

  it('cannot be written by those who ask', () =>
    inHouse(async (log) => {
      const side = readSide(log);
      await running(side, () => caughtUp(side));
      await expect(log.pools.pool('mes_reader').query('DELETE FROM read.space_overview')).rejects.toThrow('permission denied');
    }));
});

describe('A rebuild', () => {
  it('goes on beside appends and readers, who never meet an error or an empty table', () =>
    inHouse(async (log) => {
      const side = readSide(log);
      await running(side, async () => {
        const first = await population(log, 30);
        await caughtUp(side);
        const work = { done: false, asked: 0 };
        const read = async () => {
          for (; !work.done; work.asked++) {
            const [row] = await asking(side, null, {}, (sql) => sql<{ n: number }>('SELECT count(*)::integer AS n FROM space_overview'));
            expect(row?.n).toBeGreaterThanOrEqual(first.length);
          }
        };
        const append = async () => {
          while (!work.done) await population(log, 5);
        };
        const rebuild = async () => {
          for (let round = 0; round < 5; round++) await side.projector.rebuild();
          work.done = true;
        };
        await Promise.all([read(), read(), append(), rebuild()]);
        expect(work.asked).toBeGreaterThan(10);
        await caughtUp(side);
        const live = await allRows(side);
        await side.projector.rebuild();
        expect(await allRows(side)).toEqual(live);
      });
    }));

  it('is made by itself when the version of a projection is raised, before its tables are served', () =>
    inHouse(async (log) => {
      const before = readSide(log);
      await running(before, async () => {
        await population(log, 3);
        await caughtUp(before);
      });
      const raised = { ...spaceOverview, version: spaceOverview.version + 1 } as unknown as Projection;
      const after = readSide(log, [raised]);
      await log.pools.pool('mes_projector').query('DELETE FROM read.space_overview');
      await running(after, async () => {
        await caughtUp(after);
        expect((await allRows(after))['space_overview']).toHaveLength(3);
      });
    }));
});

describe('A projection that fails', () => {
  const breaking = (of: Projection, isBroken: () => boolean): Projection => ({
    ...of,
    on: {
      ...of.on,
      OppositionRegistered: (fact, id) => {
        if (isBroken()) throw new RangeError('Camille EXEMPLE');
        return of.on['OppositionRegistered']?.(fact, id) ?? [];
      },
    },
  });

  it('stops alone, keeps its checkpoint, alarms without data, shows its lag, and goes on when it is mended', () =>
    inHouse(async (log) => {
      const [overview, ...others] = PROJECTIONS as [Projection, ...Projection[]];
      let broken = true;
      const side = readSide(log, [breaking(overview, () => broken), ...others]);
      const space = newSpace();
      await running(side, async () => {
        await tell(log, `space-${space}`, -1, declared(), f.InvitationSent);
        await caughtUp(side);
        await crowd(log);
        const taken = await log.store.head();
        const lag = async (): Promise<bigint> => (await log.store.head()) - taken;
        await tell(log, `space-${space}`, 1, f.OppositionRegistered);
        const stopped = { status: 'stopped', error: 'RangeError', lag: await lag() };
        await eventually(async () => expect(await healthOf(side, 'space-overview')).toMatchObject(stopped));
        await tell(log, `space-${space}`, 2, f.OppositionWithdrawn);
        await eventually(async () => expect(await healthOf(side, 'activity-history')).toMatchObject({ status: 'live', lag: 0n }));
        expect(await healthOf(side, 'space-overview')).toMatchObject({ lag: await lag() });
        expect(side.alarms).toEqual(['the projection space-overview stopped: RangeError']);
      });
      broken = false;
      const mended = readSide(log);
      await running(mended, async () => {
        await caughtUp(mended);
        expect((await allRows(mended))['space_overview']).toMatchObject([{ space_id: space, opposed: false, revision: 3 }]);
      });
    }));

  it('stops, and does not guess, when the log is another one than its rows were made from', () =>
    inHouse(async (log) => {
      const side = readSide(log);
      await running(side, async () => {
        await population(log, 2);
        await caughtUp(side);
      });
      await log.pools.pool('mes_projector').query("UPDATE read.checkpoint SET event_leaf = sha256('another') WHERE name = 'deadlines-due'");
      const resumed = readSide(log);
      await running(resumed, () =>
        eventually(async () => {
          expect(await healthOf(resumed, 'deadlines-due')).toMatchObject({ status: 'stopped', error: 'AnotherLog' });
          expect(await healthOf(resumed, 'space-overview')).toMatchObject({ status: 'live' });
        }),
      );
    }));
});

describe('A projector', () => {
  it('that is told to end while it reads its checkpoints ends', () =>
    inHouse(async (log) => {
      const side = readSide(log);
      await running(side, async () => {
        await population(log, 1);
        await caughtUp(side);
      });
      const endings: Promise<void>[] = [];
      const { reader, pool, rebuild, projections, turns, aside, leases } = side;
      const store = {
        head: () => log.store.head(),
        at: async (position: bigint) => {
          endings.push(projector.stop());
          return log.store.at(position);
        },
      };
      const projector = new Projector({ reader, store, pool, rebuild, projections, turns, aside, leases, alarm: () => undefined });
      projector.start();
      await eventually(async () => expect(endings).not.toEqual([]));
      await Promise.all(endings);
    }));

  it('loses and doubles nothing when its connections are cut in the middle of batches', () =>
    inHouse(async (log, house) => {
      const side = readSide(log);
      await running(side, async () => {
        await caughtUp(side);
        const cut = { stop: false, times: 0 };
        const cutting = (async () => {
          while (!cut.stop) {
            const killed = await house.rows(
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%mes_projector' AND state <> 'idle' AND datname = current_database()",
            );
            cut.times += killed.length;
          }
        })();
        for (let round = 0; round < 10; round++) await population(log, 8);
        await eventually(async () => expect(cut.times).toBeGreaterThan(0));
        cut.stop = true;
        await cutting;
        await caughtUp(side);
        const live = await allRows(side);
        expect(live['space_overview']).toHaveLength(80);
        await side.projector.rebuild();
        expect(await allRows(side)).toEqual(live);
      });
    }));

  it('shares its work with a second one: neither loses nor doubles', () =>
    inHouse(async (log, house) => {
      const [one, two] = [readSide(log), readSide(await house.process(ENROLMENT))];
      await running(one, () =>
        running(two, async () => {
          for (let round = 0; round < 5; round++) await population(log, 8);
          await caughtUp(one);
          await caughtUp(two);
          const live = await allRows(one);
          expect(live['space_overview']).toHaveLength(40);
          await one.projector.rebuild();
          expect(await allRows(one)).toEqual(live);
        }),
      );
    }));

  it('counts what lies under a destroyed key, and makes no rows of it, live as rebuilt', () =>
    inHouse(async (log) => {
      const side = readSide(log);
      const [gone, kept] = [newSpace(), newSpace()];
      for (const space of [gone, kept]) await tell(log, `space-${space}`, -1, declared(), f.InvitationSent);
      await log.vault.destroy(gone, 'life', now());
      await running(side, async () => {
        await caughtUp(side);
        expect((await allRows(side))['space_overview']).toMatchObject([{ space_id: kept }]);
        expect(await healthOf(side, 'space-overview')).toMatchObject({ sealed: 2n });
        await side.projector.rebuild();
        await caughtUp(side);
        expect(await healthOf(side, 'space-overview')).toMatchObject({ sealed: 2n });
      });
    }));
});
