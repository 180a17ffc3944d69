import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/**
 * A process that is an installation and lives through the pilot: a file is imported, some oppose, six weeks pass, the rest is opened, read models and
 * processes take everything, and all of it is sealed. Tells once a minute how far it is, and at the end the seconds of each part, what its memory held at most, and what the
 * database grew by.
 */
const dist = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { settingsFrom } = await dist('infrastructure/settings/settings.js');
const { startSystem } = await dist('infrastructure/system/start-system.js');
const { Log, pinoFor } = await dist('infrastructure/log.js');
const { BeneficiariesCsv } = await dist('infrastructure/campaign/beneficiaries-csv.js');
const { dayAfter, parisDay, startOfDay } = await dist('domain/shared/time.js');
const { BENCH_FILE: path, BENCH_PEOPLE: people, BENCH_OPPOSED: opposed, DATABASE_URL: url } = process.env;
const staff = (role) => ({ role, subject: { issuer: 'urn:bench', sub: role }, assurance: 'substantial' });
let calls = 0;
const callerAs = (role) => ({ actor: staff(role), messageId: `bench-${++calls}`, receivedAt: system.clock.now() });

const system = await startSystem(
  settingsFrom(process.env, false),
  { roles: ['projections', 'processes', 'sealer'] },
  new Log(pinoFor('silent')),
);
const database = new pg.Client({ connectionString: url });
await database.connect();
const bytes = async () => Number((await database.query('SELECT pg_database_size(current_database()) AS size')).rows[0].size);
/** Bytes that this process ever held, as the system counted them. */
const most = () => process.resourceUsage().maxRSS * 1_024;
// Left alone, it ends.
process.on('disconnect', () => process.exit());
const seconds = {};
const began = performance.now();
let doing = '';
const tell = async () => {
  const events = Number(await system.eventStore.head()).toLocaleString('en');
  process.send({
    progress: `${((performance.now() - began) / 60_000).toFixed(1)} min, ${doing}: ${events} events, at most ${Math.round(most() / 2 ** 20)} MiB`,
  });
};
const telling = setInterval(() => void tell(), 60_000);
const timed = async (part, work) => {
  doing = part;
  const started = performance.now();
  const result = await work();
  seconds[part] = (performance.now() - started) / 1_000;
  return result;
};

/** Until there is no event that no signed head covers. */
async function sealed() {
  while ((await system.seal.status()).behind !== '0') await pause(100);
}

/** As many as opposed in the pilot, by phone, some at a time. */
async function oppose() {
  const { rows } = await database.query('SELECT handle FROM read.space_overview ORDER BY handle LIMIT $1', [Number(opposed)]);
  const checked = ['INS', 'BIRTH_DATE', 'ADDRESS'];
  const agent = async () => {
    for (let next = rows.pop(); next !== undefined; next = rows.pop())
      await system.orders.opposeByPhone(next.handle, { checked }, callerAs('support'));
  };
  await Promise.all(Array.from({ length: 32 }, agent));
}

const before = await bytes();
await system.campaigns.open('pilot', 'Pilote', callerAs('operator'));
const request = { campaign: 'pilot', file: new BeneficiariesCsv(path), rejections: { add: async () => undefined } };
const { counts } = await timed('import', () => system.import.run(request));
if (counts.declared !== Number(people)) throw new Error(`${counts.declared} of ${people} were declared`);
await timed('importRead', () => system.waitUntilCaughtUp());
await timed('oppose', oppose);
await system.simulatedClock.advanceTo(startOfDay(dayAfter(parisDay(system.clock.now()), { days: 43 })));
const fired = await timed('open', () => system.fireDue());
await timed('openRead', () => system.waitUntilCaughtUp());
await timed('seal', sealed);
clearInterval(telling);
const events = Number(await system.eventStore.head());
const { rows: tables } = await database.query(
  `SELECT CASE WHEN relnamespace::regnamespace::text IN ('log', 'vault', 'registry', 'read', 'process', 'seal') THEN relnamespace::regnamespace::text ELSE 'other' END AS what,
     sum(pg_total_relation_size(oid))::bigint AS bytes FROM pg_class WHERE relkind = 'r' GROUP BY 1`,
);
const grown = (await bytes()) - before;
await database.end();
await system.stop();
process.send({
  seconds,
  events,
  fired,
  rss: most(),
  grown,
  tables: Object.fromEntries(tables.map(({ what, bytes: size }) => [what, Number(size)])),
});
process.disconnect();
