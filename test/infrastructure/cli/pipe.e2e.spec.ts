import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

const PROGRAM = new URL('../../../dist/infrastructure/cli/mes.js', import.meta.url).pathname;

it('mes says nothing of a reader who went away, as with `mes --help | head -1`', async () => {
  const child = spawn(process.execPath, [PROGRAM, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const ended = new Promise((resolve) => child.once('close', resolve));
  expect([await text(child.stderr), await ended]).toEqual(['', 0]);
});
