import { createHash } from 'node:crypto';
import type { Claimed } from '../../../src/application/record/inspection.js';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import { ClamdAntivirus } from '../../../src/infrastructure/inspection/clamd-antivirus.js';
import { Examiner } from '../../../src/infrastructure/inspection/examiner.js';
import { NoAntivirus } from '../../../src/infrastructure/inspection/no-antivirus.js';
import { BytesRefused, StreamingInspection } from '../../../src/infrastructure/inspection/streaming-inspection.js';
import { examiningProgram } from '../../support/examining-program.js';
import { eicar, fakeClamd, type Conduct, type FakeClamd } from '../../support/fake-clamd.js';
import { goodFiles, jpeg } from '../../support/sample-files.js';
import { letterPdf } from '../../support/sample-pdf.js';

const LIMIT = 5_000_000;
const claim = (changes: Partial<Claimed> = {}): Claimed => ({
  mediaType: 'text/plain',
  fileName: null,
  maxSize: LIMIT,
  allowed: [...new Set(goodFiles.map(({ mediaType }) => mediaType))],
  ...changes,
});

/** Keeps bytes as a store does: for good when they end, not at all when they break off. */
class Shelf {
  kept: Buffer | null = null;
  thrown: unknown = null;
  taken = 0;
  readonly put = async (bytes: AsyncIterable<Uint8Array>): Promise<void> => {
    const pieces: Uint8Array[] = [];
    try {
      for await (const piece of bytes) {
        pieces.push(Buffer.from(piece));
        this.taken += piece.length;
      }
    } catch (error) {
      this.thrown = error;
      throw error;
    }
    this.kept = Buffer.concat(pieces);
  };
}

async function* inPieces(bytes: Buffer, size = 65_536) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function* breakingOff(bytes: Buffer) {
  yield bytes;
  throw new Error('the depositor hung up');
}

/** For a clamd that will never answer. */
const IMPATIENT = { connectMs: 500, writeMs: 500, answerMs: 500 };

let examiner: Examiner;
let clamd: FakeClamd;
let inspection: StreamingInspection;
let shelf: Shelf;

beforeAll(async () => {
  examiner = new Examiner(undefined, await examiningProgram());
  clamd = await fakeClamd();
  inspection = new StreamingInspection(new ClamdAntivirus(clamd.address), examiner);
});
beforeEach(() => {
  clamd.behave('scan');
  shelf = new Shelf();
});
afterAll(async () => {
  await examiner.close();
  await clamd.close();
});

describe('A file that nothing speaks against', () => {
  it.each(goodFiles.map((file) => [file.what, file] as const))('is kept as it came: %s', async (_, { bytes, mediaType, fileName }) => {
    expect(await inspection.inspect(inPieces(bytes, 100), claim({ mediaType, fileName }), shelf.put)).toEqual({
      mediaType,
      size: bytes.length,
      sha1: createHash('sha1').update(bytes).digest('hex'),
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    expect(shelf.kept).toEqual(bytes);
  });

  it('may be exactly as large as allowed', async () => {
    expect(await inspection.inspect(inPieces(Buffer.alloc(LIMIT, 'a')), claim(), shelf.put)).toMatchObject({ size: LIMIT });
  });

  it('is read no faster than it is kept', async () => {
    let produced = 0;
    let most = 0;
    const counting = (async function* () {
      for (; produced < 50; produced += 1) yield Buffer.from('abc\n');
    })();
    let taken = 0;
    await inspection.inspect(counting, claim(), async (bytes) => {
      const iterator = bytes[Symbol.asyncIterator]();
      while (!(await iterator.next()).done) {
        taken += 1;
        await new Promise((resolve) => setImmediate(resolve));
        most = Math.max(most, produced - taken);
      }
    });
    expect(taken).toBe(50);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('needs no antivirus where the settings say so', async () => {
    const embedded = new StreamingInspection(new NoAntivirus(), examiner);
    expect(await embedded.inspect(inPieces(eicar()), claim(), shelf.put)).toMatchObject({ size: 68 });
  });
});

describe('A file that is refused is not kept', () => {
  it.each([
    ['one byte too large', inPieces(Buffer.alloc(LIMIT + 1, 'a')), claim(), 'record/too-large'],
    ['empty', inPieces(Buffer.alloc(0)), claim(), 'record/empty'],
    ['a virus', inPieces(eicar()), claim(), 'record/virus-found'],
    ['a virus behind an image', inPieces(Buffer.concat([jpeg(), eicar()])), claim({ mediaType: 'image/jpeg' }), 'record/virus-found'],
    ['another type', inPieces(letterPdf()), claim({ mediaType: 'image/png' }), 'record/type-mismatch'],
    ['half a file', inPieces(letterPdf().subarray(0, 700)), claim({ mediaType: 'application/pdf' }), 'record/truncated'],
    ['a script', inPieces(letterPdf('', '/AA << >>')), claim({ mediaType: 'application/pdf' }), 'record/active-content'],
  ])('%s', async (_, bytes, claimed, rejected) => {
    expect(await inspection.inspect(bytes, claimed, shelf.put)).toEqual({ rejected, kind: expect.any(String), record: [] });
    expect(shelf.kept).toBeNull();
    expect(shelf.thrown).toBeInstanceOf(BytesRefused);
  });

  it('is not read further than one piece behind the limit', async () => {
    let produced = 0;
    let closed = false;
    const endless = (async function* () {
      try {
        for (;;) yield Buffer.alloc(((produced += 1), 10_000), 'a');
      } finally {
        closed = true;
      }
    })();
    expect(await inspection.inspect(endless, claim({ maxSize: 100_000 }), shelf.put)).toMatchObject({ rejected: 'record/too-large' });
    expect([produced, closed, shelf.taken]).toEqual([11, true, 100_000]);
  });

  it('by its claim alone, before the sink is asked', async () => {
    let closed = false;
    const bytes = (async function* () {
      try {
        yield eicar();
      } finally {
        closed = true;
      }
    })();
    let asked = false;
    const refused = await inspection.inspect(bytes, claim({ fileName: 'a.exe' }), async () => void (asked = true));
    expect([refused, asked, closed]).toEqual([expect.objectContaining({ rejected: 'record/type-mismatch' }), false, true]);
  });

  it('even while the antivirus is away, for no antivirus would make it sound', async () => {
    clamd.behave('hang-up');
    const truncated = inPieces(letterPdf().subarray(0, 700));
    expect(await inspection.inspect(truncated, claim({ mediaType: 'application/pdf' }), shelf.put)).toMatchObject({
      rejected: 'record/truncated',
    });
  });
});

describe('Nothing is kept, and nobody is told that it was', () => {
  it.each<Conduct>(['refuse', 'die-midway', 'stop-reading', 'silent', 'hang-up', { answer: 'PONG' }])(
    'when the antivirus fails: %s',
    async (conduct) => {
      clamd.behave(conduct);
      const bytes = inPieces(Buffer.alloc(4_000_000, 'a'));
      const impatient = new StreamingInspection(new ClamdAntivirus(clamd.address, IMPATIENT), examiner);
      await expect(impatient.inspect(bytes, claim(), shelf.put)).rejects.toBeInstanceOf(StoreUnavailable);
      expect(shelf.kept).toBeNull();
      expect(shelf.thrown).toBeInstanceOf(StoreUnavailable);
    },
  );

  it('when the sink fails, at whatever point: its error comes out', async () => {
    for (const after of [0, 1, 3]) {
      const full = async (bytes: AsyncIterable<Uint8Array>) => {
        const iterator = bytes[Symbol.asyncIterator]();
        for (let piece = 0; piece < after; piece += 1) await iterator.next();
        throw new Error('the disk is full');
      };
      await expect(inspection.inspect(inPieces(Buffer.alloc(200_000, 'a')), claim(), full)).rejects.toThrow('the disk is full');
    }
  });

  it('when the sink fails in its last act', async () => {
    const full = async (bytes: AsyncIterable<Uint8Array>) => {
      await shelf.put(bytes);
      throw new Error('the disk is full');
    };
    await expect(inspection.inspect(inPieces(Buffer.alloc(200_000, 'a')), claim(), full)).rejects.toThrow('the disk is full');
  });

  it('when the sink fails while the antivirus does', async () => {
    clamd.behave('die-midway');
    const full = async (bytes: AsyncIterable<Uint8Array>) => {
      await bytes[Symbol.asyncIterator]().next();
      throw new Error('the disk is full');
    };
    await expect(inspection.inspect(inPieces(Buffer.alloc(200_000, 'a')), claim(), full)).rejects.toThrow();
  });

  it('when the sink leaves before the bytes end', async () => {
    const early = async (bytes: AsyncIterable<Uint8Array>) => void (await bytes[Symbol.asyncIterator]().next());
    await expect(inspection.inspect(inPieces(Buffer.alloc(200_000, 'a')), claim(), early)).rejects.toThrow('the sink ended');
  });

  it('when the depositor hangs up', async () => {
    await expect(inspection.inspect(breakingOff(Buffer.from('abc')), claim(), shelf.put)).rejects.toThrow('the depositor hung up');
    expect([shelf.kept, shelf.thrown]).toEqual([null, new Error('the depositor hung up')]);
  });
});

describe('Of files that come at the same time', () => {
  const text = Buffer.from('a'.repeat(1_000));
  const plain = claim({ mediaType: 'text/plain' });

  it('no more is held than the process may: what comes beyond is to be sent again, and there is room once the others are through', async () => {
    const narrow = new StreamingInspection(new NoAntivirus(), examiner, 1_500);
    let goOn: () => void = () => undefined;
    const waits = new Promise<void>((resolve) => (goOn = resolve));
    async function* slowly() {
      yield text;
      await waits;
    }
    const [slow, other, next] = [new Shelf(), new Shelf(), new Shelf()];
    const first = narrow.inspect(slowly(), plain, slow.put);
    await expect(narrow.inspect(inPieces(text), plain, other.put)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(other.kept).toBeNull();
    goOn();
    expect(await first).toMatchObject({ size: 1_000 });
    expect(await narrow.inspect(inPieces(text), plain, next.put)).toMatchObject({ size: 1_000 });
    expect([slow.kept, next.kept]).toEqual([text, text]);
  });
});
