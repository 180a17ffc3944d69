import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';
import { sleep } from './lib.mjs';

/** Between two looks, each of them a question on a connection of its own. */
const EVERY_MS = 10;
const BUSY = `SELECT state || ', ' || coalesce(wait_event_type || ' ' || wait_event, 'on a processor') AS doing FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state NOT IN ('idle', 'starting')`;

/** Looks at what connections do until it is told to stop, and says what it found: how often each, and in how many looks. */
const client = new pg.Client({ connectionString: workerData });
await client.connect();
let looking = true;
parentPort.once('message', () => (looking = false));
parentPort.postMessage('looking');
const found = new Map();
let looks = 0;
for (; looking; await sleep(EVERY_MS)) {
  const { rows } = await client.query({ name: 'busy', text: BUSY });
  looks += 1;
  for (const { doing } of rows) found.set(doing, (found.get(doing) ?? 0) + 1);
}
await client.end();
parentPort.postMessage({ found, looks });
