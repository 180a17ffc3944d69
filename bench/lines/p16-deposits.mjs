import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { drive, lessThan, line, now, sleep, summary, warmUp } from '../lib.mjs';
import { doorTo } from '../door.mjs';
import { openHouse } from '../house.mjs';
import { processorTime } from '../processor-time.mjs';

const BYTES = 100_000;
const SPACES = 200;
const IN_FLIGHT = 16;
/** Deposits a second in the whole country at its peak. */
const PEAK = 150;
const LOOK_EVERY_MS = 100;

/** A PDF of a page with one picture, whose bytes no filter shortens. */
function pdfOf(size) {
  const pixels = randomBytes(size - 700);
  const image = `<< /Type /XObject /Subtype /Image /Width ${pixels.length} /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length ${pixels.length} >>`;
  const bodies = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /I 4 0 R >> >> >>',
    Buffer.concat([Buffer.from(`${image}\nstream\n`), pixels, Buffer.from('\nendstream')]),
  ];
  const parts = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
  const rows = bodies.map((body, n) => {
    const at = parts.reduce((sum, { length }) => sum + length, 0);
    parts.push(Buffer.from(`${n + 1} 0 obj\n`), Buffer.from(body), Buffer.from('\nendobj\n'));
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const at = parts.reduce((sum, { length }) => sum + length, 0);
  const table = `xref\n0 ${bodies.length + 1}\n0000000000 65535 f \n${rows.join('')}trailer\n<< /Size ${bodies.length + 1} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(table)]);
}

/** How many seconds the slowest read model, process or messenger is behind the log; the longest that was seen, until it is stopped. */
async function watchLag(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const look = async () => {
    const { rows } = await client.query(
      `SELECT (SELECT position FROM log.head) AS head,
        least((SELECT min(position) FROM read.checkpoint), (SELECT min(position) FROM process.checkpoint)) AS reached`,
    );
    return { head: Number(rows[0].head), reached: Number(rows[0].reached) };
  };
  const heads = [];
  let longest = 0;
  let watching = true;
  const step = async () => {
    const { head, reached } = await look();
    heads.push({ head, at: now() });
    while (heads.length > 1 && heads[1].head <= reached) heads.shift();
    if (heads[0].head > reached || heads.length > 1) longest = Math.max(longest, now() - heads[0].at);
  };
  const watched = (async () => {
    while (watching) {
      await step();
      await sleep(LOOK_EVERY_MS);
    }
  })();
  return async () => {
    watching = false;
    await watched;
    await client.end();
    return longest;
  };
}

/** P16: deposits through the REST door of a process that also projects, notifies and tells, with the client on the same cores. */
export async function depositLines(server, { rounds, seconds }) {
  const house = await openHouse(server, 'deposits');
  const served = await house.serve();
  const spaces = [];
  for (let n = 0; n < SPACES; n++) spaces.push(await house.space());
  await served.settled();
  const door = doorTo(served.url, await house.token('lab-software'));
  const metadata = { typeCode: '11502-2', title: 'Résultats', healthcareFacilityType: 'SA25', practiceSetting: 'ETABLISSEMENT' };
  const pdf = pdfOf(BYTES);
  let turn = 0;
  const deposit = () => door.deposit(spaces[turn++ % SPACES].handle, metadata, pdf);
  await warmUp(IN_FLIGHT, deposit);
  const runs = [];
  for (let round = 0; round < rounds; round++) {
    const lagOf = await watchLag(house.url);
    const before = processorTime([served.pid, process.pid], server.pid);
    const run = await drive(IN_FLIGHT, seconds, deposit);
    const cost = (processorTime([served.pid, process.pid], server.pid) - before) / (run.rate * seconds);
    runs.push({ ...run, cost, lag: await lagOf() });
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  door.close();
  await served.close();
  await house.close();
  const of = (figure) => summary(runs.map((run) => run[figure]));
  const fixed = (median) => ({ median, min: median, max: median });
  return [
    line(
      'P16',
      `deposits of a PDF of ${BYTES / 1_000} kB over REST, ${IN_FLIGHT} in flight`,
      of('rate'),
      'peak of the country',
      fixed(PEAK),
      1,
    ),
    line('P16', 'the same, p99', of('p99'), 'what may be waited for', fixed(500), lessThan(1), ' ms'),
    line(
      'P16',
      'processor time for each: server, database, client',
      of('cost'),
      'what two cores have at the peak',
      fixed(2_000 / PEAK),
      null,
      ' ms',
    ),
    line('P16', 'read models, processes and messages behind, at most', of('lag'), 'what may lie behind', fixed(2), lessThan(1), ' s'),
  ];
}
