import fc from 'fast-check';
import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { openPools, type Pools } from '../../../src/infrastructure/postgres/pools.js';
import { HeadMap, MapMoved } from '../../../src/infrastructure/seal/heads/head-map.js';
import { keyOf, recordBytes } from '../../../src/infrastructure/seal/heads/map-node.js';
import { verifyMapProof } from '../../../src/infrastructure/seal/heads/map-proof.js';
import { change, rowBytes, rowIn, type MapRow } from '../../../src/infrastructure/seal/heads/map-row.js';
import { CryptoThreads } from '../../../src/infrastructure/threads/crypto-threads.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { naiveMapRoot, type NaiveHead } from '../../support/naive-map.js';

const headOf = (n: number, rev: number): NaiveHead => ({
  stream: `passage-${n}`,
  rev,
  count: rev + 1,
  leaf: createHash('sha256').update(`${n} ${rev}`).digest(),
});
const recordOf = ({ stream, rev, count, leaf }: NaiveHead) => ({ key: keyOf(stream as StreamName), rev, count, leaf });

/** A head for each stream of `from` to before `to`, in an order that has nothing to do with keys. */
const heads = (from: number, to: number, rev = 0): readonly NaiveHead[] =>
  Array.from({ length: to - from }, (_, n) => headOf(from + n, rev));

async function* inBatches(some: readonly NaiveHead[], size: number): AsyncGenerator<Uint8Array, void> {
  for (let from = 0; from < some.length; from += size)
    yield Buffer.concat(some.slice(from, from + size).map((head) => recordBytes(recordOf(head))));
}
/** Of each stream the newest. */
const newest = (some: readonly NaiveHead[]): readonly NaiveHead[] => {
  const last = new Map<string, NaiveHead>();
  for (const head of some) if (head.rev >= (last.get(head.stream)?.rev ?? 0)) last.set(head.stream, head);
  return [...last.values()];
};
/** The rows of a map that takes in one head after the other, as they come. */
function rowsByArrival(some: readonly NaiveHead[]): Record<string, string> {
  const rows = new Map<string, MapRow>();
  for (const head of some) {
    const changed = new Map<string, MapRow>();
    change('', rows, [recordOf(head)], changed);
    for (const [prefix, row] of changed) rows.set(prefix, row);
  }
  return Object.fromEntries([...rows].map(([prefix, row]) => [prefix, `${row.children !== null} ${rowBytes(row).toString('hex')}`]));
}

type Asked = (text: string, client: PoolClient) => Promise<void>;
/** The same pool, whose connections tell of each statement before they send it. */
const told = (pool: Pool, tell: Asked): Pool =>
  new Proxy(pool, {
    get: (target, name) => {
      if (name !== 'connect') return Reflect.get(target, name, target) as unknown;
      return async () => {
        const client = await target.connect();
        const plain = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
        const query = async (asked: string | { readonly text: string }, ...rest: unknown[]): Promise<unknown> => {
          await tell(typeof asked === 'string' ? asked : asked.text, client);
          return plain(asked, ...rest);
        };
        const release = client.release.bind(client);
        return Object.assign(client, {
          query,
          release: (error?: Error | boolean) => {
            Object.assign(client, { query: plain, release });
            release(error);
          },
        });
      };
    },
  });

describe('The heads of a day come into the map in the order of its keys', () => {
  let database: TestDatabase;
  let pools: Pools;
  let map: HeadMap;
  let size = 0;
  const threads = new CryptoThreads(1);
  const never = new AbortController().signal;

  beforeAll(async () => {
    database = await freshDatabase();
    pools = openPools(database.url);
    map = new HeadMap(pools.pool('mes_sealer'));
  });
  beforeEach(async () => {
    size = 0;
    await database.rows(`DELETE FROM seal.map_row; DELETE FROM seal.published_map`);
    await database.rows(`UPDATE seal.map SET size = 0, streams = 0, root = decode(repeat('00', 32), 'hex')`);
  });
  afterAll(async () => {
    await threads.close();
    await pools.close();
    await database.drop();
  });

  const day = async (some: readonly NaiveHead[], { batch = 700, on = map, signal = never } = {}): Promise<void> => {
    await on.advance({ from: size, to: size + some.length }, inBatches(some, batch), { leases: [], threads, signal });
    size += some.length;
  };
  const rows = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      (await database.rows(`SELECT prefix, branch || ' ' || encode(content, 'hex') AS row FROM seal.map_row`)).map((row) => [
        String(row['prefix']),
        String(row['row']),
      ]),
    );
  const everything = async () => ({ state: await map.state(), rows: await rows() });

  it('with the root of the definition, and the very rows of a map that took them in as they came, whatever the days', async () => {
    const some = fc.array(fc.tuple(fc.nat(1_500), fc.nat(3)), { maxLength: 1_600, size: 'max' });
    await fc.assert(
      fc
        .asyncProperty(fc.array(some, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 900 }), async (days, batch) => {
          const all: NaiveHead[] = [];
          for (const [n, one] of days.entries()) {
            const came = one.map(([stream, rev]) => headOf(stream, n * 4 + rev));
            await day(came, { batch });
            all.push(...came);
            const root = naiveMapRoot(newest(all));
            expect(Buffer.from((await map.state()).root)).toEqual(root);
          }
          const last = newest(all);
          expect((await map.state()).streams).toBe(last.length);
          expect(await rows()).toEqual(rowsByArrival(last));
        })
        .beforeEach(async () => {
          size = 0;
          await database.rows('DELETE FROM seal.map_row');
          await database.rows(`UPDATE seal.map SET size = 0, streams = 0, root = decode(repeat('00', 32), 'hex')`);
        }),
      { numRuns: 6 },
    );
  });

  it('reading and writing each row once, however many heads come', async () => {
    await database.rows(`CREATE TABLE written (prefix text NOT NULL);
      CREATE FUNCTION write_down() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN INSERT INTO public.written VALUES (NEW.prefix); RETURN NEW; END $$;
      CREATE TRIGGER write_down AFTER INSERT OR UPDATE ON seal.map_row FOR EACH ROW EXECUTE FUNCTION write_down()`);
    const once = `SELECT count(*)::integer AS all, count(DISTINCT prefix)::integer AS different FROM written`;
    for (const some of [heads(0, 3_000), heads(1_000, 4_200, 1), heads(0, 40, 2)]) {
      await day(some);
      const [counted] = await database.rows(once);
      expect(counted?.['all']).toBeGreaterThan(0);
      expect(counted?.['all']).toBe(counted?.['different']);
      await database.rows('DELETE FROM written');
    }
    await database.rows('DROP TRIGGER write_down ON seal.map_row; DROP FUNCTION write_down; DROP TABLE written');
  });

  it('of a stream the last head alone, in whatever order they come', async () => {
    await day([headOf(1, 2), headOf(1, 0), ...heads(2, 1_200), headOf(1, 1)]);
    expect(Buffer.from((await map.state()).root)).toEqual(naiveMapRoot([headOf(1, 2), ...heads(2, 1_200)]));
  });

  it('killed at whatever statement, nothing of it is there, and whoever begins again makes the same map', async () => {
    await day(heads(0, 700));
    const before = await everything();
    const came = heads(300, 1_500, 1);
    const killedAt = async (nth: number): Promise<boolean> => {
      let count = 0;
      const dying = told(pools.pool('mes_sealer'), async (_, client) => {
        if (count++ !== nth) return;
        const pid = (client as unknown as { readonly processID: number }).processID;
        await database.rows('SELECT pg_terminate_backend($1, 5000)', [pid]);
      });
      return day(came, { on: new HeadMap(dying) }).then(
        () => false,
        (error: unknown) => {
          expect(error).toBeInstanceOf(StoreUnavailable);
          return true;
        },
      );
    };
    let nth = 0;
    for (; await killedAt(nth); nth += 1) expect(await everything()).toEqual(before);
    expect(nth).toBeGreaterThan(15);
    const after = await everything();
    expect(after.rows).toEqual(rowsByArrival(newest([...heads(0, 700), ...came])));
    expect(after.state).toMatchObject({ size: 1_900, streams: 1_500 });
  });

  it('and a row that no one could have written is named, even where the hashes above it are right', async () => {
    await day(heads(0, 400));
    const fault = () => map.rowFault(() => undefined);
    expect(await fault()).toBeNull();
    const stored = await rows();
    const children = (prefix: string) =>
      rowIn(prefix, true, Buffer.from((stored[prefix] ?? '').replace('true ', ''), 'hex')).children ?? [];
    const branches = Object.keys(stored).filter((prefix) => stored[prefix]?.startsWith('true'));
    const kindAt = (prefix: string, digit: number) => children(prefix)[digit]?.kind;
    const places = branches.flatMap((prefix) =>
      Array.from({ length: 16 }, (_, digit) => ({ prefix, digit, at: prefix + digit.toString(16) })),
    );
    const named = async (harm: string, found: string): Promise<void> => {
      await database.rows(`CREATE TABLE kept AS SELECT * FROM seal.map_row; ${harm}`);
      expect(await fault()).toBe(found);
      await database.rows('DELETE FROM seal.map_row; INSERT INTO seal.map_row SELECT * FROM kept; DROP TABLE kept');
      expect(await fault()).toBeNull();
    };
    // A lone record has the same hash on either side of nothing: said to be of its neighbour's keys, it would be hidden when it comes back.
    const lone = places.find(({ prefix, digit }) => kindAt(prefix, digit) === 'leaf' && kindAt(prefix, digit ^ 1) === 'empty')!;
    const other = lone.prefix + (lone.digit ^ 1).toString(16);
    const [low, high] = [lone.digit & ~1, lone.digit | 1];
    const part = (digit: number, count = 1): string => `substr(content, ${1 + digit * 33}, ${count * 33})`;
    await named(
      `UPDATE seal.map_row SET content = ${part(0, low)} || ${part(high)} || ${part(low)} || ${part(high + 1, 15 - high)} WHERE prefix = '${lone.prefix}';
       UPDATE seal.map_row SET prefix = '${other}' WHERE prefix = '${lone.at}'`,
      `row ${other} of the map of heads is not the one that was written`,
    );
    const empty = places.find(({ prefix, digit }) => kindAt(prefix, digit) === 'empty')!;
    await named(
      `INSERT INTO seal.map_row VALUES ('${empty.at}', false, '')`,
      `row ${empty.at} of the map of heads is not the one that was written`,
    );
    await named(
      `UPDATE seal.map_row SET content = set_byte(content, ${empty.digit * 33}, 7) WHERE prefix = '${empty.prefix}'`,
      `row ${empty.prefix} of the map of heads is not the one that was written`,
    );
  });

  describe('and its rows are compared a page at a time', () => {
    const held = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND (xact_start IS NOT NULL OR backend_xmin IS NOT NULL)
      AND backend_type = 'client backend'`;

    it('without holding anything of the database in between', async () => {
      await day(heads(0, 4_200));
      const seen: number[] = [];
      expect(await map.rowFault(async () => void seen.push((await database.rows(held)).length))).toBeNull();
      expect(seen.length).toBeGreaterThan(1);
      expect(new Set(seen)).toEqual(new Set([0]));
    });

    it('anew when the map moves on meanwhile', async () => {
      await day(heads(0, 4_200));
      let moved = 0;
      expect(await map.rowFault(() => (moved++ === 0 ? day(heads(0, 900, 1)) : undefined))).toBeNull();
      await database.rows(
        `UPDATE seal.map_row SET content = set_byte(content, 39, get_byte(content, 39) # 1) WHERE prefix = (SELECT max(prefix) FROM seal.map_row)`,
      );
      expect(await map.rowFault(() => (moved++ === 1 ? day(heads(0, 9, 2)) : undefined))).toMatch(/is not the one that was written$/);
    });

    it('and nothing is said of them when it never stands still', async () => {
      await day(heads(0, 40));
      let moved = 0;
      await expect(map.rowFault(() => day(heads(0, 9, (moved += 1))))).rejects.toThrow(MapMoved);
      expect(moved).toBeGreaterThan(2);
    });
  });

  it('while proofs are those of the day before; and who wants to do the same at that time does not wait', async () => {
    await day(heads(0, 600));
    const before = await map.state();
    await map.intend({ ...before, day: '2031-05-01' as never, logRoot: Buffer.alloc(32, 1) });
    await map.written({ day: '2031-05-01' as never, size: before.size }, 'audit-203105-sealer', 0);
    const stopped = new AbortController();
    const enough = new Error('enough');
    const looked = async function* (): AsyncGenerator<Uint8Array, void> {
      yield* inBatches(heads(0, 600, 1), 700);
      await expect(day(heads(0, 5, 7))).rejects.toBeInstanceOf(MapMoved);
      const proofs = await map.still((still) => still!.prove(['passage-5']));
      expect(verifyMapProof('passage-5', proofs[0]!, before.root)).toMatchObject({ present: { rev: 0 } });
      stopped.abort(enough);
    };
    const going = map.advance({ from: 600, to: 1_200 }, looked(), { leases: [], threads, signal: stopped.signal });
    await expect(going).rejects.toBe(enough);
    expect(await map.state()).toEqual(before);
  });
});
