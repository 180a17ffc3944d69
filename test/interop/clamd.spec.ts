import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreUnavailable } from '../../src/application/shared/ports.js';
import { ClamdAntivirus } from '../../src/infrastructure/inspection/clamd-antivirus.js';
import { eicar } from '../support/fake-clamd.js';

const LIMITS = { connectMs: 2_000, writeMs: 10_000, answerMs: 20_000 };

/** clamd as the system has it. */
function clamdProgram(): string {
  try {
    return execFileSync('sh', ['-c', 'command -v clamd || ls /usr/sbin/clamd'], { encoding: 'utf8' }).trim();
  } catch {
    throw new Error('clamd is missing: install it (Debian: apt-get install clamav-daemon) to run the interoperability tests');
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function* inPieces(bytes: Buffer, size = 65_536) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

let folder: string;
let clamd: ChildProcess | null = null;
let antivirus: ClamdAntivirus;

/** Waits until clamd has loaded its signatures, or is gone. */
async function untilReady(): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    if (clamd?.exitCode !== null) throw new Error(`clamd ended at once, with ${String(clamd?.exitCode)}`);
    if (await antivirus.ready()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('clamd did not become ready');
}

beforeAll(async () => {
  const program = clamdProgram();
  folder = await mkdtemp(join(tmpdir(), 'clamd-'));
  // clamd gives up the rights of root, and reads its signatures as somebody else.
  await chmod(folder, 0o755);
  const port = await freePort();
  // A database of one signature: what is tried here is the protocol, not the knowledge of viruses.
  await writeFile(join(folder, 'test.ndb'), `Eicar.Test:0:0:${eicar().toString('hex')}\n`);
  const settings = [`DatabaseDirectory ${folder}`, `TCPSocket ${port}`, 'TCPAddr 127.0.0.1', 'Foreground yes', 'StreamMaxLength 26M'];
  await writeFile(join(folder, 'clamd.conf'), `${settings.join('\n')}\n`);
  clamd = spawn(program, ['-c', join(folder, 'clamd.conf')], { stdio: 'ignore' });
  antivirus = new ClamdAntivirus({ host: '127.0.0.1', port }, LIMITS);
  await untilReady();
});

afterAll(async () => {
  const running = clamd;
  if (running !== null && running.exitCode === null && running.signalCode === null) {
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await gone;
  }
  if (folder) await rm(folder, { recursive: true });
});

describe('The real clamd', () => {
  it('calls a harmless file clean', async () => {
    expect(await antivirus.scan(inPieces(Buffer.from('Compte rendu de biologie')))).toEqual({ clean: true });
  });

  it('finds the test file, in one piece or byte by byte', async () => {
    expect(await antivirus.scan(inPieces(eicar()))).toEqual({ clean: false, found: 'Eicar.Test.UNOFFICIAL' });
    expect(await antivirus.scan(inPieces(eicar(), 1))).toMatchObject({ clean: false });
  });

  it('takes 25 MB', async () => {
    expect(await antivirus.scan(inPieces(Buffer.alloc(25_000_000, 'a')))).toEqual({ clean: true });
  });

  it('does not call clean what is beyond its own limit', async () => {
    await expect(antivirus.scan(inPieces(Buffer.alloc(40_000_000, 'a')))).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('lets nothing pass when it is killed in the middle of an upload', async () => {
    const killing = (async function* () {
      yield Buffer.alloc(1_000_000, 'a');
      const gone = new Promise((resolve) => clamd?.once('exit', resolve));
      clamd?.kill('SIGKILL');
      await gone;
      yield Buffer.alloc(1_000_000, 'a');
    })();
    await expect(antivirus.scan(killing)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await antivirus.ready()).toBe(false);
  });
});
