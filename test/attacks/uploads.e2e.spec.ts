import 'reflect-metadata';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rename, utimes } from 'node:fs/promises';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pause } from '../../src/application/shared/pause.js';
import { careIn, entry, letter, MARTIN, ownEntry } from '../support/care.js';
import { doorsOf, refusedOverGraphql } from '../support/doors.js';
import { fakeClamd, type FakeClamd } from '../support/fake-clamd.js';
import { form, type FormFile } from '../support/multipart.js';
import { holdingAppends } from '../support/lying-log.js';
import { sameInstallation } from '../support/same-installation.js';
import { openWorld, type World } from '../support/world.js';
import { hostile } from './hostile-files.js';
import { trustFigures } from '../support/trust/figures.js';

const TERMS = { conditions: '2026-01', privacy: '2026-01' };
const PROGRAM = join(process.cwd(), 'dist/program/mes.mjs');
const LONG_AGO = new Date(Date.now() - 48 * 3_600_000);
const DEPOSIT = 'mutation($space: ID!, $input: DepositWithContentInput!) { depositDocument(space: $space, input: $input) { document } }';
/** Of the holder's files, what GraphQL takes. */
const LONGEST_CONTENT = 5_000_000;

/** Until it holds. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(10);
}

describe('A file that is not what it should be', () => {
  let clamd: FakeClamd;
  let world: World;
  let doors: ReturnType<typeof doorsOf>;
  let space: string;
  beforeAll(async () => {
    clamd = await fakeClamd();
    world = await openWorld({ ANTIVIRUS: `clamd://127.0.0.1:${(clamd.address as { port: number }).port}` });
    doors = doorsOf(world);
    const { address, letter: proof } = await world.invite();
    space = address.handle;
    await doors.rest('POST', '/activations', { as: 'alice', body: { ...proof, terms: TERMS } });
    await careIn(doors.rest, space).consent('dr-martin', MARTIN);
    await world.app.listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    await world.close();
    await clamd.close();
  });

  const objects = async (): Promise<readonly string[]> =>
    (await readdir(world.settings.blobDir, { recursive: true, withFileTypes: true }))
      .filter((one) => one.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort();
  const send = (file: FormFile, headers: Readonly<Record<string, string>> = {}) => {
    const { headers: type, payload } = form(entry(), file);
    return doors.rest('POST', `/spaces/${space}/documents`, { as: 'dr-martin', headers: { ...type, ...headers }, body: payload });
  };

  let stored: readonly string[];
  let head: bigint;
  const remember = async (): Promise<void> => {
    stored = await objects();
    head = await world.log.store.head();
  };
  const nothingIsLeft = async (): Promise<void> => {
    expect(await objects()).toEqual(stored);
    expect(await world.log.store.head()).toBe(head);
    expect(world.log.alarms).toEqual([]);
  };
  beforeEach(remember);

  describe('is refused, and leaves neither bytes nor a fact', () => {
    let refused = 0;
    afterAll(() => trustFigures('uploads', { files: hostile.length, refused }));

    it.each(hostile.map((one) => [one.what, one] as const))('%s, over both doors', async (_, { bytes, mediaType, fileName }) => {
      const rest = await send({ bytes, mediaType, fileName: fileName ?? 'x' });
      expect(rest.status).toBeGreaterThanOrEqual(400);
      expect(rest.status).toBeLessThan(500);
      expect(rest.body.code).toMatch(/^record\//);
      if (bytes.length <= LONGEST_CONTENT) {
        const input = { ...ownEntry(), mediaType, ...(fileName === undefined ? {} : { fileName }), content: bytes.toString('base64') };
        expect(refusedOverGraphql(await doors.graphql(DEPOSIT, { space, input }, { as: 'alice' }))).toMatch(
          bytes.length === 0 ? /^request\// : /^record\//,
        );
      }
      await nothingIsLeft();
      refused += 1;
    });

    it('in a batch, while those beside it are kept', async () => {
      const bad = hostile.filter(({ bytes }) => bytes.length < 100_000).slice(0, 10);
      const files = bad.flatMap((one) => [letter(), one]).concat(letter());
      const entries = files.map(({ mediaType, fileName = 'x' }, n) => ({ ...entry({ uniqueId: `batch/${n}` }), mediaType, fileName }));
      const { headers, payload } = form({ entries: entries.slice(0, 20) }, ...files.slice(0, 20));
      const { status, body } = await doors.rest('POST', `/spaces/${space}/document-batches`, { as: 'dr-martin', headers, body: payload });
      expect(status).toBe(200);
      const answers = body as readonly { readonly refused: string | null }[];
      expect(answers.map(({ refused }, n) => (n % 2 === 0 ? refused : refused?.startsWith('record/')))).toEqual(
        answers.map((__, n) => (n % 2 === 0 ? null : true)),
      );
      expect((await objects()).length - stored.length).toBe(10);
    });
  });

  describe('on a line that breaks', () => {
    const { headers: type, payload } = form(entry(), { bytes: Buffer.alloc(3_000_000, 0x61), mediaType: 'text/plain', fileName: 'x.txt' });
    const opened = async (length: number): Promise<Socket> => {
      const { port } = world.app.getHttpServer().address() as AddressInfo;
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(
        `POST /api/v1/spaces/${space}/documents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await world.token('dr-martin')}\r\n` +
          `Content-Type: ${type['content-type']}\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n`,
      );
      return socket;
    };
    const answerOf = async (socket: Socket): Promise<string> => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('error', () => undefined);
      await new Promise((resolve) => socket.on('close', resolve));
      return Buffer.concat(chunks).toString();
    };
    const draft = async (): Promise<boolean> => (await objects()).length > stored.length;
    const settled = () => until(async () => !(await draft()));

    it('cut in the middle of an upload: what had come is gone', async () => {
      const socket = await opened(payload.length);
      socket.write(payload.subarray(0, 1_500_000));
      await until(draft);
      socket.destroy();
      await settled();
      await nothingIsLeft();
    });

    it('ended before the length it promised', async () => {
      const socket = await opened(payload.length + 1_000);
      const answer = answerOf(socket);
      socket.end(payload.subarray(0, 2_000_000));
      expect(await answer).not.toMatch(/^HTTP\/1\.1 [25]/);
      await settled();
      await nothingIsLeft();
    });

    it('with more bytes than it promised: cut there, hence not whole', async () => {
      const socket = await opened(2_000_000);
      const answer = answerOf(socket);
      socket.end(payload);
      expect(await answer).toMatch(/^(HTTP\/1\.1 4\d\d|$)/);
      await settled();
      await nothingIsLeft();
    });
  });

  describe('while something is away', () => {
    afterEach(() => void clamd.behave('scan'));
    const sound = letter();

    it.each([
      ['dies in the middle of the upload', 'die-midway'],
      ['takes no connections', 'refuse'],
      ['hangs up instead of answering', 'hang-up'],
      ['says that it is in trouble', { answer: 'stream: Can\u0027t allocate memory ERROR' }],
      ['says what nobody understands', { answer: 'stream: OK maybe' }],
    ] as const)('the antivirus %s: 503, and the same again goes well', async (_, conduct) => {
      clamd.behave(conduct);
      const key = { 'idempotency-key': `again ${JSON.stringify(conduct)}`.replace(/\W/g, '-') };
      expect(await send(sound, key)).toMatchObject({
        status: 503,
        headers: { 'retry-after': '10' },
        body: { code: 'request/store-unavailable' },
      });
      await nothingIsLeft();
      clamd.behave('scan');
      expect(await send(sound, key)).toMatchObject({ status: 201 });
      expect((await objects()).length).toBe(stored.length + 1);
    });

    it('the folder of the store cannot be written to: 503, and nothing lies there', async () => {
      const drafts = join(world.settings.blobDir, 'drafts');
      await rename(drafts, `${drafts}-away`);
      try {
        expect(await send(sound)).toMatchObject({ status: 503, body: { code: 'request/store-unavailable' } });
      } finally {
        await rename(`${drafts}-away`, drafts);
      }
      await nothingIsLeft();
    });
  });

  describe('and the process is killed between the bytes and their event', () => {
    const environment = (): NodeJS.ProcessEnv => ({
      ...process.env,
      ...sameInstallation(world),
      LOG_LEVEL: 'silent',
      NODE_ENV: 'test',
    });
    const mes = (...line: readonly string[]): ChildProcess =>
      spawn(process.execPath, [PROGRAM, '--json', ...line], { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
    const said = async ({ stdout }: ChildProcess): Promise<Record<string, unknown>> => {
      let text = '';
      for await (const chunk of stdout ?? []) if ((text += String(chunk)).includes('\n')) break;
      return JSON.parse(text) as Record<string, unknown>;
    };

    it('an orphan lies there, which the sweep finds and deletes, and nothing else', async () => {
      const served = mes('serve', '--port', '0', '--roles', 'api');
      const { url } = await said(served);
      const { headers, payload } = form(entry(), letter());
      const authorization = `Bearer ${await world.token('dr-martin')}`;
      const over = await holdingAppends(world, world.settings.databaseUrl ?? '');
      try {
        const asked = fetch(`${String(url)}/api/v1/spaces/${space}/documents`, {
          method: 'POST',
          headers: { ...headers, authorization },
          body: new Uint8Array(payload),
        }).then(
          () => 'answered',
          () => 'cut',
        );
        await until(async () => (await objects()).filter((path) => !path.includes('drafts')).length > stored.length);
        served.kill('SIGKILL');
        expect(await asked).toBe('cut');
      } finally {
        await over();
      }
      expect(await world.log.store.head()).toBe(head);
      const orphans = (await objects()).filter((path) => !stored.includes(path) && !path.includes('drafts'));
      expect(orphans).toHaveLength(1);

      expect(await said(mes('sweep'))).toMatchObject({ kept: 0, deleted: 0, tooYoung: stored.length + 1 });
      for (const path of await objects()) await utimes(path, LONG_AGO, LONG_AGO);
      const counts = { seen: stored.length + 1, kept: stored.length, deleted: 1, tooYoung: 0, outOfReach: 0 };
      expect(await said(mes('sweep', '--dry-run'))).toEqual({ ...counts, dryRun: true });
      expect(await objects()).toEqual(expect.arrayContaining(orphans));
      expect(await said(mes('sweep'))).toEqual({ ...counts, dryRun: false });
      expect(await objects()).toEqual(stored);
      expect(await said(mes('sweep'))).toMatchObject({ deleted: 0, kept: stored.length });
    });
  });
});
