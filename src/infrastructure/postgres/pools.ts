import { Pool, types, type PoolClient, type PoolConfig } from 'pg';
import type { RuntimeRole } from './roles.js';

/** One pool per role. A pool opens its first connection at the first query. */
export interface Pools {
  /** Every connection of this pool runs under the role, and was checked to do so. */
  pool(role: RuntimeRole): Pool;
  /** Waits for the connections in use, then closes all. */
  close(): Promise<void>;
}

export interface PoolOptions {
  /** Most connections of a pool; the server allows 100 in all. */
  readonly sizes?: Partial<Record<RuntimeRole, number>>;
  /** What the server shows as the name of a connection, before the role. */
  readonly applicationName?: string;
  /** How long making a connection may take, milliseconds. */
  readonly connectLimitMs?: number;
  /** Told when an idle connection breaks; its pool has already let go of it. */
  readonly onIdleError?: (role: RuntimeRole, error: Error) => void;
}

const SIZES: Readonly<Record<RuntimeRole, number>> = { mes_writer: 8, mes_projector: 8, mes_reader: 10, mes_vault: 6, mes_sealer: 2 };
const CONNECT_LIMIT_MS = 10_000;
/** How long a connection says nothing before the system asks whether the other end is still there. */
const KEEP_ALIVE_MS = 10_000;

const warn = (role: RuntimeRole, error: Error): void => process.emitWarning(`idle connection of ${role} broke: ${error.message}`);

/** Pools on the database of this URL. Throws when the URL is no URL; a server that is away shows at the first query. */
export function openPools(
  url: string,
  { sizes = {}, applicationName = 'mes', connectLimitMs = CONNECT_LIMIT_MS, onIdleError = warn }: PoolOptions = {},
): Pools {
  const open = (role: RuntimeRole): Pool => {
    const made = new Pool({
      connectionString: urlUnder(url, role, `${applicationName}:${role}`),
      max: sizes[role] ?? SIZES[role],
      connectionTimeoutMillis: connectLimitMs,
      // A machine that went without a word (a failover, a wall in between) never answers and never hangs up: who waits for it would wait for ever.
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      types: exactTypes,
      // What is sent behind a statement is on its way before that is answered.
      pipeline: true,
      verify: (client, done) => void checkRole(client, role, connectLimitMs).then(() => done(), done),
    });
    // Between two uses of a connection there are moments in which nobody listens; an error event would then end the process. The next query tells of it.
    made.on('connect', (client) => void client.on('error', () => undefined));
    // A connection that we end may be ended by a server that stops meanwhile: nobody needs to hear of it.
    made.on('error', (error) => (made.ending ? undefined : onIdleError(role, error)));
    return made;
  };
  const byRole: Readonly<Record<RuntimeRole, Pool>> = {
    mes_writer: open('mes_writer'),
    mes_projector: open('mes_projector'),
    mes_reader: open('mes_reader'),
    mes_vault: open('mes_vault'),
    mes_sealer: open('mes_sealer'),
  };
  return {
    pool: (role) => byRole[role],
    close: async () => void (await Promise.all(Object.values(byRole).map((pool) => pool.end()))),
  };
}

/** The role goes in as a start-up option, after those of the URL: the last one wins. */
function urlUnder(url: string, role: RuntimeRole, applicationName: string): string {
  const under = new URL(url);
  const given = under.searchParams.get('options');
  under.searchParams.set('options', `${given === null ? '' : `${given} `}-c role=${role} -c timezone=UTC`);
  under.searchParams.set('application_name', applicationName);
  return under.toString();
}

/** A connection pooler in between may drop start-up options, and we would go on with all the rights of the login. */
async function checkRole(client: PoolClient, role: RuntimeRole, limitMs: number): Promise<void> {
  // The pool stops listening while it verifies, and an error event without a listener ends the process; the next query tells of it.
  const told = (): void => undefined;
  client.on('error', told);
  try {
    // The time of a connection that is being made ends with its login: a server that falls silent behind it would be waited for for ever.
    const question = { text: 'SELECT current_user', ...{ query_timeout: limitMs } };
    const { rows } = await client.query<{ current_user: string }>(question);
    if (rows[0]?.current_user !== role)
      throw new Error(`The connection does not run under ${role}: something between us and the server drops its options.`);
  } finally {
    client.off('error', told);
  }
}

// Object ids of types, the same in every PostgreSQL.
const INT8: number = 20;
const INT8_ARRAY: number = 1016;
const TEXT_ARRAY: number = 1009;
const DATE: number = 1082;

/** A bigint is a bigint (a position has 64 bits), a date is the text of a calendar day (never an instant in some zone). For these pools only. */
const exactTypes: NonNullable<PoolConfig['types']> = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format === 'binary') return types.getTypeParser(oid, format) as unknown;
    if (oid === INT8) return BigInt;
    if (oid === DATE) return String;
    if (oid === INT8_ARRAY) return bigintArray;
    return types.getTypeParser(oid, 'text') as unknown;
  }) as typeof types.getTypeParser,
};

function bigintArray(text: string): (bigint | null)[] {
  const parse = types.getTypeParser(TEXT_ARRAY, 'text') as (text: string) => (string | null)[];
  return parse(text).map((item) => (item === null ? null : BigInt(item)));
}
