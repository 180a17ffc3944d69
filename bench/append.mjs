import pg from 'pg';
import { drive, eventBytes, interleave, line, newStream, sleep, twoEvents } from './lib.mjs';
import { emmett, messageDb } from './peers.mjs';
import { Spending } from './processor-time.mjs';
import { openOurs } from './server.mjs';
import { Waits } from './waits.mjs';

const ROWS = 1_000;
const BINARY = `unnest of ${ROWS}, arrays in binary as ours`;
const TEXT = `unnest of ${ROWS}, arrays as the driver writes them`;

/** The same events into a table of the same shape by one plain statement after the other: what PostgreSQL can take. */
async function unnestLimit(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE SCHEMA bare; CREATE TABLE bare.tiny (n int); CREATE TABLE bare.event (LIKE log.event INCLUDING DEFAULTS INCLUDING STORAGE, PRIMARY KEY (stream, rev)) PARTITION BY HASH (stream);
    DO $$ BEGIN FOR i IN 0..15 LOOP EXECUTE format('CREATE TABLE bare.e%s PARTITION OF bare.event FOR VALUES WITH (MODULUS 16, REMAINDER %s)', i, i);
      EXECUTE format('CREATE UNIQUE INDEX ON bare.e%s (position)', i); END LOOP; END $$`);
  const { byteaArray, bigintArray, integerArray, textArray } = await import(
    new URL('../dist/infrastructure/eventstore/postgres/binary-array.js', import.meta.url).href
  );
  const binary = [bigintArray, bigintArray, integerArray, textArray, byteaArray, byteaArray];
  let position = 0;
  /** Two events for each of many streams, nothing checked. `encodings`: of the six columns; none leaves them to the driver. */
  const insert = async (streams, encodings) => {
    const at = Date.now();
    const rows = Array.from({ length: streams }, newStream).flatMap((stream) =>
      [0, 1].map((rev) => ({ stream, rev, ...eventBytes(stream, rev, at) })),
    );
    const columns = [
      rows.map(() => ++position),
      rows.map(() => at),
      rows.map(({ rev }) => rev),
      rows.map(({ stream }) => stream),
      rows.map(({ header }) => header),
      rows.map(({ body }) => body),
    ];
    await client.query({
      name: 'bare',
      text: 'INSERT INTO bare.event (position, at, rev, stream, header, body) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::text[], $5::bytea[], $6::bytea[])',
      values: encodings ? columns.map((column, i) => encodings[i](column)) : columns,
    });
  };
  return {
    insert: () => insert(ROWS / 2, binary),
    insertAsText: () => insert(ROWS / 2),
    insertTwo: () => insert(1, binary),
    async commit() {
      await client.query({ name: 'tiny', text: 'INSERT INTO bare.tiny VALUES (1)' });
    },
    close: () => client.end(),
  };
}

/** What each case is called in the note about processor time. */
const CASES = {
  at32: 'ours, 32 in flight',
  at512: 'ours, 512 in flight',
  alone: 'ours, alone',
  unnest: 'unnest in binary',
  unnestText: 'unnest as the driver writes it',
  emmett: 'emmett-postgresql',
  messageDb: 'message-db',
  commits: 'smallest commits (one row each)',
  bare: 'two events inserted bare',
};

/** P1, P2, P3: appends of two events to new streams, against plain inserts, against peers, against empty commits; and the processor time of each. */
export async function appendLines(server, { seconds, rounds, only, waits }) {
  const ours = await openOurs(server, 'append');
  const limit = await unnestLimit(ours.url);
  const peers = [await emmett(server), await messageDb(server)];
  const [ofEmmett, ofMessageDb] = peers;
  const append = async () => {
    const { outcome } = await ours.store.append(twoEvents());
    if (outcome !== 'written') throw new Error(outcome);
  };
  const spending = Object.fromEntries(Object.keys(CASES).map((name) => [name, new Spending(server.pid)]));
  const watched = Object.fromEntries(Object.keys(CASES).map((name) => [name, new Waits(server.url)]));
  const events = (name, perCommand, inFlight, once) => {
    const work = () => spending[name].timed(async () => (await drive(inFlight, seconds, once)).calls * perCommand);
    return waits ? watched[name].during(work) : work();
  };
  await drive(32, 1, append);
  for (const peer of peers) await drive(8, 1, peer.append);
  const measured = await interleave(rounds, {
    unnest: () => events('unnest', ROWS, 1, limit.insert),
    unnestText: () => events('unnestText', ROWS, 1, limit.insertAsText),
    emmett: () => events('emmett', 2, 32, ofEmmett.append),
    messageDb: () => events('messageDb', 2, 32, ofMessageDb.append),
    at32: () => events('at32', 2, 32, append),
    at512: () => events('at512', 2, 512, append),
    commits: () => events('commits', 1, 1, limit.commit),
    bare: () => events('bare', 1, 1, limit.insertTwo),
    alone: () => events('alone', 1, 1, append),
  });
  await Promise.all([ours.close(), limit.close(), ...peers.map((peer) => peer.close())]);
  await sleep(200);
  const lines = [
    line('P1', 'append, 2 events a command, 32 in flight (events)', measured.at32, BINARY, measured.unnest, 0.55),
    line('P1', 'the same against the driver as it comes (events)', measured.at32, TEXT, measured.unnestText, 0.55),
    line('P1', 'the same against a peer (events)', measured.at32, 'emmett-postgresql 0.42.0, 32 in flight', measured.emmett, 5),
    line('P1', 'the same against another (events)', measured.at32, 'message-db 1.3.1, 32 in flight', measured.messageDb, 5),
    line('P2', 'append, 512 in flight (events)', measured.at512, BINARY, measured.unnest, 0.8),
    line('P2', 'the same against the driver as it comes (events)', measured.at512, TEXT, measured.unnestText, 0.8),
    line('P3', 'one writer alone (commands)', measured.alone, 'smallest durable commits (one int), one connection', measured.commits, 0.65),
    line(
      'P3',
      'the same against the floor (commands)',
      measured.alone,
      'the two events inserted bare, no checks, one connection',
      measured.bare,
      null,
    ),
  ].filter(({ id }) => only(id));
  const said = (what) =>
    Object.entries(CASES)
      .map(([name, words]) => `${words}: ${what[name]}`)
      .join('; ');
  const notes = [`P1, P2, P3: microseconds of processor time for an event, of P3 for a command; ${said(spending)}`];
  if (waits) notes.push(`P1, P2, P3: connections on average, while they were looked at a hundred times a second; ${said(watched)}`);
  return { lines, notes };
}
