// Makes one export of everything in a process of its own, and says how fast, and how much memory it ever took.
import { randomUUID } from 'node:crypto';
import 'reflect-metadata';

const dist = (path) => import(new URL(`../dist/infrastructure/${path}`, import.meta.url).href);
const RECIPIENT = 'age1c5ps9zxznymcmgl4h9kg4k3a0x6msendday3p58wy0rjnuwrnqlquj775k';

const { url, stateDir, folder } = JSON.parse(process.argv[2]);
const { settingsFrom } = await dist('settings/settings.js');
const { Log, pinoFor } = await dist('log.js');
const { openPlatform } = await dist('system/platform.js');
const { packagePartsOf } = await dist('system/exports.js');
const { writeArchive } = await dist('export/archive-writer.js');

const environment = { DATABASE_URL: url, STATE_DIR: stateDir, LOG_LEVEL: 'silent' };
const platform = await openPlatform(settingsFrom(environment, false), new Log(pinoFor('silent')), { migrated: true });
const at = new Date().toISOString();
const order = {
  id: randomUUID(),
  mode: 'pseudonymised',
  scope: { kind: 'all' },
  period: null,
  requestedBy: 'compliance:bench|a',
  approvedBy: [],
  legalBasis: 'bench',
  requestedAt: at,
  approvedAt: at,
  recipient: RECIPIENT,
  since: null,
};
const started = performance.now();
const signal = new AbortController().signal;
const result = await writeArchive(packagePartsOf(platform), { order, attempt: 'bench', folder, at, signal, progress: () => undefined });
const seconds = (performance.now() - started) / 1000;
await platform.close();
process.stdout.write(JSON.stringify({ events: result.counts.events, seconds, megabytes: process.resourceUsage().maxRSS / 1024 }));
