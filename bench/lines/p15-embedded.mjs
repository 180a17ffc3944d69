import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { drive, interleave, lessThan, line, sleep, summary, twoEvents } from '../lib.mjs';
import { databaseOn, openOurs } from '../server.mjs';

const FIRST_S = 5;
const NEXT_S = 1;
const NOBODY = 65_534;
/** The schema needs what roles can do since then. */
const OLDEST = 16;

/** The PostgreSQL that is installed here; null when there is none. */
function installed() {
  try {
    const name = execFileSync('postgres', ['--version'], { encoding: 'utf8' }).trim();
    return { name, serves: Number(/\d+/.exec(name)?.[0]) >= OLDEST };
  } catch {
    return null;
  }
}

/** The installed server with the settings of the embedded one, on a folder of its own. PostgreSQL refuses to run as root: then as nobody. */
async function startInstalled() {
  const folder = await mkdtemp(join(tmpdir(), 'mes-bench-installed-'));
  const root = process.getuid?.() === 0;
  const as = root ? { uid: NOBODY, gid: NOBODY } : {};
  if (root) await chown(folder, NOBODY, NOBODY);
  const data = join(folder, 'data');
  execFileSync('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale', 'C', '--data-checksums'], {
    ...as,
    cwd: folder,
    stdio: 'ignore',
  });
  const port = await freePort();
  const options = [
    '-p',
    port,
    '-k',
    folder,
    '-h',
    '127.0.0.1',
    '-c',
    'shared_buffers=1GB',
    '-c',
    'max_wal_size=8GB',
    '-c',
    'checkpoint_timeout=30min',
  ];
  const server = spawn('postgres', ['-D', data, ...options.map(String)], { ...as, cwd: folder, stdio: 'ignore' });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await answering(url, server);
  return {
    url,
    stop: async () => {
      server.kill('SIGINT');
      await once(server, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort() {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address();
  taken.close();
  await once(taken, 'close');
  return port;
}

async function answering(url, server) {
  for (let tries = 0; tries < 300 && server.exitCode === null; tries++) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await client.end();
    } catch {
      await sleep(100);
    }
  }
  throw new Error('the installed PostgreSQL did not start');
}

/** Appends a second on the embedded and on the installed server, in turns. */
async function appends(server, { seconds, rounds }) {
  const other = await startInstalled();
  const stores = {
    embedded: await openOurs(server, 'embedded'),
    installed: await openOurs({ database: (name) => databaseOn(other.url, name) }, 'installed'),
  };
  const append = (store) => async () => {
    const { outcome } = await store.append(twoEvents());
    if (outcome !== 'written') throw new Error(outcome);
  };
  const rate =
    ({ store }) =>
    async () =>
      (await drive(32, seconds, append(store))).rate * 2;
  for (const { store } of Object.values(stores)) await drive(32, 1, append(store));
  const measured = await interleave(rounds, { embedded: rate(stores.embedded), installed: rate(stores.installed) });
  for (const store of Object.values(stores)) await store.close();
  await other.stop();
  return measured;
}

/** P15: how long the embedded PostgreSQL takes to start, with a new folder and with its own; and its appends beside those of an installed one. */
export async function embeddedLines(server, settings) {
  const { rounds } = settings;
  const { startEmbeddedPostgres } = await import(new URL('../../dist/infrastructure/postgres/embedded/launcher.js', import.meta.url).href);
  const seconds = { first: [], next: [] };
  for (let round = 0; round < rounds; round++) {
    const folder = await mkdtemp(join(tmpdir(), 'mes-bench-start-'));
    await chmod(folder, 0o711);
    for (const which of ['first', 'next']) {
      const started = performance.now();
      const own = await startEmbeddedPostgres({ stateDir: join(folder, 'state') });
      seconds[which].push((performance.now() - started) / 1_000);
      await own.stop();
    }
    await rm(folder, { recursive: true, force: true });
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  const bar = (limit) => summary([limit]);
  const found = installed();
  const measured = found?.serves ? await appends(server, settings) : null;
  const against = measured && [
    line('P15', 'append, 32 in flight, embedded (events)', measured.embedded, `${found.name}, installed`, measured.installed, 0.85),
  ];
  return {
    lines: [
      line(
        'P15',
        'first start of the embedded PostgreSQL',
        summary(seconds.first),
        'what may be waited for',
        bar(FIRST_S),
        lessThan(1),
        ' s',
      ),
      line('P15', 'every start after it', summary(seconds.next), 'what may be waited for', bar(NEXT_S), lessThan(1), ' s'),
      ...(against ?? []),
    ],
    notes:
      measured === null
        ? [
            `P15: appends against an installed server: no installed server${found === null ? '' : ` that the schema runs on (${found.name})`}`,
          ]
        : [],
  };
}
