import { fork } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { atMost, line, summary } from '../lib.mjs';

const dist = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
/** The pilot of 2021: who got a letter, and how many of them opposed. */
const PILOT = 3_300_000;
const OPPOSED = 0.0068;
const COUNTRY = 68_000_000;
const DEPOSITS_OF_2025 = 420_000_000;
const MOST_MINUTES = 15;
const MOST_MEMORY = 1.5 * 2 ** 30;
/** Kilobytes that one opened person may take. */
const STORAGE = 2.4;

/** The pilot with so many people, in a process and a database of their own. */
async function pilot(server, people, round) {
  const folder = await mkdtemp(join(server.folder, 'pilot-'));
  await chmod(folder, 0o700);
  const path = join(folder, 'people.csv');
  const { writeBeneficiaries } = await dist('infrastructure/campaign/beneficiaries-writer.js');
  const { inventPeople } = await dist('infrastructure/campaign/invented-people.js');
  await writeBeneficiaries(
    path,
    inventPeople({ count: people, seed: 'pilot', year: new Date().getUTCFullYear(), children: 0 }),
    () => undefined,
  );
  const environment = {
    NODE_ENV: 'test',
    DATABASE_URL: await server.database(`pilot_${people}_${round}`),
    STATE_DIR: folder,
    SIMULATED_CLOCK: '1',
    LOG_LEVEL: 'silent',
    BENCH_FILE: path,
    BENCH_PEOPLE: people,
    BENCH_OPPOSED: Math.round(people * OPPOSED),
  };
  const child = fork(new URL('../piloting.mjs', import.meta.url), {
    env: { ...process.env, ...environment },
    execArgv: ['--max-semi-space-size=64'],
  });
  const told = await new Promise((resolve, reject) => {
    child.on('message', (message) => {
      if (message.progress === undefined) resolve(message);
      else console.error(`  pilot of ${people.toLocaleString('en')}: ${message.progress}`);
    });
    child.once('exit', (code) => reject(new Error(`the pilot ended with ${code}`)));
  });
  await rm(folder, { recursive: true });
  const whole = Object.entries(told.seconds).reduce((sum, [part, seconds]) => (part === 'oppose' ? sum : sum + seconds), 0);
  return { ...told, people, whole, rate: told.events / whole };
}

const of = (runs, figure) => summary(runs.map(figure));
const hours = (seconds) => `${(seconds / 3_600).toFixed(1)} h`;
const megabytes = (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`;
const what = 'keys, encryption, read models, processes and sealing on';

/** P8, P9, P14 and P22: the bulk path with everything on. `plain`: what P7 writes in a second, without any of it. */
export async function pilotLines(server, { only, full, people, plain, rounds }) {
  const small = [];
  for (let round = 0; round < rounds; round++) small.push(await pilot(server, people, round));
  // More than an hour each: once.
  const large = full ? [await pilot(server, PILOT, 0)] : null;
  const runs = large ?? small;
  const shown = runs.at(-1);
  const title = `${shown.people.toLocaleString('en')} people`;
  const lines = [
    ...(plain
      ? [
          line(
            'P8',
            `import and opening of ${people.toLocaleString('en')} people, ${what} (events)`,
            of(small, ({ rate }) => rate),
            'bulk import, plain (P7)',
            plain,
            0.35,
          ),
        ]
      : []),
    ...(large
      ? [
          line(
            'P9',
            `the same with ${title} (events)`,
            of(large, ({ rate }) => rate),
            `with ${people.toLocaleString('en')}`,
            of(small, ({ rate }) => rate),
            0.8,
          ),
        ]
      : []),
    line(
      'P14',
      `storage per person of the pilot (four facts, keys, registry, read models, deadlines, seal)`,
      of(runs, ({ grown }) => grown / shown.people / 1_000),
      'what a person may take',
      summary([STORAGE]),
      atMost(1),
      ' kB',
    ),
    ...(large
      ? [
          line(
            'P22',
            `the pilot whole, ${title} (${what})`,
            of(runs, ({ whole }) => whole / 60),
            'what it may take',
            summary([MOST_MINUTES]),
            atMost(1),
            ' min',
          ),
        ]
      : []),
    line(
      'P22',
      `memory of Node at most, ${title}`,
      of(runs, ({ rss }) => rss / 2 ** 20),
      'what it may take',
      summary([MOST_MEMORY / 2 ** 20]),
      atMost(1),
      ' MiB',
    ),
  ];
  const parts = Object.entries(shown.seconds).map(([part, seconds]) => `${part} ${seconds.toFixed(1)} s`);
  const sizes = Object.entries(shown.tables).map(([table, bytes]) => `${table} ${Math.round(bytes / shown.people)} B`);
  const perPerson = shown.whole / shown.people;
  const notes = [
    `P22: ${title}, ${shown.events.toLocaleString('en')} events: ${parts.join(', ')} (oppositions are not counted); memory of Node at most ${megabytes(shown.rss)}. At this pace, not measured: the pilot (3.3 million) ${hours(PILOT * perPerson)}, the country (68 million) ${hours(COUNTRY * perPerson)}, the deposits of 2025 (420 million, as many events of this kind again) ${hours((DEPOSITS_OF_2025 * 2) / shown.rate)}.`,
    `P14: per person by schema: ${sizes.join(', ')}.`,
  ];
  return { lines: lines.filter(({ id }) => only(id)), notes };
}
