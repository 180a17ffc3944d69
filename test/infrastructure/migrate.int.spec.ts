import { migrations } from '../../src/infrastructure/postgres/data-source.js';
import { migrate } from '../../src/infrastructure/postgres/migrate.js';
import { openPools, type Pools } from '../../src/infrastructure/postgres/pools.js';
import { DATABASE_ROLES, type RuntimeRole } from '../../src/infrastructure/postgres/roles.js';
import { connected, emptyDatabase, freshDatabase, type TestDatabase } from '../support/database.js';

const applied = async ({ url }: TestDatabase): Promise<string[]> =>
  connected(url, async (client) =>
    (await client.query<{ name: string }>('SELECT name FROM schema_migration ORDER BY id')).rows.map(({ name }) => name),
  );

const all = migrations.map(({ name }) => name);
const RUNTIME_ROLES: readonly RuntimeRole[] = ['mes_writer', 'mes_projector', 'mes_reader', 'mes_vault'];

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

  it('lets four instances start together on one database', async () => {
    const database = await empty();
    await Promise.all([1, 2, 3, 4].map(() => migrate(database.url)));
    expect(await applied(database)).toEqual(all);
  });

  it('lets databases of one server be migrated at the same moment, by a login that is no superuser', async () => {
    const three = await Promise.all([empty(), empty(), empty()]);
    const login = await plainLogin(three);
    try {
      await Promise.all(login.urls.map((url) => migrate(url)));
      for (const database of three) expect(await applied(database)).toEqual(all);
      const { rows } = await connected(login.urls[0]!, (client) =>
        client.query(
          "SELECT pg_has_role(current_user, 'mes_writer', 'SET') AS may_become, pg_has_role(current_user, 'mes_writer', 'USAGE') AS inherits",
        ),
      );
      expect(rows).toEqual([{ may_become: true, inherits: false }]);
    } finally {
      await Promise.all(three.map((database) => database.drop()));
      databases.splice(0, databases.length, ...databases.filter((database) => !three.includes(database)));
      await login.drop();
    }
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

/** A login with the rights that a managed server gives: it may create roles, and owns its databases. */
async function plainLogin(databases: readonly TestDatabase[]): Promise<{ urls: string[]; drop(): Promise<void> }> {
  const name = `mes_login_${process.pid}`;
  const asAdmin = async (statement: string): Promise<unknown> =>
    connected(process.env['TEST_POSTGRES_URL']!, (client) => client.query(statement));
  await asAdmin(`CREATE ROLE ${name} LOGIN CREATEROLE PASSWORD 'plain'`);
  for (const role of DATABASE_ROLES) await asAdmin(`GRANT ${role} TO ${name} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`);
  const urls = await Promise.all(
    databases.map(async (database) => {
      const url = new URL(database.url);
      await asAdmin(`ALTER DATABASE ${url.pathname.slice(1)} OWNER TO ${name}`);
      url.username = name;
      url.password = 'plain';
      return url.toString();
    }),
  );
  const drop = async (): Promise<void> => {
    for (const role of DATABASE_ROLES) await asAdmin(`REVOKE ${role} FROM ${name} CASCADE`);
    await asAdmin(`DROP ROLE ${name}`);
  };
  return { urls, drop };
}
