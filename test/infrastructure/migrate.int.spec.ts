import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/infrastructure/postgres/embedded/launcher.js';
import { migrate } from '../../src/infrastructure/postgres/migrate.js';
import { DeadlinesOfASpace1795305600028 } from '../../src/infrastructure/postgres/migrations/0028-deadlines-of-a-space.js';
import { migrations } from '../../src/infrastructure/postgres/migrations.js';
import { openPools, type Pools } from '../../src/infrastructure/postgres/pools.js';
import { DATABASE_ROLES, ERASER_ROLE, type RuntimeRole } from '../../src/infrastructure/postgres/roles.js';
import { connected, emptyDatabase, freshDatabase, type TestDatabase } from '../support/database.js';

const applied = async ({ url }: Pick<TestDatabase, 'url'>): Promise<string[]> =>
  connected(url, async (client) =>
    (await client.query<{ name: string }>('SELECT name FROM schema_migration ORDER BY id')).rows.map(({ name }) => name),
  );

const all = migrations.map(({ name }) => name);
const RUNTIME_ROLES: readonly RuntimeRole[] = ['mes_writer', 'mes_projector', 'mes_reader', 'mes_vault', 'mes_sealer'];

describe('migrating', () => {
  const databases: TestDatabase[] = [];
  const empty = async (): Promise<TestDatabase> => {
    const database = await emptyDatabase();
    databases.push(database);
    return database;
  };
  afterAll(async () => void (await Promise.all(databases.map((database) => database.drop()))));

  it('does each step once, in the order of the list', async () => {
    const database = await empty();
    await migrate(database.url);
    expect(await applied(database)).toEqual(all);
    await migrate(database.url);
    expect(await applied(database)).toEqual(all);
  });

  it('only looks where nothing is to be done: it waits for nobody who migrates', async () => {
    const database = await empty();
    await migrate(database.url);
    await connected(database.url, async (client) => {
      await client.query('SELECT pg_advisory_lock(7430001)');
      await migrate(database.url);
    });
    await connected(database.url, (client) =>
      client.query('DELETE FROM schema_migration WHERE name = $1', [DeadlinesOfASpace1795305600028.name]),
    );
    // It cannot run twice: that it is tried shows that it was looked for.
    await expect(migrate(database.url)).rejects.toThrow(/already exists/);
  });

  it("gives temporary tables to the roles that make them where they are not everybody's right", async () => {
    const database = await empty();
    const may = await connected(database.url, async (client) => {
      await client.query(`DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$`);
      await migrate(database.url);
      const question = `SELECT has_database_privilege(role, current_database(), 'TEMPORARY') AS may FROM unnest($1::text[]) AS r(role)`;
      return (await client.query<{ may: boolean }>(question, [['mes_writer', 'mes_reader', 'mes_vault', 'mes_sealer']])).rows.map(
        (row) => row.may,
      );
    });
    expect(may).toEqual([false, true, true, true]);
  });

  it('lets four instances start together on one database', async () => {
    const database = await empty();
    await Promise.all([1, 2, 3, 4].map(() => migrate(database.url)));
    expect(await applied(database)).toEqual(all);
  });
});

/** A server of its own: only there do the roles not exist yet. The login has the rights that a managed server gives. */
describe('a login that is no superuser', () => {
  const NAMES = ['one', 'two', 'three', 'four', 'five', 'six'];
  let stateDir: string;
  let server: EmbeddedPostgres;
  const urlOf = (login: string, database: string): string => {
    const url = new URL(server.url);
    return Object.assign(url, { username: login, password: 'plain', pathname: `/${database}` }).toString();
  };
  const asAdmin = async (...statements: string[]): Promise<void> =>
    connected(server.url, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  const mayBecome = async (login: string): Promise<unknown[]> =>
    connected(urlOf(login, 'one'), async (client) => {
      const question = `SELECT name, pg_has_role(current_user, name, 'SET') AS becomes, pg_has_role(current_user, name, 'USAGE') AS inherits
                        FROM unnest($1::text[]) AS name`;
      return (await client.query(question, [[...DATABASE_ROLES]])).rows;
    });
  const mayErase = async (login: string): Promise<unknown> =>
    connected(urlOf(login, 'one'), async (client) => {
      const { rows } = await client.query<{ may: boolean }>(`SELECT pg_has_role(current_user, '${ERASER_ROLE}', 'SET') AS may`);
      return rows[0]?.may;
    });
  const onlyBecomes = DATABASE_ROLES.map((name) => ({ name, becomes: true, inherits: false }));

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'mes-migrate-'));
    await chmod(stateDir, 0o711);
    server = await startEmbeddedPostgres({ stateDir, settings: { shared_buffers: '32MB' } });
    await asAdmin("CREATE ROLE first LOGIN CREATEROLE PASSWORD 'plain'", "CREATE ROLE second LOGIN PASSWORD 'plain'");
  });
  afterAll(async () => {
    await server.stop();
    await rm(dirname(server.dataDirectory), { recursive: true });
    await rm(stateDir, { recursive: true, force: true });
  });

  it('migrates several databases of a new server at the same moment, and may become each role without inheriting its rights', async () => {
    await asAdmin(...NAMES.map((name) => `CREATE DATABASE ${name} OWNER first`));
    await Promise.all(NAMES.map((name) => migrate(urlOf('first', name))));
    for (const name of NAMES) expect(await applied({ url: urlOf('first', name) })).toEqual(all);
    expect(await mayBecome('first')).toEqual(onlyBecomes);
    expect(await mayErase('first')).toBe(false);
  });

  it('does so with roles that an administrator made before', async () => {
    await asAdmin(...[...DATABASE_ROLES, ERASER_ROLE].map((role) => `GRANT ${role} TO second WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`));
    await asAdmin(...NAMES.flatMap((name) => [`DROP DATABASE ${name}`, `CREATE DATABASE ${name} OWNER second`]));
    await Promise.all(NAMES.map((name) => migrate(urlOf('second', name))));
    for (const name of NAMES) expect(await applied({ url: urlOf('second', name) })).toEqual(all);
    expect(await mayBecome('second')).toEqual(onlyBecomes);
    expect(await mayErase('second')).toBe(false);
  });
});

describe('the roles', () => {
  let database: TestDatabase;
  let pools: Pools;
  beforeAll(async () => {
    database = await freshDatabase();
    pools = openPools(database.url, { sizes: { mes_writer: 2 }, applicationName: 'mes-test' });
  });
  afterAll(async () => {
    await pools.close();
    await database.drop();
  });

  it('can neither log in nor administer anything', async () => {
    const { rows } = await connected(database.url, (client) =>
      client.query(
        `SELECT rolname, rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS may
         FROM pg_roles WHERE rolname = ANY($1) ORDER BY rolname`,
        [[...DATABASE_ROLES]],
      ),
    );
    expect(rows).toEqual([...DATABASE_ROLES].sort().map((rolname) => ({ rolname, may: false })));
  });

  it('are members of no other role', async () => {
    const { rows } = await connected(database.url, (client) =>
      client.query('SELECT member::regrole FROM pg_auth_members WHERE member = ANY($1::regrole[]::oid[])', [[...DATABASE_ROLES]]),
    );
    expect(rows).toEqual([]);
  });

  describe.each(RUNTIME_ROLES)('%s', (role) => {
    it('is what every connection of its pool runs under, by name', async () => {
      const { rows } = await pools.pool(role).query("SELECT current_user::text AS who, current_setting('application_name') AS name");
      expect(rows).toEqual([{ who: role, name: `mes-test:${role}` }]);
    });

    it.each([
      ['make a table', 'CREATE TABLE public.mine (x int)'],
      ['make a schema', 'CREATE SCHEMA mine'],
      ['make a role', 'CREATE ROLE mes_intruder'],
      ['read the passwords of the server', 'SELECT rolpassword FROM pg_authid'],
      ['read files of the server', "SELECT pg_read_file('postgresql.conf')"],
      ['rewrite the list of migrations', 'DELETE FROM public.schema_migration'],
    ])('cannot %s', async (_what, statement) => {
      await expect(pools.pool(role).query(statement)).rejects.toMatchObject({ code: '42501' });
    });
  });

  it('are kept when a connection is reset', async () => {
    const client = await pools.pool('mes_writer').connect();
    try {
      await client.query('RESET ROLE');
      expect((await client.query('SELECT current_user::text AS who')).rows).toEqual([{ who: 'mes_writer' }]);
    } finally {
      client.release();
    }
  });

  it('win over the options of the URL', async () => {
    const url = new URL(database.url);
    url.searchParams.set('options', '-c role=none -c work_mem=5MB');
    const others = openPools(url.toString());
    try {
      const { rows } = await others.pool('mes_reader').query("SELECT current_user::text AS who, current_setting('work_mem') AS memory");
      expect(rows).toEqual([{ who: 'mes_reader', memory: '5MB' }]);
    } finally {
      await others.close();
    }
  });

  it('give numbers of 64 bits whole, and calendar days as they are written', async () => {
    const { rows } = await pools
      .pool('mes_reader')
      .query("SELECT 9007199254740993::int8 AS one, ARRAY[9007199254740993, NULL]::int8[] AS many, '2026-03-29'::date AS day");
    expect(rows).toEqual([{ one: 9007199254740993n, many: [9007199254740993n, null], day: '2026-03-29' }]);
  });

  it('leave the parsers of other connections alone', async () => {
    const { rows } = await connected(database.url, (client) => client.query('SELECT 1::int8 AS one'));
    expect(rows).toEqual([{ one: '1' }]);
  });
});
