import 'reflect-metadata';

// A sealer as a process of its own, on compiled code: sealer-child.mjs <database url> <origin> <seed of the key, hexadecimal> <file of the head> [stalling].
// A stalling one stands still (SIGSTOP) when it has read the first events, until somebody lets it go on.

const dist = (path) => import(new URL(`../../dist/infrastructure/${path}`, import.meta.url).href);
const [{ openPools }, { PostgresEventStore }, { PostgresLeases }, { SealWriter }, { Sealer }, { KeptHead }, { signerOf }] =
  await Promise.all([
    dist('postgres/pools.js'),
    dist('eventstore/postgres/postgres-event-store.js'),
    dist('postgres/leases/postgres-leases.js'),
    dist('seal/seal-writer.js'),
    dist('seal/sealer.js'),
    dist('seal/kept-head.js'),
    dist('seal/note/signed-note.js'),
  ]);
const [url, origin, seed, headFile, stalling] = process.argv.slice(2);
const pools = openPools(url);
const signer = signerOf(origin, Buffer.from(seed, 'hex'));
const log = new PostgresEventStore(pools.pool('mes_writer'));
let standsStill = stalling === 'stalling';
const store = {
  head: () => log.head(),
  at: (position) => log.at(position),
  async *readAll(after) {
    for await (const batch of log.readAll(after)) {
      if (standsStill) process.kill(process.pid, 'SIGSTOP');
      standsStill = false;
      yield batch;
    }
  },
};
const alarm = (reason) => process.stderr.write(`${reason}\n`);
const sealer = new Sealer({
  store,
  writer: new SealWriter(pools.pool('mes_sealer')),
  leases: new PostgresLeases(pools.pool('mes_projector'), 400),
  origin,
  signers: [signer],
  verifiers: async () => [signer],
  kept: new KeptHead(headFile, alarm),
  every: 1,
  alarm,
});
sealer.start();
process.stdout.write('started\n');
