#!/usr/bin/env node
import 'reflect-metadata';
import { run } from './program.js';
import type { Runtime } from './system.js';

/** Ctrl-C and SIGTERM end the work in order, and so does a reader who went away (`mes … | head`); a second signal ends the process. */
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      resolve();
    });
});

/** Loaded by the commands that need it: help, tokens and verifying answer at once. What is logged goes to standard error: standard output is for answers. */
const start: Runtime['start'] = async (settings, options) => {
  const [{ startSystem }, { Log, pinoFor }] = await Promise.all([import('../system/start-system.js'), import('../log.js')]);
  return startSystem(settings, options, new Log(pinoFor(settings.logLevel, process.stderr)));
};
const generate: Runtime['generate'] = async (folder) => (await import('../reference/generate.js')).generate(folder);

process.exitCode = await run(process.argv.slice(2), {
  runtime: { environment: process.env, root: process.getuid?.() === 0, start, generate },
  out: process.stdout,
  err: process.stderr,
  interrupted,
});
