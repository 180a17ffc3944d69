import { run } from './program.js';
import type { Runtime } from './system.js';

/** How long an ending may take before we end without it, milliseconds. */
const PATIENCE_MS = 30_000;

/** The command line of this process: its arguments, its environment, its streams, its exit code. Ctrl-C ends in order; a second one at once. */
export async function main({ start, generate }: Pick<Runtime, 'start' | 'generate'>): Promise<void> {
  const runtime: Runtime = { environment: process.env, root: process.getuid?.() === 0, start, generate };
  process.exitCode = await run(process.argv.slice(2), { runtime, out: process.stdout, err: process.stderr, interrupted: interruption() });
  // A connection that somebody holds open must not keep a finished command alive.
  setTimeout(() => process.exit(), PATIENCE_MS).unref();
}

function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
