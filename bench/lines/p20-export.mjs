import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { interleave, lessAbove, line, now, sleep, summary } from '../lib.mjs';
import { openHouse } from '../house.mjs';
import { fill } from '../projections.mjs';

const CHILD = fileURLToPath(new URL('../exporting-child.mjs', import.meta.url));
const dist = (path) => import(new URL(`../../dist/infrastructure/${path}`, import.meta.url).href);
const PEOPLE = 1_000;
const TIMES = 10;
const MEGABYTES = 50;

/** A house with four facts for each of so many people, all of them sealed. */
async function sealedHouse(server, name, people) {
  const house = await openHouse(server, name);
  await fill(house.platform, people);
  const { sealing } = await dist('system/sealed-log.js');
  const { SealedTree } = await dist('seal/sealed-tree.js');
  const events = Number(await house.platform.store.head());
  const tree = new SealedTree(house.platform.pools.pool('mes_reader'));
  const worker = sealing(house.platform);
  await worker.start();
  while (((await tree.signed())?.size ?? 0) < events) await sleep(20);
  await worker.stop();
  return { house, events };
}

/** Events per second and the most memory of one export, in a process of its own: spool, manifests, tar, age, disk. */
async function exported({ house }) {
  const folder = await mkdtemp(join(tmpdir(), 'mes-bench-export-'));
  const given = JSON.stringify({ url: house.url, stateDir: house.platform.settings.stateDir, folder });
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [CHILD, given]);
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readAndDecode({ platform: { reader } }) {
  const started = now();
  let read = 0;
  for await (const { facts } of reader.read(0n, [])) read += facts.length;
  return read / (now() - started);
}

/** P20: an encrypted, pseudonymised export of everything, against reading and decoding everything in one thread; its memory for ten times as many events. */
export async function exportLines(server, { rounds }) {
  const small = await sealedHouse(server, 'export_small', PEOPLE);
  const large = await sealedHouse(server, 'export_large', PEOPLE * TIMES);
  const memory = { small: [], large: [] };
  const figures = await interleave(rounds, {
    decode: () => readAndDecode(large.house),
    small: async () => {
      const { megabytes } = await exported(small);
      memory.small.push(megabytes);
      return megabytes;
    },
    large: async () => {
      const { events, seconds, megabytes } = await exported(large);
      if (events !== large.events) throw new Error(`${events} of ${large.events} events were exported`);
      memory.large.push(megabytes);
      return events / seconds;
    },
  });
  for (const { house } of [small, large]) await house.close();
  const peer = 'reading and decoding in one thread';
  return {
    lines: [
      line(
        'P20',
        `exporting ${large.events} events: opened, pseudonymised, digested, tar, age (events)`,
        figures.large,
        peer,
        figures.decode,
        0.1,
      ),
      line(
        'P20',
        `memory of an export of ${large.events} events`,
        summary(memory.large),
        `of ${small.events} events`,
        summary(memory.small),
        lessAbove(MEGABYTES, ' MB'),
        ' MB',
      ),
    ],
    notes: [],
  };
}
