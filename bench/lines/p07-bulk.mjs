import { createRequire } from 'node:module';
import pg from 'pg';
import { eventBytes, line, newStream, now, summary, takeTurns } from '../lib.mjs';
import { openOurs } from '../server.mjs';

const { from: copyFrom } = createRequire(new URL('../../package.json', import.meta.url))('pg-copy-streams');
/** People written together, and how many times in one measurement. */
const PEOPLE = 2_500;
const TIMES = 6;
const COLUMNS = 'position, at, rev, stream, header, body';
const BEGIN = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const END = Buffer.from([0xff, 0xff]);

/** A row in the binary form of COPY, which PostgreSQL takes with the least work. */
function copyRow({ position, at, rev, stream, header, body }) {
  const name = Buffer.from(stream);
  const row = Buffer.alloc(46 + name.length + header.length + body.length);
  let offset = row.writeInt16BE(6);
  for (const value of [position, at]) offset = row.writeBigInt64BE(BigInt(value), row.writeInt32BE(8, offset));
  offset = row.writeInt32BE(rev, row.writeInt32BE(4, offset));
  for (const bytes of [name, header, body]) {
    offset = row.writeInt32BE(bytes.length, offset);
    row.set(bytes, offset);
    offset += bytes.length;
  }
  return row;
}

/** COPY into a table of the same shape, a commit for each piece, nothing checked. */
async function copyLimit(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE SCHEMA bulk; CREATE TABLE bulk.event (LIKE log.event INCLUDING DEFAULTS INCLUDING STORAGE, PRIMARY KEY (stream, rev)) PARTITION BY HASH (stream);
    DO $$ BEGIN FOR i IN 0..15 LOOP EXECUTE format('CREATE TABLE bulk.e%s PARTITION OF bulk.event FOR VALUES WITH (MODULUS 16, REMAINDER %s)', i, i);
      EXECUTE format('CREATE UNIQUE INDEX ON bulk.e%s (position)', i); END LOOP; END $$`);
  let position = 0;
  const write = async (appends) => {
    const rows = appends.flatMap(({ stream, expected, at, events }) =>
      events.map((event, n) => copyRow({ position: ++position, at, rev: expected + 1 + n, stream, ...event })),
    );
    const copy = client.query(copyFrom(`COPY bulk.event (${COLUMNS}) FROM STDIN BINARY`));
    await new Promise((resolve, reject) => {
      copy.on('finish', resolve).on('error', reject);
      copy.end(Buffer.concat([BEGIN, ...rows, END]));
    });
  };
  return { write, close: () => client.end() };
}

const appendOf = (stream, expected, count) => {
  const at = Date.now();
  return { stream, expected, at, events: Array.from({ length: count }, (_, n) => eventBytes(stream, expected + 1 + n, at)) };
};
/** Declared and invited, then opened: two events for a stream that begins, one for the same stream later. */
const people = () => Array.from({ length: PEOPLE }, newStream);

/** Events a second while they are written; making them is not counted, on neither side. */
async function wave(write, streams, expected, count) {
  let seconds = 0;
  for (const some of streams) {
    const appends = some.map((stream) => appendOf(stream, expected, count));
    const started = now();
    await write(appends);
    seconds += now() - started;
  }
  return (streams.length * PEOPLE * count) / seconds;
}

async function both(write) {
  const streams = Array.from({ length: TIMES }, people);
  const imported = await wave(write, streams, -1, 2);
  return { imported, opened: await wave(write, streams, 1, 1) };
}

/** P7: the store taking a file and a wave of openings, many streams at a time, every append judged; against COPY, which checks nothing. Nothing encrypted. */
export async function bulkLines(server, { rounds }) {
  const ours = await openOurs(server, 'bulk');
  const limit = await copyLimit(ours.url);
  const write = async (appends) => {
    for (const one of await ours.store.appendMany(appends))
      if (one.outcome !== 'written') throw one instanceof Error ? one : new Error(one.outcome);
  };
  await both(limit.write);
  await both(write);
  const figures = await takeTurns(rounds, {
    ours: () => both(write),
    copy: () => both(limit.write),
  });
  await Promise.all([ours.close(), limit.close()]);
  const of = (which, phase) => summary(figures[which].map((figure) => figure[phase]));
  const against = 'COPY in binary into the same table, nothing checked';
  return [
    line('P7', 'bulk import, plain: two events for each new stream (events)', of('ours', 'imported'), against, of('copy', 'imported'), 0.8),
    line('P7', 'bulk opening, plain: one event on each stream (events)', of('ours', 'opened'), against, of('copy', 'opened'), 0.8),
  ];
}
