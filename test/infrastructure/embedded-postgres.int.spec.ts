import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { ownAccount, runsAsRoot, serviceAccount } from '../../src/infrastructure/postgres/embedded/account.js';
import { binaryPackage, runnableBinaries } from '../../src/infrastructure/postgres/embedded/binaries.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/infrastructure/postgres/embedded/launcher.js';
import { beginningOf, commandLineOf } from '../../src/infrastructure/postgres/embedded/process-table.js';
import { lockState } from '../../src/infrastructure/postgres/embedded/state-lock.js';
import { migrate } from '../../src/infrastructure/postgres/migrate.js';
import { openPools } from '../../src/infrastructure/postgres/pools.js';
import { makeCertificates } from '../kurrentdb/certificates.js';
import { connected } from '../support/database.js';
import { eventually } from '../support/read-side.js';

type Started = Pick<EmbeddedPostgres, 'url' | 'pid' | 'dataDirectory'>;

/** Small, and trying to open the door wider than it goes. */
const SETTINGS = { shared_buffers: '32MB', listen_addresses: '*', unix_socket_directories: '/tmp' };
const folders = new Set<string>();
const children = new Set<ChildProcess>();

/** A state folder nobody else may enter, as under a closed home; what a test leaves is removed at the end. */
async function closedFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mes-embedded-'));
  await chmod(folder, 0o700);
  folders.add(folder);
  return folder;
}

async function openFolder(): Promise<string> {
  const folder = await closedFolder();
  await chmod(folder, 0o711);
  return folder;
}

async function start(stateDir: string, log?: (line: string) => void): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ stateDir, settings: SETTINGS, ...(log ? { log } : {}) });
  folders.add(dirname(server.dataDirectory));
  return server;
}

async function startInChild(stateDir: string): Promise<{ started: Started; killNode: () => Promise<void> }> {
  const script = join(process.cwd(), 'test/support/embedded-child.mjs');
  const child = spawn(process.execPath, [script, stateDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const started = JSON.parse(line) as Started;
  folders.add(dirname(started.dataDirectory));
  const killNode = async (): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { started, killNode };
}

const setting = async (url: string, name: string): Promise<string> =>
  connected(url, async (client) => (await client.query<Record<string, string>>(`SHOW ${name}`)).rows[0]![name]!);

const store = async (url: string, word: string): Promise<unknown> =>
  connected(url, async (client) => {
    await client.query('CREATE TABLE IF NOT EXISTS kept (word text)');
    return client.query('INSERT INTO kept VALUES ($1)', [word]);
  });

const stored = async (url: string): Promise<string[]> =>
  connected(url, async (client) =>
    (await client.query<{ word: string }>('SELECT word FROM kept ORDER BY word')).rows.map(({ word }) => word),
  );

async function answers(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port, timeout: 2_000 });
  try {
    return await new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      for (const event of ['error', 'timeout']) socket.once(event, () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

describe('a running embedded server', () => {
  let server: EmbeddedPostgres;
  let stateDir: string;
  const lines: string[] = [];

  beforeAll(async () => {
    stateDir = await openFolder();
    const began = performance.now();
    server = await start(stateDir, (line) => lines.push(line));
    process.stdout.write(`embedded PostgreSQL: first start in ${(performance.now() - began).toFixed(0)} ms\n`);
  });
  afterAll(() => server.stop());

  it.each([
    ['data_checksums', 'on'],
    ['fsync', 'on'],
    ['full_page_writes', 'on'],
    ['TimeZone', 'UTC'],
    ['password_encryption', 'scram-sha-256'],
    ['listen_addresses', '127.0.0.1'],
    ['unix_socket_directories', ''],
    ['max_connections', '100'],
    ['log_min_error_statement', 'panic'],
  ])('runs with %s = %s', async (name, value) => {
    expect(await setting(server.url, name)).toBe(value);
  });

  it('takes settings over its own, but for its address', async () => {
    expect(await setting(server.url, 'shared_buffers')).toBe('32MB');
  });

  it('sorts by code point, on every machine alike', async () => {
    const query = "SELECT datlocprovider AS provider, datlocale AS locale FROM pg_database WHERE datname = 'postgres'";
    const { rows } = await connected(server.url, (client) => client.query(query));
    expect(rows).toEqual([{ provider: 'b', locale: 'C.UTF-8' }]);
  });

  it('is reached on 127.0.0.1 and on no other address of the machine', async () => {
    const port = Number(new URL(server.url).port);
    const others = Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
    const reached = await Promise.all(['127.0.0.2', ...others].map(async (host) => [host, await answers(host, port)] as const));
    expect(reached.filter(([, does]) => does).map(([host]) => host)).toEqual(['127.0.0.1']);
  });

  it('opens only with its password', async () => {
    const wrong = new URL(server.url);
    wrong.password = 'guess';
    await expect(connected(wrong.toString(), async () => undefined)).rejects.toThrow('password authentication failed');
  });

  it('keeps its password in a file that only its owner reads, out of the command line, our lines and its own log', async () => {
    const { password } = new URL(server.url);
    const home = dirname(server.dataDirectory);
    expect((await stat(join(home, 'password'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(home, 'password'), 'utf8')).toBe(password);
    expect(await commandLineOf(server.pid)).not.toContain(password);
    expect(lines.join('\n')).not.toContain(password);
    expect(await readFile(join(home, 'server.log'), 'utf8')).not.toContain(password);
  });

  it('writes no value of a failed statement into its log', async () => {
    const insertTwice = connected(server.url, async (client) => {
      await client.query('CREATE TABLE once (word text PRIMARY KEY)');
      await client.query("INSERT INTO once VALUES ('canary')");
      await client.query("INSERT INTO once VALUES ('canary')");
    });
    await expect(insertTwice).rejects.toThrow('duplicate key');
    const log = await readFile(join(dirname(server.dataDirectory), 'server.log'), 'utf8');
    expect(log).toContain('duplicate key');
    expect(log).not.toContain('canary');
  });

  it('never runs as root', async () => {
    const { uid } = await stat(join(server.dataDirectory, 'postmaster.pid'));
    expect(uid).not.toBe(0);
    expect(uid).toBe(runsAsRoot() ? (await serviceAccount()).uid : process.getuid!());
  });

  it('refuses a second starter on the same state folder, and names the process that holds it', async () => {
    await expect(start(stateDir)).rejects.toThrow(`in use by process ${process.pid}`);
    expect(await setting(server.url, 'data_checksums')).toBe('on');
  });
});

describe('a server with a certificate', () => {
  it('is believed by the pools when its authority is the one that is named, and by nobody else', async () => {
    const stateDir = await openFolder();
    const server = await start(stateDir);
    const [its, strange] = [await makeCertificates(), await makeCertificates()];
    const { uid, gid } = await stat(server.dataDirectory);
    for (const [name, text] of [
      ['server.crt', its.cert],
      ['server.key', its.key],
    ] as const) {
      const path = join(server.dataDirectory, name);
      await writeFile(path, text, { mode: 0o600 });
      await chown(path, uid, gid);
    }
    await migrate(server.url);
    await connected(server.url, async (client) => {
      await client.query('ALTER SYSTEM SET ssl = on');
      await client.query('SELECT pg_reload_conf()');
    });
    const asked = async (ca: string): Promise<unknown> => {
      const path = join(stateDir, 'ca.crt');
      await writeFile(path, ca);
      const pools = openPools(`${server.url}?sslmode=verify-full&sslrootcert=${path}`);
      try {
        const { rows } = await pools.pool('mes_reader').query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        // Only who logged in is shown how.
        const shown = 'SELECT ssl FROM pg_stat_ssl WHERE pid = $1';
        return await connected(server.url, async (client) => (await client.query<{ ssl: boolean }>(shown, [rows[0]?.pid])).rows);
      } finally {
        await pools.close();
      }
    };
    await eventually(async () => expect(await setting(server.url, 'ssl')).toBe('on'));
    expect(await asked(its.ca)).toEqual([{ ssl: true }]);
    await expect(asked(strange.ca)).rejects.toThrow(/certificate/);
    await server.stop();
  });
});

describe('starting again', () => {
  it('finds the data of the last run, after a stop and after a power cut', async () => {
    const stateDir = await openFolder();
    const first = await start(stateDir);
    await store(first.url, 'first');
    await first.stop();
    const began = performance.now();
    const second = await start(stateDir);
    process.stdout.write(`embedded PostgreSQL: next start in ${(performance.now() - began).toFixed(0)} ms\n`);
    await store(second.url, 'second');
    await second.kill();
    const third = await start(stateDir);
    expect(await stored(third.url)).toEqual(['first', 'second']);
    await third.stop();
  });

  it('recovers from kill -9 of Node: the orphaned server is ended, nothing acknowledged is lost', async () => {
    const stateDir = await openFolder();
    const { started, killNode } = await startInChild(stateDir);
    await store(started.url, 'acknowledged');
    await killNode();
    expect(await commandLineOf(started.pid)).toContain(started.dataDirectory);

    const again = await start(stateDir);
    expect(await commandLineOf(started.pid)).not.toContain(started.dataDirectory);
    expect(await stored(again.url)).toEqual(['acknowledged']);
    await again.stop();
  });

  it('a server that is killed beside us is started again on its port, with what it had acknowledged, and somebody is told', async () => {
    const stateDir = await openFolder();
    const alarms: string[] = [];
    const server = await startEmbeddedPostgres({ stateDir, settings: SETTINGS, alarm: (reason) => alarms.push(reason) });
    folders.add(dirname(server.dataDirectory));
    await store(server.url, 'acknowledged');
    const former = server.pid;
    process.kill(former, 'SIGKILL');
    await eventually(async () => expect(await stored(server.url)).toEqual(['acknowledged']), 60_000);
    expect(server.pid).not.toBe(former);
    expect(alarms).toEqual(['the embedded PostgreSQL ended by itself (signal SIGKILL) and is being started again']);
    await server.stop();
    expect(await commandLineOf(server.pid)).toBe('');
  });

  it('refuses while another process holds the state folder', async () => {
    const stateDir = await openFolder();
    const { started, killNode } = await startInChild(stateDir);
    await expect(start(stateDir)).rejects.toThrow(/in use by process \d+/);
    expect(await setting(started.url, 'data_checksums')).toBe('on');
    await killNode();
    await (await start(stateDir)).stop();
  });

  it('lets exactly one of many take over a lock whose process is gone', async () => {
    const path = join(await closedFolder(), 'lock');
    await writeFile(`${path}.1`, JSON.stringify({ pid: process.ppid, began: 'long ago' }));
    for (let round = 2; round < 30; round += 1) {
      const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockState(path)));
      const won = tries.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      expect(won).toHaveLength(1);
      expect(await readdir(dirname(path))).toEqual([`lock.${round}`]);
      await won[0]!.release();
    }
  });

  it('takes a lock over whose process id now belongs to somebody else', async () => {
    const stateDir = await openFolder();
    await writeFile(join(stateDir, 'postgres.lock.7'), JSON.stringify({ pid: process.ppid, began: 'long ago' }));
    await (await start(stateDir)).stop();
  });

  it('never ends a process that is not its server, whatever postmaster.pid says', async () => {
    const stateDir = await openFolder();
    const first = await start(stateDir);
    const pidFile = join(first.dataDirectory, 'postmaster.pid');
    const text = await readFile(pidFile, 'utf8');
    const { uid, gid } = await stat(pidFile);
    await first.stop();
    // A stranger of the same account: PostgreSQL alone would take him for a running server.
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore', ...(runsAsRoot() ? { uid, gid } : {}) });
    children.add(stranger);
    const began = await beginningOf(stranger.pid!);
    await writeFile(pidFile, [String(stranger.pid), ...text.split('\n').slice(1)].join('\n'), { mode: 0o600 });
    await chown(pidFile, uid, gid);
    const second = await start(stateDir);
    expect(began).not.toBe('');
    expect(await beginningOf(stranger.pid!)).toBe(began);
    await second.stop();
  });

  it('begins the cluster anew when its creation was cut off', async () => {
    const stateDir = await openFolder();
    const first = await start(stateDir);
    await first.stop();
    const home = dirname(first.dataDirectory);
    await rename(first.dataDirectory, join(home, 'draft-of-yesterday'));
    const second = await start(stateDir);
    expect((await readdir(home)).sort()).toEqual(['data', 'password', 'server.log', 'server.log.previous']);
    await second.stop();
  });

  it('says which file is missing when the password is gone, and lets go of the folder', async () => {
    const stateDir = await openFolder();
    const first = await start(stateDir);
    await first.stop();
    const passwordFile = join(dirname(first.dataDirectory), 'password');
    await rm(passwordFile);
    await expect(start(stateDir)).rejects.toThrow(passwordFile);
    await (await lockState(join(stateDir, 'postgres.lock'))).release();
  });
});

describe('under a home closed to others', () => {
  it('starts, and finds its data again', async () => {
    const stateDir = join(await closedFolder(), 'state');
    const first = await start(stateDir);
    await store(first.url, 'kept');
    await first.stop();
    const second = await start(stateDir);
    expect(second.dataDirectory).toBe(first.dataDirectory);
    expect(await stored(second.url)).toEqual(['kept']);
    await second.stop();
  });

  it('copies binaries that the account cannot run in place, and makes the links that a skipped install script left out', async () => {
    const home = await closedFolder();
    const packageFolder = join(home, 'package');
    await cp(binaryPackage(), packageFolder, { recursive: true, verbatimSymlinks: true });
    const { version, ...rest } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
    const marked = `${version}-${process.pid}`;
    await writeFile(join(packageFolder, 'package.json'), JSON.stringify({ ...rest, version: marked }));
    const links = JSON.parse(await readFile(join(packageFolder, 'native/pg-symlinks.json'), 'utf8')) as { target: string }[];
    for (const { target } of links) await rm(join(packageFolder, target), { force: true });

    const account = runsAsRoot() ? await serviceAccount() : ownAccount();
    const lines: string[] = [];
    const found = await runnableBinaries(packageFolder, account, (line) => lines.push(line));
    const copy = dirname(dirname(dirname(found.postgres)));
    folders.add(copy);
    expect(copy).toContain(marked);
    expect(lines).toHaveLength(1);
    expect(await runnableBinaries(packageFolder, account, (line) => lines.push(line))).toEqual(found);
    expect(lines).toHaveLength(1);

    await chmod(copy, 0o777);
    await expect(runnableBinaries(packageFolder, account, () => undefined)).rejects.toThrow('was not made by this user');
  });
});

it('says to set DATABASE_URL on a machine without binaries', () => {
  expect(() => binaryPackage('plan9', 'mips')).toThrow(/plan9-mips.*DATABASE_URL/);
});
