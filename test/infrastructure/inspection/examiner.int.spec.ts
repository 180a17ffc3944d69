import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import { Examiner } from '../../../src/infrastructure/inspection/examiner.js';
import { brokenProgram, examiningProgram } from '../../support/examining-program.js';
import { png } from '../../support/sample-files.js';
import { modernLetterPdf } from '../../support/sample-pdf.js';

const own = (bytes: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
const pdfClaim = { mediaType: 'application/pdf', fileName: null, allowed: ['application/pdf' as const] };
const LIMITS = { timeoutMs: 500, queue: 3 };

let examiner: Examiner | null = null;
const running = (program: URL, limits = LIMITS): Examiner => (examiner = new Examiner(limits, program));
afterEach(async () => examiner?.close());

describe('The examining thread', () => {
  it('gives a verdict on each file, in the order of asking', async () => {
    const asked = running(await examiningProgram(), { timeoutMs: 10_000, queue: 10 });
    const files = [modernLetterPdf(), png(), modernLetterPdf('', '/AA << >>')];
    expect(await Promise.all(files.map((file) => asked.examine(own(file), pdfClaim)))).toEqual([
      { mediaType: 'application/pdf' },
      { refused: 'record/type-not-accepted' },
      { refused: 'record/active-content' },
    ]);
  });

  it('leaves the rest of the program free while it works', async () => {
    const asked = running(await examiningProgram(), { timeoutMs: 10_000, queue: 10 });
    await asked.examine(own(png()), pdfClaim);
    let working = true;
    let turns = 0;
    const elsewhere = (async () => {
      for (; working; turns++) await new Promise((resolve) => setImmediate(resolve));
    })();
    const files = Array.from({ length: 5 }, () => asked.examine(own(modernLetterPdf()), pdfClaim));
    await Promise.all(files).finally(() => (working = false));
    await elsewhere;
    // Examined in this thread, the files would leave it a turn or two between them.
    expect(turns).toBeGreaterThan(20 * files.length);
  });

  it.each([
    ['hangs', "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { for (;;); });"],
    ['never answers', "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => undefined);"],
    ['dies', "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(1));"],
    ['throws', "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { throw new Error('no'); });"],
    [
      'gives no verdict',
      "import { parentPort } from 'node:worker_threads'; parentPort.on('message', ({ id }) => parentPort.postMessage({ id, verdict: null }));",
    ],
    ['cannot be started', 'this is no program'],
  ])('is made anew when it %s: the file in hand gets no verdict, the next one has its turn', async (what, code) => {
    const asked = running(await brokenProgram(what.replaceAll(' ', '-'), code));
    const verdicts = await Promise.allSettled([asked.examine(own(png()), pdfClaim), asked.examine(own(png()), pdfClaim)]);
    expect(verdicts.map((verdict) => verdict.status === 'rejected' && verdict.reason instanceof StoreUnavailable)).toEqual([true, true]);
  });

  it('refuses for the moment, one file after the other, while no thread can be had', async () => {
    const asked = running(new URL('https://nowhere.example/examining-worker.js'));
    for (let n = 0; n < 5; n++) await expect(asked.examine(own(png()), pdfClaim)).rejects.toThrow(StoreUnavailable);
  });

  it('works again after a file that killed it', async () => {
    const dying =
      "import { parentPort } from 'node:worker_threads'; parentPort.on('message', ({ id, bytes }) => { if (bytes.length === 1) process.exit(1); " +
      "parentPort.postMessage({ id, verdict: { mediaType: 'application/pdf' } }); });";
    const asked = running(await brokenProgram('dying', dying), { timeoutMs: 10_000, queue: 10 });
    await expect(asked.examine(new Uint8Array(1), pdfClaim)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await asked.examine(new Uint8Array(2), pdfClaim)).toEqual({ mediaType: 'application/pdf' });
  });

  it('takes no more files than may wait', async () => {
    const asked = running(
      await brokenProgram('mute', "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => undefined);"),
    );
    const all = await Promise.allSettled(Array.from({ length: 6 }, () => asked.examine(own(png()), pdfClaim)));
    expect(all.map((one) => (one.status === 'rejected' ? (one.reason as Error).message : 'taken'))).toEqual([
      ...Array<string>(4).fill('a file took too long to examine'),
      ...Array<string>(2).fill('too many files wait to be examined'),
    ]);
  });

  it('gives no verdict once it is closed', async () => {
    const asked = running(await examiningProgram());
    const waiting = asked.examine(own(png()), pdfClaim);
    await Promise.all([expect(waiting).rejects.toBeInstanceOf(StoreUnavailable), asked.close()]);
    await expect(asked.examine(own(png()), pdfClaim)).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
