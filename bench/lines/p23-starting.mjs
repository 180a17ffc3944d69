import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { atMost, interleave, line } from '../lib.mjs';

const inProject = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PROGRAMS = { program: inProject('dist/program/mes.mjs'), files: inProject('dist/infrastructure/cli/mes.js') };
const WORK = 'projections,processes,timers,outbox';

/** Seconds from the start of a process to where it says what it needed to come to; it is ended then. */
async function secondsUntil(pattern, program, environment, ...words) {
  const started = performance.now();
  const env = { PATH: process.env.PATH, ...environment };
  const child = spawn(process.execPath, ['--enable-source-maps', program, '--json', ...words], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  for await (const chunk of child.stdout) if (pattern.test((said += chunk))) break;
  const seconds = (performance.now() - started) / 1_000;
  child.kill();
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  if (!pattern.test(said)) throw new Error(`mes ${words.join(' ')} ended without having said ${pattern}`);
  return seconds;
}

/** P23: how long a process takes to begin its work, and a command to answer: as one program, and loaded file by file. */
export async function startingLines(server, { rounds }) {
  const stateDir = await mkdtemp(join(tmpdir(), 'mes-bench-starting-'));
  await chmod(stateDir, 0o700);
  const environment = { DATABASE_URL: await server.database('starting'), STATE_DIR: stateDir, LOG_LEVEL: 'silent' };
  const wishes = {
    'doors, until they are open': [/"roles"/, 'serve', '--roles', 'api', '--port', '0'],
    'a worker, until it works': [/"roles"/, 'serve', '--roles', WORK],
    'a command that asks the system': [/"origin"/, 'seal', 'status'],
  };
  // The first one makes the schema.
  await secondsUntil(/"origin"/, PROGRAMS.program, environment, 'seal', 'status');
  const lines = [];
  for (const [what, [pattern, ...words]] of Object.entries(wishes)) {
    const of = (program) => () => secondsUntil(pattern, program, environment, ...words);
    const { program, files } = await interleave(rounds, { program: of(PROGRAMS.program), files: of(PROGRAMS.files) });
    lines.push(line('P23', what, program, 'the same, file by file', files, atMost(0.75), ' s'));
  }
  await rm(stateDir, { recursive: true, force: true });
  return lines;
}
