import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { interleave, lessAbove, line, now, sleep } from '../lib.mjs';
import { openHouse } from '../house.mjs';
import { fill } from '../projections.mjs';

const child = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const EXPORTING = child('exporting-child.mjs');
const CHECKING = child('checking-child.mjs');
const dist = (path) => import(new URL(`../../dist/infrastructure/${path}`, import.meta.url).href);
/** So many that what every process takes before it has met anything is no longer what is measured. */
const PEOPLE = 2_500;
const TIMES = 10;
const MEGABYTES = 50;
/** For memory: what is needed, not what V8 lets lie for as long as there is room. Whatever grew with the log would end such a process. */
const SMALL_HEAP = ['--max-old-space-size=96', '--max-semi-space-size=4'];

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
async function exported({ house }, options = []) {
  const folder = await mkdtemp(join(tmpdir(), 'mes-bench-export-'));
  const given = JSON.stringify({ url: house.url, stateDir: house.platform.settings.stateDir, folder });
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...options, EXPORTING, given]);
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The most memory of one comparison of a log with its seal, in a process of its own. */
async function checked({ house, events }) {
  const given = JSON.stringify({ url: house.url, stateDir: house.platform.settings.stateDir });
  const { stdout } = await promisify(execFile)(process.execPath, [...SMALL_HEAP, CHECKING, given]);
  const found = JSON.parse(stdout);
  if (found.count > 0 || found.events !== events) throw new Error(`${found.count} findings in ${found.events} of ${events} events`);
  return found.megabytes;
}

async function readAndDecode({ platform: { reader } }) {
  const started = now();
  let read = 0;
  for await (const { facts } of reader.read(0n, [])) read += facts.length;
  return read / (now() - started);
}

/** P20: an encrypted, pseudonymised export of everything, against reading and decoding everything in one thread; its memory for ten times as many events, and that of comparing log and seal. */
export async function exportLines(server, { rounds }) {
  const small = await sealedHouse(server, 'export_small', PEOPLE);
  const large = await sealedHouse(server, 'export_large', PEOPLE * TIMES);
  const figures = await interleave(rounds, {
    decode: () => readAndDecode(large.house),
    large: async () => {
      const { events, seconds } = await exported(large);
      if (events !== large.events) throw new Error(`${events} of ${large.events} events were exported`);
      return events / seconds;
    },
    memorySmall: async () => (await exported(small, SMALL_HEAP)).megabytes,
    memoryLarge: async () => (await exported(large, SMALL_HEAP)).megabytes,
    checkSmall: () => checked(small),
    checkLarge: () => checked(large),
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
        `memory of an export of ${large.events} events, with a small heap`,
        figures.memoryLarge,
        `of ${small.events} events`,
        figures.memorySmall,
        lessAbove(MEGABYTES, ' MB'),
        ' MB',
      ),
      line(
        'P20',
        `memory of comparing ${large.events} events with their seal, with a small heap`,
        figures.checkLarge,
        `of ${small.events} events`,
        figures.checkSmall,
        lessAbove(MEGABYTES, ' MB'),
        ' MB',
      ),
    ],
  };
}
