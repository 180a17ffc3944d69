import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inProject } from '../../project-folder.js';
import { Failed } from '../outcome.js';

/** A part of the tests, not of the product: there in a clone of the project, not in an installed image. */
const PROGRAM = inProject('test/kurrentdb/server/main.mjs');

/** A server that a demonstration started for itself. */
export interface DemoServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts the test server of the EventStoreDB protocol as a process of its own, with its log in the state folder.
 * Throws Failed where there is none: then KURRENTDB_URL has to name a real one.
 */
export async function startKurrentServer(stateDir: string): Promise<DemoServer> {
  if (!existsSync(PROGRAM))
    throw new Failed('the test server of the tests (test/kurrentdb/server) is not here: name a KurrentDB by KURRENTDB_URL instead');
  const settings = JSON.stringify({ folder: join(stateDir, 'kurrentdb') });
  // In a group of its own: a Ctrl-C is for us, and it goes when we are done with it.
  const child = fork(PROGRAM, [settings], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [], detached: true });
  const ended = once(child, 'exit');
  const said: unknown = await Promise.race([once(child, 'message').then(([message]: unknown[]) => message), ended.then(() => null)]);
  if (said === null) throw new Failed('the test server of the event store ended before it served');
  return {
    url: `esdb://127.0.0.1:${(said as { readonly port: number }).port}?tls=false`,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}
