import 'reflect-metadata';

const dist = (path) => import(new URL(`../dist/infrastructure/${path}`, import.meta.url).href);
const { settingsFrom, ROLES } = await dist('settings/settings.js');
const { startSystem } = await dist('system/start-system.js');
const { Log, pinoFor } = await dist('log.js');

const roles = process.env.BENCH_ROLES ? process.env.BENCH_ROLES.split(',') : ROLES;
const system = await startSystem(settingsFrom(process.env, false), { roles }, new Log(pinoFor('silent')));
process.send({ url: system.url });
process.on('message', async (wish) => {
  if (wish === 'settle') {
    await system.waitUntilCaughtUp();
    process.send({ settled: true });
  } else {
    await system.stop();
    process.exit(0);
  }
});
// A benchmark that failed does not leave its server behind.
process.on('disconnect', () => process.exit(1));
