import { fork } from 'node:child_process';
import pg from 'pg';
import { line, summary } from '../lib.mjs';
import { openOurs } from '../server.mjs';

const PROCESSES = 4;
const IN_FLIGHT = 32;

const answerOf = (child, wish) =>
  new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`a process that appends ended with ${code}`)));
    if (wish) child.send(wish);
  });
const start = async (url) => {
  const child = fork(new URL('../appending.mjs', import.meta.url), { env: { ...process.env, BENCH_URL: url } });
  await answerOf(child);
  return child;
};

/** What lies in the log: how many events, and how many of these streams are there with both of theirs. */
async function stored(url, streams) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    'SELECT count(*)::int AS events, count(DISTINCT (stream, rev))::int AS places, max(position)::int AS head FROM log.event',
  );
  const there = await client.query('SELECT count(*)::int AS n FROM log.event WHERE stream = ANY ($1::text[])', [streams]);
  await client.end();
  return { ...rows[0], acknowledged: there.rows[0].n };
}

/** P4: four processes, each with a store of its own, on one log, against one process with as many appends in flight. */
export async function processLines(server, { seconds, rounds }) {
  const ours = await openOurs(server, 'processes');
  const children = await Promise.all(Array.from({ length: PROCESSES }, () => start(ours.url)));
  const streams = [];
  const together = async (many, inFlight) => {
    const answers = await Promise.all(many.map((child) => answerOf(child, { inFlight, seconds })));
    for (const answer of answers) streams.push(...answer.streams);
    return answers.reduce((sum, { rate }) => sum + rate * 2, 0);
  };
  const [one] = children;
  await together(children, 1);
  const rates = { four: [], one: [] };
  for (let round = 0; round < rounds; round++) {
    rates.four.push(await together(children, IN_FLIGHT));
    rates.one.push(await together([one], IN_FLIGHT * PROCESSES));
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  const { events, places, head, acknowledged } = await stored(ours.url, streams);
  for (const child of children) child.send({ inFlight: 0 });
  await ours.close();
  const lost = streams.length * 2 - acknowledged;
  const doubled = events - places;
  const what = `${PROCESSES} processes appending, ${IN_FLIGHT} in flight each (events)`;
  const against = `one process with ${IN_FLIGHT * PROCESSES} in flight`;
  return {
    lines: [line('P4', what, summary(rates.four), against, summary(rates.one), 0.9)],
    note: `P4: of ${streams.length * 2} acknowledged events ${lost} lost, ${doubled} doubled, positions dense: ${head === events ? 'yes' : 'no'} (bar: 0, 0 and yes): ${lost === 0 && doubled === 0 && head === events ? 'met' : '**not met**'}`,
  };
}
