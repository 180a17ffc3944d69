import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What is handed out for a KurrentDB. */
export const deployed = (name: string): string => join(process.cwd(), 'deploy/kurrentdb', name);

/** A script of that folder as its own process, which knows nothing but this environment. */
export async function runScript(name: string, environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [deployed(name)], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...said };
}
