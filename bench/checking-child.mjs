// Compares a whole log with its seal, as `mes seal check` does, in a process of its own, and says how fast, and how much memory it ever took.
import 'reflect-metadata';

const dist = (path) => import(new URL(`../dist/infrastructure/${path}`, import.meta.url).href);

const { url, stateDir } = JSON.parse(process.argv[2]);
const { settingsFrom } = await dist('settings/settings.js');
const { Log, pinoFor } = await dist('log.js');
const { openPlatform } = await dist('system/platform.js');
const { sealDeskOf } = await dist('system/sealed-log.js');

const environment = { DATABASE_URL: url, STATE_DIR: stateDir, LOG_LEVEL: 'silent' };
const platform = await openPlatform(settingsFrom(environment, false), new Log(pinoFor('silent')), { migrated: true });
const started = performance.now();
const { size, count } = await sealDeskOf(platform).check({}, { keys: [], progress: () => undefined });
const seconds = (performance.now() - started) / 1000;
await platform.close();
process.stdout.write(JSON.stringify({ events: size, count, seconds, megabytes: process.resourceUsage().maxRSS / 1024 }));
