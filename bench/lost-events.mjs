import pg from 'pg';
import { newStream, now, sleep, twoEvents } from './lib.mjs';
import { asOwner, openOurs } from './server.mjs';

const WRITERS = 32;

/** What most stores do: an identity column, and a reader that remembers the last position it saw. */
async function naive(url, seconds) {
  const pool = new pg.Pool({ connectionString: url, max: WRITERS + 1 });
  await pool.query('CREATE TABLE naive (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream text NOT NULL)');
  const seen = new Set();
  let writing = true;
  const reader = (async () => {
    for (let last = '0'; ;) {
      const { rows } = await pool.query('SELECT position FROM naive WHERE position > $1 ORDER BY position LIMIT 1000', [last]);
      for (const { position } of rows) seen.add((last = position));
      if (rows.length === 0 && !writing) return;
      if (rows.length === 0) await sleep(1);
    }
  })();
  await delayedCommits(pool, seconds, (client) => client.query('INSERT INTO naive (stream) VALUES ($1), ($1)', [newStream()]));
  await sleep(300);
  writing = false;
  await reader;
  const { rows } = await pool.query('SELECT count(*)::int AS stored FROM naive');
  await pool.end();
  return { stored: rows[0].stored, lost: rows[0].stored - seen.size };
}

async function delayedCommits(pool, seconds, write) {
  const started = now();
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, i) => {
      for (let n = 0; now() - started < seconds; n++) {
        const client = await pool.connect();
        await client.query('BEGIN');
        await write(client);
        if ((n + i) % 5 === 0) await sleep((n * 7 + i) % 10);
        await client.query('COMMIT');
        client.release();
      }
    }),
  );
}

/** P12: 32 writers, every fifth commit held back up to 10 ms; a subscriber that follows must get every event once. */
export async function lostEvents(server, { seconds }) {
  const other = await naive(await server.database('naive'), seconds);
  const ours = await openOurs(server, 'lost');
  const holder = await asOwner(ours.url);
  const seen = new Map();
  const subscription = ours.store.subscribe(0n, [], async ({ events }) => {
    for (const { stream, rev } of events) seen.set(`${stream}@${rev}`, (seen.get(`${stream}@${rev}`) ?? 0) + 1);
  });
  const started = now();
  let running = true;
  // The head is held back as a slow commit would hold it.
  const slowCommits = (async () => {
    for (let n = 0; running; n++) {
      await holder.query('BEGIN; SELECT position FROM log.head FOR UPDATE');
      await sleep((n * 7) % 10);
      await holder.query('COMMIT');
      await sleep(5);
    }
  })();
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      while (now() - started < seconds) await ours.store.append(twoEvents());
    }),
  );
  running = false;
  await slowCommits;
  const head = Number(await ours.store.head());
  for (let waited = 0; seen.size < head && waited < 100; waited++) await sleep(50);
  await subscription.stop();
  await holder.end();
  await ours.close();
  const doubled = [...seen.values()].filter((times) => times > 1).length;
  return { stored: head, lost: head - seen.size, doubled, naive: other };
}
