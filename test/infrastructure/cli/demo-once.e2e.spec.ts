import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaryEvent, EventStoreDBClient } from '@eventstore/db-client';
import { LoopbackServer } from '../../kurrentdb/loopback.js';
import { endTree } from '../../support/process-tree.js';

const PROGRAM = new URL('../../../dist/program/mes.mjs', import.meta.url).pathname;

interface Surroundings {
  /** Sends Ctrl-C when it has said this. */
  readonly interruptAt?: string;
  /** The server that its environment names; none, and PostgreSQL unless its options say otherwise, whatever the environment of the test run says. */
  readonly kurrentdbUrl?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A folder that the account of the database server can pass through. */
async function passable(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  await chmod(folder, 0o711);
  return folder;
}

let temporary: string;
const started: ChildProcess[] = [];
beforeAll(async () => {
  temporary = await passable('mes-demos-');
});
// A test that took too long leaves its program behind, below it a database server, and their folder.
afterEach(() => Promise.all(started.splice(0).map(endTree)));
afterAll(() => rm(temporary, { recursive: true, force: true, maxRetries: 10 }));
const foldersLeft = async (): Promise<readonly string[]> => (await readdir(temporary)).filter((name) => name.startsWith('mes-demo-'));

/** Runs the built program as the README says; ends with its exit code. */
async function mes(argv: readonly string[], { interruptAt, kurrentdbUrl = '', environment = {} }: Surroundings = {}) {
  const env = { ...process.env, EVENT_STORE: 'postgres', TMPDIR: temporary, KURRENTDB_URL: kurrentdbUrl, ...environment };
  const child = spawn(process.execPath, ['--enable-source-maps', PROGRAM, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  const out: string[] = [];
  const err: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    err.push(chunk.toString());
    if (interruptAt !== undefined && chunk.toString().includes(interruptAt)) child.kill('SIGINT');
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out: out.join(''), err: err.join('') };
}

/** The table at the end: word → count. */
const countsIn = (out: string): Readonly<Record<string, number>> =>
  Object.fromEntries([...out.matchAll(/^([a-z]+) +(\d+)$/gm)].map(([, word, n]) => [word, Number(n)]));

/** How many streams of the server hold an event of each type, asked of it by its own client. */
async function streamsByType(url: string): Promise<ReadonlyMap<string, number>> {
  const client = EventStoreDBClient.connectionString(url);
  const streams = new Map<string, Set<string>>();
  for await (const { event } of client.readAll())
    if (event !== undefined) streams.set(event.type, (streams.get(event.type) ?? new Set()).add(event.streamId));
  await client.dispose();
  return new Map([...streams].map(([type, names]) => [type, names.size]));
}

describe('npm run demo -- --once', () => {
  it.each([
    ['1,000 people on an embedded database within 120 s', [], 900, 120_000],
    ['1,000 people with the events in EventStoreDB within 120 s', ['--event-store', 'kurrentdb'], 900, 120_000],
  ])(
    'tells the story of %s, and prints each word with its count',
    async (_, more, least, within) => {
      const began = performance.now();
      const { code, out, err } = await mes(['demo', '--once', ...more]);
      expect({ code, err: code === 0 ? '' : err.slice(-2_000) }).toEqual({ code: 0, err: '' });
      expect(performance.now() - began).toBeLessThan(within);
      const people = Number(/(\d+) people declared and invited/.exec(err)?.[1]);
      const opposed = [...err.matchAll(/(\d+) oppositions? by/g)].reduce((sum, [, n]) => sum + Number(n), 0);
      expect(people).toBeGreaterThan(least);
      const life = { invited: people, opposed, opened: people - opposed + 1, activated: 4, closed: 1, reopened: 1 };
      // What the steps said on their way, beside what the log holds at the end.
      const said = (what: RegExp): number => [...err.matchAll(what)].length;
      const deposited = said(/\b1 (document|letter|psychological report)( deposited|$)/gm);
      const masked = said(/\b1 document masked|\b1 mask for one person/g);
      const notices = [...err.matchAll(/\+(\d+) NoticeIssued/g)].reduce((sum, [, n]) => sum + Number(n), 0);
      const refused = [...err.matchAll(/\+(\d+) AccessDenied\b/g)].reduce((sum, [, n]) => sum + Number(n), 0);
      expect({ deposited, masked }).toEqual({ deposited: 4, masked: 2 });
      expect(countsIn(out)).toEqual({ ...life, deposited, masked, refused, emergency: 1, notices, revealed: 1 });
      expect(out).toContain('the read models agree with the log');
    },
    180_000,
  );

  it('leaves its events in the EventStoreDB that KURRENTDB_URL names', async () => {
    const server = await LoopbackServer.start();
    try {
      const { code, out, err } = await mes(['demo', '--once', '--event-store', 'kurrentdb', '--count', '40'], { kurrentdbUrl: server.url });
      expect({ code, err: code === 0 ? '' : err.slice(-2_000) }).toEqual({ code: 0, err: '' });
      const { invited, opened, activated, closed } = countsIn(out);
      expect(invited).toBeGreaterThan(30);
      const there = await streamsByType(server.url);
      const lying = ['InvitationSent', 'SpaceOpened', 'SpaceActivated', 'SpaceClosed'].map((type) => there.get(type));
      expect(lying).toEqual([invited, opened, activated, closed]);
    } finally {
      await server.stop();
    }
  }, 120_000);

  it('tells no story behind the events of somebody else, and says so before it reads them', async () => {
    const server = await LoopbackServer.start();
    try {
      const client = EventStoreDBClient.connectionString(server.url);
      await client.appendToStream('space-of-somebody', binaryEvent({ type: 'SpaceOpened', data: new Uint8Array(8) }));
      await client.dispose();
      const { code, err } = await mes(['demo', '--once', '--event-store', 'kurrentdb', '--count', '40'], { kurrentdbUrl: server.url });
      expect({ code, err: err.trimEnd() }).toEqual({
        code: 1,
        err: 'mes: the server that KURRENTDB_URL names holds events already: a demonstration with a new state needs one without any',
      });
      expect(await foldersLeft()).toEqual([]);
    } finally {
      await server.stop();
    }
  }, 60_000);

  it('interrupted in the middle of its story it ends at once, and leaves no folder', async () => {
    const { code, err } = await mes(['demo', '--once', '--count', '40'], { interruptAt: '1. ' });
    expect({ code, said: err.trimEnd().split('\n').at(-1) }).toEqual({
      code: 1,
      said: 'mes: the demonstration was ended before its story was over',
    });
    expect(await foldersLeft()).toEqual([]);
  }, 60_000);

  it('leaves no folder where its settings are refused', async () => {
    const { code } = await mes(['demo', '--once', '--event-store', 'kurrentdb'], { environment: { SEAL_CHECK_HOUR: '99' } });
    expect(code).toBe(1);
    expect(await foldersLeft()).toEqual([]);
  });
});

describe('npm run demo', () => {
  it('stays up after the story, ends in order at Ctrl-C, and finds its state again', async () => {
    const folder = await passable('mes-kept-');
    try {
      const kept = ['--count', '40', '--port', '0', '--state-dir', folder];
      const first = await mes(['demo', ...kept], { interruptAt: 'Ctrl-C ends it' });
      expect({ code: first.code, ended: first.err.trimEnd().endsWith('ending') }).toEqual({ code: 0, ended: true });
      for (const place of ['/api/v1', '/docs', '/graphql/explorer', '/health/ready', '/metrics']) expect(first.err).toContain(`${place}\n`);
      const second = await mes(['demo', '--once', ...kept]);
      expect(second.err).toContain('has lived already');
      expect({ code: second.code, out: second.out }).toEqual({ code: 0, out: first.out });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
