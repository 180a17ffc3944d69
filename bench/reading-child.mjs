// Asks the read models as doors do, in a process of its own and at a steady pace, and says how long it waited: what a rebuild beside it costs its readers.
import pg from 'pg';

const { url } = JSON.parse(process.argv[2]);
const READERS = 4;
const PAUSE_MS = 20;
const OVERVIEW = { name: 'overview', text: 'SELECT * FROM read.space_overview WHERE space_id = $1' };
const LINES = { name: 'lines', text: 'SELECT * FROM read.activity_line WHERE space_id = $1 ORDER BY position DESC LIMIT 100' };

const pool = new pg.Pool({ connectionString: url, max: READERS });
const { rows: spaces } = await pool.query('SELECT space_id FROM read.space_overview LIMIT 1000');
let waits = [];
let over = false;
const reader = async () => {
  while (!over) {
    const { space_id } = spaces[Math.floor(Math.random() * spaces.length)];
    const started = performance.now();
    for (const query of [OVERVIEW, LINES]) await pool.query({ ...query, values: [space_id] });
    waits.push(performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
};
// Left alone, it ends.
process.on('disconnect', () => process.exit());
process.on('message', (what) => {
  if (what === 'end') over = true;
  else {
    const sorted = waits.sort((a, b) => a - b);
    waits = [];
    process.send({ asked: sorted.length, p99: sorted[Math.floor(sorted.length * 0.99)] });
  }
});
const all = Array.from({ length: READERS }, reader);
process.send('asking');
await Promise.all(all);
await pool.end();
process.disconnect();
