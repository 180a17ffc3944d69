import { drive, twoEvents } from './lib.mjs';

/** A process that appends to the log of a database, whenever it is told how long: answers with the streams that were acknowledged. */
const dist = (path) => import(new URL(`../dist/infrastructure/${path}`, import.meta.url).href);
const { openPools } = await dist('postgres/pools.js');
const { PostgresEventStore } = await dist('eventstore/postgres/postgres-event-store.js');
const store = new PostgresEventStore(openPools(process.env['BENCH_URL']).pool('mes_writer'));
await store.head();
process.send({ ready: true });
// Left alone, it ends.
process.on('disconnect', () => process.exit());
process.on('message', async ({ inFlight, seconds }) => {
  if (inFlight === 0) {
    await store.close();
    process.exit(0);
  }
  const streams = [];
  const { rate } = await drive(inFlight, seconds, async () => {
    const append = twoEvents();
    const { outcome } = await store.append(append);
    if (outcome !== 'written') throw new Error(outcome);
    streams.push(append.stream);
  });
  process.send({ rate, streams });
});
