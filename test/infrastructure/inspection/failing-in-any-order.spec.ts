import { Antivirus } from '../../../src/application/record/inspection.js';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import { isRejection } from '../../../src/domain/shared/rejection.js';
import { Examiner } from '../../../src/infrastructure/inspection/examiner.js';
import { StreamingInspection } from '../../../src/infrastructure/inspection/streaming-inspection.js';
import { examiningProgram } from '../../support/examining-program.js';

const PIECES = 5;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** When one of the three fails: before it does anything, on its second piece, after its last. */
type Moment = 'never' | 'at-once' | 'midway' | 'at-the-end';
const MOMENTS: readonly Moment[] = ['never', 'at-once', 'midway', 'at-the-end'];

async function consume(bytes: AsyncIterable<Uint8Array>, moment: Moment, slow: boolean, fail: () => never): Promise<void> {
  if (moment === 'at-once') fail();
  let pieces = 0;
  for await (const piece of bytes) {
    pieces += piece.length > 0 ? 1 : 0;
    if (slow) await turn();
    if (moment === 'midway' && pieces === 2) fail();
  }
  if (moment === 'at-the-end') fail();
}

class FailingAntivirus extends Antivirus {
  constructor(private readonly moment: Moment) {
    super();
  }
  async scan(bytes: AsyncIterable<Uint8Array>): Promise<{ readonly clean: true }> {
    await consume(bytes, this.moment, false, () => {
      throw new StoreUnavailable('away');
    });
    return { clean: true };
  }
}

async function* source(moment: Moment, text: string) {
  const fail = (): never => {
    throw new Error('the depositor hung up');
  };
  if (moment === 'at-once') fail();
  for (let piece = 0; piece < PIECES; piece += 1) {
    if (moment === 'midway' && piece === 2) fail();
    yield Buffer.from(text);
    await turn();
  }
  if (moment === 'at-the-end') fail();
}

const cases = MOMENTS.flatMap((from) =>
  MOMENTS.flatMap((scan) =>
    MOMENTS.flatMap((sink) => ['sound', 'bad\0'].flatMap((text) => [true, false].map((slow) => ({ from, scan, sink, text, slow })))),
  ),
);

let examiner: Examiner;
beforeAll(async () => {
  examiner = new Examiner(undefined, await examiningProgram());
});
afterAll(() => examiner.close());

describe('Source, antivirus and sink failing in any order', () => {
  it.each(cases)(
    'source $from, antivirus $scan, sink $sink, slow: $slow, $text: kept only when nothing failed',
    async ({ from, scan, sink, text, slow }) => {
      let kept = false;
      const put = async (bytes: AsyncIterable<Uint8Array>): Promise<void> => {
        await consume(bytes, sink, slow, () => {
          throw new Error('the disk is full');
        });
        kept = true;
      };
      const claimed = { mediaType: 'text/plain', fileName: null, maxSize: 1000, allowed: ['text/plain' as const] };
      const outcome = await new StreamingInspection(new FailingAntivirus(scan), examiner).inspect(source(from, text), claimed, put).then(
        (answer) => (isRejection(answer) ? 'refused' : 'accepted'),
        () => 'failed',
      );
      const isSound = [from, scan, sink].every((moment) => moment === 'never') && text === 'sound';
      expect([outcome === 'accepted', kept]).toEqual([isSound, isSound]);
    },
  );
});
