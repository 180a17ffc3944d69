import { createHash, type Hash } from 'node:crypto';
import { Inspection, type Antivirus, type Claimed, type Inspected } from '../../application/record/inspection.js';
import { StoreUnavailable } from '../../application/shared/ports.js';
import { reject, type Rejection, type RejectionKind } from '../../domain/shared/rejection.js';
import { refuseClaim } from './claim.js';
import type { Examiner } from './examiner.js';
import { Handover } from './handover.js';
import type { FileRefusal, Verdict } from './verdict.js';

/** What the sink's iterator throws when the file is refused: whatever it kept so far must go. */
export class BytesRefused extends Error {
  constructor() {
    super('the file was refused');
  }
}

type Settled<T> = { readonly value: T } | { readonly error: unknown };
type Scanned = Awaited<ReturnType<Antivirus['scan']>>;

/** One that is handed the bytes. `failed` is known as soon as it happens; `settled` never rejects, so no failure goes unheard in any order. */
class Consumer<T> {
  readonly bytes = new Handover();
  readonly settled: Promise<Settled<T>>;
  failed: { readonly error: unknown } | null = null;
  ended = false;

  constructor(consume: (bytes: AsyncIterable<Uint8Array>) => Promise<T>) {
    this.settled = this.run(consume);
  }

  private async run(consume: (bytes: AsyncIterable<Uint8Array>) => Promise<T>): Promise<Settled<T>> {
    try {
      return { value: await consume(this.bytes) };
    } catch (error) {
      this.failed = { error };
      return this.failed;
    } finally {
      this.ended = true;
      this.bytes.complete();
    }
  }

  async result(): Promise<T> {
    const settled = await this.settled;
    if ('error' in settled) throw settled.error;
    return settled.value;
  }
}

/** What flowed by: counted, digested, and kept for the checks that need a file whole. */
class Flow {
  readonly pieces: Uint8Array[] = [];
  size = 0;
  private readonly digests: readonly [Hash, Hash] = [createHash('sha1'), createHash('sha256')];

  take(piece: Uint8Array): void {
    this.size += piece.length;
    for (const digest of this.digests) digest.update(piece);
    this.pieces.push(piece);
  }

  /** In memory of its own, which can be handed to another thread. */
  whole(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.size);
    let at = 0;
    for (const piece of this.pieces.splice(0)) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  digest(): Pick<Inspected, 'sha1' | 'sha256'> {
    const [sha1, sha256] = this.digests;
    return { sha1: sha1.digest('hex'), sha256: sha256.digest('hex') };
  }
}

/** Stops reading. The iterator of a Node stream closes its stream only once it was asked for something. */
async function abandon(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const iterator = bytes[Symbol.asyncIterator]();
  await iterator.next();
  await iterator.return?.();
}

/** What is wrong with a file decides the status: too large, of a kind that is not taken, or not sound. */
const kindOf = (code: FileRefusal): RejectionKind => {
  if (code === 'record/too-large') return 'too-large';
  return UNSUPPORTED.includes(code) ? 'unsupported-media' : 'invalid';
};
const UNSUPPORTED: readonly FileRefusal[] = ['record/type-not-accepted', 'record/type-mismatch', 'record/archive-refused'];
const refusal = (code: FileRefusal): Rejection => reject(kindOf(code), code);

/** Bytes of all uploads together that one process holds: some fifty of the largest. Whoever sends slowly, and much at once, ends nobody's process. */
const MOST_HELD = 512 * 1024 * 1024;

/**
 * One pass over the bytes: to the sink, to the antivirus and to the digests as they come, then to the examiner as a whole. The sink learns that there
 * is no more only when nothing speaks against the file. Holds the file in memory once, so at most `maxSize` for each upload at a time (twice while it is
 * put together), and of all of them no more than `mostHeld`: what comes beyond is refused with StoreUnavailable, to be sent again.
 */
export class StreamingInspection extends Inspection {
  private held = 0;

  constructor(
    private readonly antivirus: Antivirus,
    private readonly examiner: Examiner,
    private readonly mostHeld = MOST_HELD,
  ) {
    super();
  }

  /** A claim that is refused by itself ends it before a byte is read or the sink is called. */
  async inspect(
    bytes: AsyncIterable<Uint8Array>,
    claimed: Claimed,
    sink: (bytes: AsyncIterable<Uint8Array>) => Promise<void>,
  ): Promise<Inspected | Rejection> {
    const unfounded = refuseClaim(claimed);
    if (unfounded !== null) {
      await abandon(bytes);
      return refusal(unfounded);
    }
    const kept = new Consumer(sink);
    const scanned = new Consumer((copy) => this.antivirus.scan(copy));
    const flow = new Flow();
    try {
      return await this.look(bytes, claimed, flow, kept, scanned);
    } catch (error) {
      await this.stop(error, kept, scanned);
      throw error;
    } finally {
      this.held -= flow.size;
    }
  }

  private async look(
    bytes: AsyncIterable<Uint8Array>,
    claimed: Claimed,
    flow: Flow,
    kept: Consumer<void>,
    scanned: Consumer<Scanned>,
  ): Promise<Inspected | Rejection> {
    const cut = await this.pump(bytes, claimed.maxSize, flow, [kept, scanned]);
    const verdict: Verdict = cut === null ? await this.judge(flow, claimed, scanned) : { refused: cut };
    if ('refused' in verdict) {
      await this.stop(new BytesRefused(), kept, scanned);
      return refusal(verdict.refused);
    }
    if (kept.ended && kept.failed === null) throw new Error('the sink ended before the bytes did');
    kept.bytes.complete();
    await kept.result();
    return { mediaType: verdict.mediaType, size: flow.size, ...flow.digest() };
  }

  /** Reads to the end, or to the first reason not to. */
  private async pump(
    bytes: AsyncIterable<Uint8Array>,
    maxSize: number,
    flow: Flow,
    consumers: readonly Consumer<unknown>[],
  ): Promise<FileRefusal | null> {
    for await (const piece of bytes) {
      if (piece.length === 0) continue;
      if (flow.size + piece.length > maxSize) return 'record/too-large';
      if (this.held + piece.length > this.mostHeld) throw new StoreUnavailable('too many bytes come at once');
      this.held += piece.length;
      flow.take(piece);
      await Promise.all(consumers.map((consumer) => consumer.bytes.offer(piece)));
      for (const { failed } of consumers) if (failed) throw failed.error;
    }
    return flow.size === 0 ? 'record/empty' : null;
  }

  /** A virus weighs more than any other reason; a file that is refused anyway is refused even while the antivirus is away. */
  private async judge(flow: Flow, claimed: Claimed, scanned: Consumer<Scanned>): Promise<Verdict> {
    scanned.bytes.complete();
    const [examined, scan] = await Promise.all([settle(this.examiner.examine(flow.whole(), claimed)), scanned.settled]);
    if ('value' in scan && !scan.value.clean) return { refused: 'record/virus-found' };
    if ('error' in examined) throw examined.error;
    if ('refused' in examined.value) return examined.value;
    if ('error' in scan) throw scan.error;
    return examined.value;
  }

  /** Ends both, and waits until they have put away what they held. Their own errors at this point say no more than the one that stops them. */
  private async stop(error: unknown, ...consumers: readonly Consumer<unknown>[]): Promise<void> {
    for (const { bytes } of consumers) bytes.fail(error);
    await Promise.all(consumers.map(({ settled }) => settled));
  }
}

const settle = <T>(promise: Promise<T>): Promise<Settled<T>> =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
