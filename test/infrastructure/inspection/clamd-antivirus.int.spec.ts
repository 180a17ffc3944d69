import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import { ClamdAntivirus } from '../../../src/infrastructure/inspection/clamd-antivirus.js';
import { eicar, fakeClamd, type Conduct, type FakeClamd } from '../../support/fake-clamd.js';

/** For a clamd that will never answer. One that answers has the time that a loaded machine takes. */
const IMPATIENT = { connectMs: 300, writeMs: 300, answerMs: 300 };
const SHORTER_THAN_THE_DEPOSITOR = { connectMs: 5_000, writeMs: 5_000, answerMs: 1_000 };
const MEGABYTE = Buffer.alloc(1 << 20, 'a');

async function* inPieces(...pieces: readonly Buffer[]) {
  yield* pieces;
}

let clamd: FakeClamd | null = null;
const told = async (conduct: Conduct, limits = conduct === 'scan' ? undefined : IMPATIENT): Promise<ClamdAntivirus> => {
  clamd = await fakeClamd(conduct);
  return new ClamdAntivirus(clamd.address, limits);
};
afterEach(async () => {
  await clamd?.close();
  clamd = null;
});

describe('The antivirus', () => {
  it('calls clean what clamd calls clean, and sends it every byte', async () => {
    const antivirus = await told('scan');
    expect(await antivirus.scan(inPieces(Buffer.from('abc'), Buffer.alloc(0), Buffer.alloc(3 << 20, 7)))).toEqual({ clean: true });
    expect(clamd?.streams[0]?.size).toBe(3 + (3 << 20));
  });

  it('finds a virus that is spread over pieces, and names it', async () => {
    const antivirus = await told('scan');
    const virus = eicar();
    expect(await antivirus.scan(inPieces(virus.subarray(0, 30), virus.subarray(30)))).toEqual({
      clean: false,
      found: 'Eicar.Test.UNOFFICIAL',
    });
  });

  it('is reached over a socket in the file system, too', async () => {
    clamd = await fakeClamd('scan', join(tmpdir(), `${randomUUID()}.sock`));
    expect(await new ClamdAntivirus(clamd.address).scan(inPieces(eicar()))).toMatchObject({ clean: false });
  });

  it.each<[string, Conduct]>([
    ['hangs up at once', 'refuse'],
    ['dies in the middle of the upload', 'die-midway'],
    ['stops reading', 'stop-reading'],
    ['says nothing', 'silent'],
    ['hangs up instead of answering', 'hang-up'],
    ['answers something else', { answer: 'PONG' }],
    ['answers nothing between its ends', { answer: '' }],
    ['answers with words around the verdict', { answer: 'stream: OK, more or less' }],
    ['finds the stream too large', { answer: 'INSTREAM size limit exceeded. ERROR', early: true }],
    ['calls clean what it has not seen whole', { answer: 'stream: OK', early: true }],
    ['never ends its answer', { answer: 'x'.repeat(5000) }],
  ])('lets nothing pass when clamd %s', async (_, conduct) => {
    const antivirus = await told(conduct);
    await expect(antivirus.scan(inPieces(...Array<Buffer>(16).fill(MEGABYTE)))).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('lets nothing pass when nobody listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const antivirus = new ClamdAntivirus({ host: '127.0.0.1', port }, IMPATIENT);
    await expect(antivirus.scan(inPieces(MEGABYTE))).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await antivirus.ready()).toBe(false);
  });

  it('gives back the error of a source that breaks off', async () => {
    const antivirus = await told('scan');
    const broken = (async function* () {
      yield MEGABYTE;
      throw new Error('the depositor hung up');
    })();
    await expect(antivirus.scan(broken)).rejects.toThrow('the depositor hung up');
  });

  it('waits for a slow depositor longer than for a slow clamd', async () => {
    const antivirus = await told('scan', SHORTER_THAN_THE_DEPOSITOR);
    const slow = (async function* () {
      yield MEGABYTE;
      await new Promise((resolve) => setTimeout(resolve, 1.5 * SHORTER_THAN_THE_DEPOSITOR.answerMs));
      yield MEGABYTE;
    })();
    expect(await antivirus.scan(slow)).toEqual({ clean: true });
  });
});

describe('The antivirus is ready', () => {
  it('when clamd finds the test file', async () => {
    expect(await (await told('scan')).ready()).toBe(true);
  });

  it.each<[string, Conduct]>([
    ['calls it clean, having no signatures', { answer: 'stream: OK' }],
    ['dies', 'die-midway'],
    ['says nothing', 'silent'],
  ])('not when clamd %s', async (_, conduct) => {
    expect(await (await told(conduct)).ready()).toBe(false);
  });
});
