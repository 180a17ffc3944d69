import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: args } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    people: { type: 'string', default: '20000' },
    full: { type: 'boolean', default: false },
    waits: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
});
if (args.help) {
  console.log(`npm run bench [-- --only P1,P12] [--seconds 3] [--rounds 3] [--people 20000] [--full] [--waits]

Measures the lines of docs/performance.md, each against a limit or a peer in the same run, and writes bench/results/<commit>.json.
  --only      lines to run (P1,P2,P3 come together)
  --seconds   length of one measurement
  --people    how many live through the pilot (P8, P14, P22)
  --full      the pilot with its 3.3 million as well (P9, P22): one to two hours more
  --waits     what connections wait for meanwhile as well (P1, P2, P3); looking takes a little of their time
  --rounds    how often each case runs; cases take turns, medians count`);
  process.exit();
}
const wanted = args.only?.split(',') ?? [];
const only = (...ids) => wanted.length === 0 || ids.some((id) => wanted.includes(id));

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
if (Object.keys(dependencies).some((name) => !existsSync(new URL(`node_modules/${name}`, import.meta.url))))
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: fileURLToPath(new URL('.', import.meta.url)), stdio: 'inherit' });
execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });

const { HEAD, print } = await import('./lib.mjs');
const { startServer } = await import('./server.mjs');
const settings = {
  seconds: Number(args.seconds),
  rounds: Number(args.rounds),
  people: Number(args.people),
  full: args.full,
  waits: args.waits,
  only,
};
const server = await startServer();
// Who gives up after an hour gets his disk back. Processes that measure end when they are left alone.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, async () => {
    console.error('Interrupted: nothing is written down.');
    process.exitCode = 130;
    await server.stop();
    process.exit();
  });
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
const machine = `${availableParallelism()} cores (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
console.log(`Commit ${commit} · ${machine} · PostgreSQL embedded, ${server.settings} · client and server on the same cores\n`);
const lines = [];
const notes = [];
try {
  if (only('P1', 'P2', 'P3')) {
    const appends = await (await import('./append.mjs')).appendLines(server, settings);
    lines.push(...appends.lines);
    notes.push(...appends.notes);
  }
  if (only('P4')) {
    const { lines: some, note } = await (await import('./lines/p04-processes.mjs')).processLines(server, settings);
    lines.push(...some);
    notes.push(note);
  }
  if (only('P5', 'P6')) lines.push(...(await (await import('./lines/p05-commands.mjs')).commandLines(server, settings)));
  if (only('P7', 'P8')) lines.push(...(await (await import('./lines/p07-bulk.mjs')).bulkLines(server, settings)));
  if (only('P8', 'P9', 'P14', 'P22')) {
    const plain = lines.find(({ id }) => id === 'P7')?.ours;
    const pilot = await (await import('./lines/p22-pilot.mjs')).pilotLines(server, { ...settings, plain });
    lines.push(...pilot.lines);
    notes.push(...pilot.notes);
  }
  if (only('P15')) {
    const { lines: some, notes: said } = await (await import('./lines/p15-embedded.mjs')).embeddedLines(server, settings);
    lines.push(...some);
    notes.push(...said);
  }
  if (only('P23')) lines.push(...(await (await import('./lines/p23-starting.mjs')).startingLines(server, settings)));
  if (only('P10', 'P11')) {
    const readModels = await (await import('./projections.mjs')).projectionLines(server, settings);
    lines.push(...readModels.lines);
    notes.push(...readModels.notes);
  }
  if (only('P13')) lines.push(...(await (await import('./lines/p13-long-streams.mjs')).longStreamLines(server, settings)));
  if (only('P16')) lines.push(...(await (await import('./lines/p16-deposits.mjs')).depositLines(server, settings)));
  if (only('P17')) lines.push(...(await (await import('./lines/p17-document-list.mjs')).documentListLines(server, settings)));
  if (only('P19')) lines.push(...(await (await import('./lines/p19-pages.mjs')).pageLines(server, settings)));
  if (only('P20')) {
    const sealing = await (await import('./lines/p20-sealing.mjs')).sealingLines(server, settings);
    lines.push(...sealing.lines);
    notes.push(...sealing.notes);
    lines.push(...(await (await import('./lines/p20-export.mjs')).exportLines(server, settings)).lines);
  }
  if (only('P21')) lines.push(...(await (await import('./lines/p21-as-of.mjs')).asOfLines(server, settings)));
  if (only('P18')) notes.push(...(await (await import('./lines/p18-decisions.mjs')).decisionNotes(settings)));
  if (only('P12')) {
    const { stored, lost, doubled, naive } = await (await import('./lost-events.mjs')).lostEvents(server, settings);
    notes.push(
      `P12: of ${stored} events ${lost} lost, ${doubled} doubled (bar: 0 and 0); a naive cursor on ${naive.stored} rows lost ${naive.lost} (${((100 * naive.lost) / naive.stored).toFixed(1)} %, bar: more than 1 %): ${lost === 0 && doubled === 0 && naive.lost / naive.stored > 0.01 ? 'met' : '**not met**'}`,
    );
  }
} catch (error) {
  // Whoever was interrupted breaks off everywhere, and waits for the server to stop.
  if (process.exitCode === 130) await new Promise(() => {});
  // Said at once: connections that a line left open break when the server stops, and that would be all that is seen.
  console.error(error);
  process.exitCode = 1;
} finally {
  await server.stop();
}
console.log([HEAD, ...lines.map(print)].join('\n'));
for (const note of notes) console.log(`\n${note}`);
await mkdir(new URL('results/', import.meta.url), { recursive: true });
await writeFile(
  new URL(`results/${commit}.json`, import.meta.url),
  JSON.stringify({ commit, machine, settings: server.settings, lines, notes }, (_, v) => (typeof v === 'bigint' ? Number(v) : v), 2),
);
process.exit();
