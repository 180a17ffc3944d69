import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PoolClient } from 'pg';
import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import { epochOf, instantOf, type Instant } from '../../src/domain/shared/time.js';
import { copyOf } from './database.js';
import { dropHome, freshHome, openWorld, type World, type WorldHome } from './world.js';

/** One request, as it is sent to both. */
export interface Request {
  readonly method: string;
  readonly url: string;
  /** Null: without a token. */
  readonly as: PersonaName | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: Buffer | string;
}
/** All that a caller gets to see, but for what is drawn, counted or timed anew for each request. */
export interface Sight {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly bytes: string;
}
export interface Twin {
  readonly ask: (request: Request) => Promise<Sight>;
  /** What one request had the stores do: statements of the doors, reads and appends of the log, with how much each moved. */
  readonly workOf: (request: Request) => Promise<readonly string[]>;
}
/** Two worlds with the same past, the same keys and the same clock. */
export interface Twins {
  readonly one: Twin;
  readonly other: Twin;
  /** What they are made of, in the same order. */
  readonly worlds: readonly World[];
  /** The clock of both goes on, and stands until it is told again. */
  tick(): Instant;
  close(): Promise<void>;
}

const POOLS = ['mes_reader', 'mes_vault'] as const;

/** `past`: what happened before they parted. */
export async function twinWorlds<T>(past: (world: World) => Promise<T>): Promise<{ readonly twins: Twins; readonly shared: T }> {
  const home = await freshHome();
  const world = await openWorld({}, home);
  const shared = await lived(world, past);
  const homes = [await copied(home), await copied(home)] as const;
  await dropHome(home);
  let now = instantOf(Date.now());
  const worlds = await Promise.all(homes.map((its) => openWorld({}, its)));
  for (const { clock } of worlds) Object.defineProperty(clock, 'now', { value: () => now });
  const [one, other] = worlds.map(twinOf) as [Twin, Twin];
  const tick = (): Instant => (now = instantOf(Math.max(Date.now(), epochOf(now) + 1)));
  const close = async (): Promise<void> => {
    for (const its of worlds) await its.close();
    for (const its of homes) await dropHome(its);
  };
  return { twins: { one, other, worlds, tick, close }, shared };
}

async function lived<T>(world: World, past: (world: World) => Promise<T>): Promise<T> {
  try {
    return await past(world);
  } finally {
    await world.close();
  }
}

async function copied({ database, stateDir, log }: WorldHome): Promise<WorldHome> {
  const copy = { database: await copyOf(database), stateDir: await mkdtemp(join(tmpdir(), 'mes-twin-')), log: await log.copy() };
  await cp(stateDir, copy.stateDir, { recursive: true });
  return copy;
}

function twinOf(world: World): Twin {
  const tokens = new Map<PersonaName, Promise<string>>();
  const done = watched(world);
  const ask = async ({ method, url, as, headers = {}, payload }: Request): Promise<Sight> => {
    if (as !== null && !tokens.has(as)) tokens.set(as, world.token(as));
    const token = as === null ? undefined : await tokens.get(as);
    const answer = await world.app.inject({
      method: method as 'GET',
      url,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
    const { 'x-request-id': id, date: _, 'x-ratelimit-remaining': __, 'x-ratelimit-reset': ___, ...others } = answer.headers;
    const bytes = answer.rawPayload.toString('latin1').replaceAll(String(id), 'THIS REQUEST');
    return { status: answer.statusCode, headers: others, bytes };
  };
  const workOf = async (request: Request): Promise<readonly string[]> => {
    const from = done.length;
    await ask(request);
    return done.slice(from);
  };
  return { ask, workOf };
}

/** Everything that the doors of this world have their stores do, in order. */
function watched({ log: { pools, store } }: World): readonly string[] {
  const done: string[] = [];
  for (const role of POOLS) {
    const seen = new WeakSet<PoolClient>();
    pools.pool(role).on('acquire', (client) => {
      if (seen.has(client)) return;
      seen.add(client);
      const query = client.query.bind(client) as (...asked: unknown[]) => unknown;
      client.query = ((asked: string | { readonly text: string }, ...more: unknown[]) => {
        done.push(`${role}: ${typeof asked === 'string' ? asked : asked.text}`);
        return query(asked, ...more);
      }) as typeof client.query;
    });
  }
  const { read, readMany, append, appendMany } = store;
  store.read = async (...asked) => {
    const found = await read.apply(store, asked);
    // Which matrix is in force is looked up anew every few seconds, whoever asks.
    if (!asked[0].startsWith('matrix-')) done.push(`read: ${found.length}`);
    return found;
  };
  store.readMany = async (streams) => {
    const found = await readMany.call(store, streams);
    done.push(`read many: ${[...found.values()].map(({ length }) => length).join(' ')}`);
    return found;
  };
  store.append = (one) => (done.push(`append: ${one.events.length}`), append.call(store, one));
  store.appendMany = (many) => (
    done.push(`append many: ${many.map(({ events }) => events.length).join(' ')}`),
    appendMany.call(store, many)
  );
  return done;
}
