#!/usr/bin/env node
import 'reflect-metadata';
import { generate } from '../reference/generate.js';
import { startSystem } from '../system/start-system.js';
import { Log, pinoFor } from '../log.js';
import { run } from './program.js';
import type { Runtime } from './system.js';

/** Ctrl-C and SIGTERM end the work in order; a second one ends the process. */
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
});

/** What is logged goes to standard error: standard output is for answers. */
const start: Runtime['start'] = (settings, options) => startSystem(settings, options, new Log(pinoFor(settings.logLevel, process.stderr)));

process.exitCode = await run(process.argv.slice(2), {
  runtime: { environment: process.env, root: process.getuid?.() === 0, start, generate },
  out: process.stdout,
  err: process.stderr,
  interrupted,
});
