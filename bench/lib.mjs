import { randomBytes, randomUUID } from 'node:crypto';

/** Seconds, monotonic. */
export const now = () => performance.now() / 1000;
export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Keeps `inFlight` calls of `once` running for `seconds`; returns how many there were, calls per second and latencies in ms. */
export async function drive(inFlight, seconds, once) {
  const started = now();
  const latencies = [];
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (now() - started < seconds) {
        const before = performance.now();
        await once();
        latencies.push(performance.now() - before);
      }
    }),
  );
  latencies.sort((a, b) => a - b);
  const at = (q) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))];
  return { calls: latencies.length, rate: latencies.length / (now() - started), p50: at(0.5), p99: at(0.99) };
}

/** Seconds for which whatever is measured works before: what V8 compiles in them is not measured, on neither side. */
const WARM_SECONDS = 5;
export const warmUp = async (inFlight, ...cases) => {
  for (const once of cases) await drive(inFlight, WARM_SECONDS, once);
};

/** Runs every case once per round, in turn, so that a slow minute of the machine hits all alike. */
export async function interleave(rounds, cases) {
  const runs = await takeTurns(rounds, cases);
  return Object.fromEntries(Object.entries(runs).map(([name, values]) => [name, summary(values)]));
}

/** The same for cases that give several figures: what each run gave. */
export async function takeTurns(rounds, cases) {
  const results = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of Object.entries(cases)) {
      results[name].push(await run());
      process.stderr.write('.');
    }
  process.stderr.write('\n');
  return results;
}

/** Median, smallest and largest of figures that were measured alike. */
export const summary = (values) => ({ median: median(values), min: Math.min(...values), max: Math.max(...values) });

/** A body as long as a sealed fact of a space, and the header that goes with it: what the log is made of. */
export const BODY_BYTES = 413;
export function eventBytes(stream, rev, at) {
  const header = {
    at: new Date(at).toISOString(),
    by: 'system',
    id: randomUUID(),
    key: randomUUID(),
    rev,
    stream,
    tv: 1,
    type: 'SpaceOpened',
    v: 1,
  };
  return { header: Buffer.from(JSON.stringify(header)), body: randomBytes(BODY_BYTES) };
}
export const newStream = () => `space-${randomUUID()}`;
/** Two events for a new stream, as most commands bring. */
export function twoEvents() {
  const stream = newStream();
  const at = Date.now();
  return { stream, expected: -1, at, events: [eventBytes(stream, 0, at), eventBytes(stream, 1, at)] };
}

const two = (x) => (x >= 100 ? Math.round(x).toLocaleString('en') : x.toFixed(2));
/** Bars that are not "at least so many times the peer": at most so many times it, or less than so much above it. */
export const atMost = (ratio) => ({ words: `≤ ${ratio}`, met: (ours, peer) => ours / peer <= ratio });
export const lessThan = (ratio) => ({ words: `< ${ratio}`, met: (ours, peer) => ours / peer < ratio });
export const lessAbove = (difference, unit) => ({ words: `< ${difference}${unit} above`, met: (ours, peer) => ours - peer < difference });
const atLeast = (ratio) => ({ words: `≥ ${ratio}`, met: (ours, peer) => ours / peer >= ratio });

/** One line of the table: our figure, the limit or peer of the same run, the ratio, the bar, met or not; a null bar only shows where the floor is. */
export const line = (id, what, ours, against, peer, bar, unit = '/s') => {
  const asked = typeof bar === 'number' ? atLeast(bar) : bar;
  const met = asked === null || asked.met(ours.median, peer.median);
  return { id, what, ours, against, peer, ratio: ours.median / peer.median, bar: asked?.words ?? null, met, unit };
};
export const print = ({ id, what, ours, against, peer, ratio, bar, met, unit }) =>
  `| ${id} | ${what} | ${two(ours.median)}${unit} (${two(ours.min)}–${two(ours.max)}) | ${against}: ${two(peer.median)}${unit} | ${ratio.toFixed(2)} | ${bar ?? '–'} | ${bar === null ? '–' : met ? 'yes' : '**no**'} |`;
export const HEAD = '| # | line | ours: median (min–max) | limit or peer, same run | ratio | bar | met |\n|---|---|---|---|---|---|---|';
