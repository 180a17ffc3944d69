import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { interleave, line, now, sleep } from '../lib.mjs';
import { writeOfflinePackage } from '../offline-package.mjs';
import { openHouse } from '../house.mjs';
import { fill } from '../projections.mjs';

const dist = (path) => import(new URL(`../../dist/infrastructure/${path}`, import.meta.url).href);
const ORIGIN = 'bench.invalid/journal';

/** A seal without a leaf, in a database of its own, over the log of the house. */
async function openSeal(server, name, store) {
  const { migrate } = await dist('postgres/migrate.js');
  const { openPools } = await dist('postgres/pools.js');
  const { PostgresLeases } = await dist('postgres/leases/postgres-leases.js');
  const { SealWriter } = await dist('seal/seal-writer.js');
  const { SealedTree } = await dist('seal/sealed-tree.js');
  const { Sealer } = await dist('seal/sealer.js');
  const { KeptHead } = await dist('seal/kept-head.js');
  const { signerOf } = await dist('seal/note/signed-note.js');
  const url = await server.database(name);
  await migrate(url);
  const pools = openPools(url);
  const signers = [signerOf(ORIGIN, Buffer.alloc(32, 1))];
  const alarm = (reason) => {
    throw new Error(reason);
  };
  const leases = new PostgresLeases(pools.pool('mes_projector'));
  const writer = new SealWriter(pools.pool('mes_sealer'));
  const folder = await mkdtemp(join(tmpdir(), 'mes-bench-head-'));
  const kept = new KeptHead(join(folder, 'head'), alarm);
  return {
    sealer: new Sealer({ store, writer, leases, signers, verifiers: async () => signers, origin: ORIGIN, kept, every: 1_000, alarm }),
    tree: new SealedTree(pools.pool('mes_reader')),
    signers,
    bytes: async () => {
      const { rows } = await pools
        .pool('mes_sealer')
        .query(
          `SELECT sum(pg_total_relation_size(c.oid))::float8 AS bytes FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'seal'::regnamespace`,
        );
      return rows[0].bytes;
    },
    close: async () => {
      await pools.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Events per second from no leaf to the signed head over all. */
async function seal({ sealer, tree }, events) {
  const started = now();
  sealer.start();
  while ((await tree.head()).size < events) await sleep(5);
  const seconds = now() - started;
  await sealer.stop();
  return events / seconds;
}

async function readAndDecode({ reader }, events) {
  const started = now();
  let read = 0;
  for await (const { facts } of reader.read(0n, [])) read += facts.length;
  if (read < events) throw new Error(`${read} of ${events} facts were read`);
  return read / (now() - started);
}

const VERIFIER = new URL('../../verifier/mes-verify.mjs', import.meta.url).href;

/** Events per second of the offline verifier in a process of its own, and the most memory that it took, in megabytes. */
async function verifyOffline(folder, policy, events) {
  const program = `
    import { verifyPackage } from '${VERIFIER}';
    const started = performance.now();
    const { ok } = verifyPackage(${JSON.stringify(folder)}, { policy: ${JSON.stringify(policy)} });
    const seconds = (performance.now() - started) / 1000;
    console.log(JSON.stringify({ ok, seconds, megabytes: process.resourceUsage().maxRSS / 1024 }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  const { ok, seconds, megabytes } = JSON.parse(stdout);
  if (!ok) throw new Error('a package that nobody altered does not verify');
  return { rate: events / seconds, megabytes };
}

const PYTHON = `
import json, resource, subprocess, sys, time
started = time.monotonic()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps({"ok": code == 0, "seconds": time.monotonic() - started, "megabytes": megabytes}))`;
const SECOND_VERIFIER = fileURLToPath(new URL('../../verifier/mes_verify.py', import.meta.url));

/** The same of the second verifier, which holds the lines and says so: no bar. Where there is no python3, that. */
async function secondVerifierNote(folder) {
  const took = [];
  for (const events of [10_000, 100_000]) {
    const policy = await writeOfflinePackage(join(folder, `second-${events}`, 'package'), events);
    const line = ['-c', PYTHON, 'python3', SECOND_VERIFIER, join(folder, `second-${events}`, 'package'), '--policy', policy];
    const answer = await promisify(execFile)('python3', line).catch((error) => error);
    if (answer.code === 'ENOENT') return 'P20: there is no python3 here: the second verifier was not measured';
    if (answer instanceof Error) throw answer;
    const { ok, seconds, megabytes } = JSON.parse(answer.stdout);
    if (!ok) throw new Error('a package that nobody altered does not verify with the second verifier');
    took.push(`${Math.round(megabytes)} MB and ${seconds.toFixed(1)} s for ${events.toLocaleString('en')} events`);
  }
  return `P20: the second verifier, in Python, which holds the lines in memory, took ${took.join(', ')} (no bar)`;
}

/** What ten times as many events cost the verifier in memory, in one sentence. */
async function memoryNote(folder) {
  const took = [];
  for (const events of [100_000, 1_000_000]) {
    const policy = await writeOfflinePackage(join(folder, `${events}`, 'package'), events);
    took.push((await verifyOffline(join(folder, `${events}`, 'package'), policy, events)).megabytes);
    await rm(join(folder, `${events}`), { recursive: true });
  }
  const [few, many] = took.map(Math.round);
  return `P20: offline verification took ${few} MB for 100,000 events and ${many} MB for 1,000,000 (bar: 50 MB more): ${many - few <= 50 ? 'met' : '**not met**'}`;
}

/** P20: sealing everything, and comparing everything with the seal, against reading and decoding everything, in one thread each. */
export async function sealingLines(server, { rounds }) {
  const house = await openHouse(server, 'sealing');
  const { platform } = house;
  await fill(platform);
  const events = Number(await platform.store.head());
  const { Monitor } = await dist('seal/monitor.js');
  const folder = await mkdtemp(join(tmpdir(), 'mes-offline-'));
  const packed = join(folder, 'whole', 'package');
  const policy = await writeOfflinePackage(packed, events);
  const seals = [];
  const figures = await interleave(rounds, {
    decode: () => readAndDecode(platform, events),
    seal: async () => {
      seals.push(await openSeal(server, `seal_${seals.length}`, platform.store));
      return seal(seals.at(-1), events);
    },
    check: async () => {
      const { tree, signers } = seals.at(-1);
      const started = now();
      const { count } = await new Monitor(platform.store, tree, signers).check();
      if (count > 0) throw new Error(`${count} findings in a log that nobody touched`);
      return events / (now() - started);
    },
    verify: async () => (await verifyOffline(packed, policy, events)).rate,
  });
  const memory = [await memoryNote(folder), await secondVerifierNote(folder)];
  await rm(folder, { recursive: true });
  const bytes = (await seals.at(-1).bytes()) / events;
  for (const one of seals) await one.close();
  await house.close();
  const peer = 'reading and decoding in one thread';
  return {
    lines: [
      line('P20', `sealing ${events} events: leaf, index, tiles, signed heads (events)`, figures.seal, peer, figures.decode, 0.3),
      line('P20', 'comparing the log with its seal (events)', figures.check, peer, figures.decode, 0.3),
      line('P20', 'verifying an export offline: bag, tree, lines, streams, counts (events)', figures.verify, peer, figures.decode, 0.5),
    ],
    notes: [`P20: the seal takes ${bytes.toFixed(1)} bytes an event, with four events a stream, indexes included`, ...memory],
  };
}
