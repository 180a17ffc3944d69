type Step = IteratorResult<Uint8Array, undefined>;
interface Asking {
  readonly resolve: (step: Step) => void;
  readonly reject: (error: unknown) => void;
}
type Ending = { readonly error: unknown } | 'complete';

const FINISHED: Step = { done: true, value: undefined };

/**
 * Bytes handed from one that has them to one that asks for them, piece by piece: nothing is offered before the last piece was asked for.
 * Only one may offer, and only one may ask, at a time.
 */
export class Handover implements AsyncIterableIterator<Uint8Array> {
  private asking: Asking | null = null;
  private offered: { readonly piece: Uint8Array; readonly taken: () => void } | null = null;
  private ending: Ending | null = null;

  /** Resolves when the piece was asked for, or will not be asked for any more. */
  offer(piece: Uint8Array): Promise<void> {
    if (this.ending !== null) return Promise.resolve();
    if (this.asking !== null) {
      this.answer((asking) => asking.resolve({ done: false, value: piece }));
      return Promise.resolve();
    }
    return new Promise((taken) => (this.offered = { piece, taken }));
  }

  /** There is no more. */
  complete(): void {
    this.end('complete');
  }

  /** The one who asks gets this error instead of the rest. */
  fail(error: unknown): void {
    this.end({ error });
  }

  next(): Promise<Step> {
    if (this.offered !== null) {
      const { piece, taken } = this.offered;
      this.offered = null;
      taken();
      return Promise.resolve({ done: false, value: piece });
    }
    if (this.ending === 'complete') return Promise.resolve(FINISHED);
    if (this.ending !== null) return this.failed(this.ending.error);
    return new Promise((resolve, reject) => (this.asking = { resolve, reject }));
  }

  /** The one who asks wants no more. */
  return(): Promise<Step> {
    this.end('complete');
    return Promise.resolve(FINISHED);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The error is told once; whoever asks again is told that there is no more. */
  private async failed(error: unknown): Promise<never> {
    this.ending = 'complete';
    throw error;
  }

  private end(ending: Ending): void {
    this.ending ??= ending;
    this.offered?.taken();
    this.offered = null;
    this.answer((asking) => {
      if (this.ending === null || this.ending === 'complete') asking.resolve(FINISHED);
      else asking.reject(this.ending.error);
    });
  }

  private answer(how: (asking: Asking) => void): void {
    const asking = this.asking;
    this.asking = null;
    if (asking !== null) how(asking);
  }
}
