import type { KeyObject } from 'node:crypto';
import { StoreUnavailable } from '../../application/shared/ports.js';
import { BadWrap, unwrapKey, wrapKey } from './key-wrap.js';
import { CryptoThreads } from '../threads/crypto-threads.js';
import { pack, unpack } from '../threads/packed.js';
import type { SecretFile } from './secret-file.js';

/** A key as it lies in the table: wrapped by the key of an epoch. */
export interface WrappedKey {
  readonly epoch: number;
  readonly wrapped: Buffer;
}

/** A key that was just made, and how it lies in the table. */
export interface FreshKey extends WrappedKey {
  readonly secret: KeyObject;
}

/** Wraps and unwraps with the keys of the secrets file. A key management service has the same methods. */
export class FileKeks {
  /** Whether any wrapped key ever opened here. */
  private opens = false;

  constructor(
    private readonly file: SecretFile,
    /** Where many keys are wrapped and unwrapped; absent: in the thread of the caller. */
    private readonly threads: CryptoThreads = new CryptoThreads(0),
  ) {}

  /** The epoch that wraps now. */
  get newest(): number {
    return this.file.all('kek')[0].epoch;
  }

  /** So many new keys. */
  async fresh(count: number): Promise<readonly FreshKey[]> {
    const { epoch, secret: kek } = this.file.all('kek')[0];
    const { secrets, wrapped } = await this.threads.freshKeys(count, kek);
    const many = unpack(wrapped);
    return secrets.map((secret, n) => ({ epoch, secret, wrapped: many[n] as Buffer }));
  }

  /**
   * Keys ready for use, in the order given; null for one that does not open, because its bytes were altered. Throws StoreUnavailable when an epoch is not
   * there even after looking again, and while nothing at all opens: then this is not the file by which they were wrapped.
   */
  async ready(many: readonly WrappedKey[]): Promise<readonly (KeyObject | null)[]> {
    const epochs = [...new Set(many.map(({ epoch }) => epoch))];
    const keks: KeyObject[] = [];
    for (const epoch of epochs) keks.push(await this.kek(epoch));
    const kekOf = Uint32Array.from(many, ({ epoch }) => epochs.indexOf(epoch));
    return this.judged(await this.threads.unwrap({ keks, kekOf, wrapped: pack(many.map(({ wrapped }) => wrapped)) }));
  }

  /** The same keys, wrapped by the key of this epoch; null for one that does not open. Throws StoreUnavailable as `ready`. */
  async rewrapped(many: readonly WrappedKey[], target: number): Promise<readonly (Buffer | null)[]> {
    const to = await this.kek(target);
    const again: (Buffer | null)[] = [];
    for (const { epoch, wrapped } of many) again.push(rewrap(await this.kek(epoch), to, wrapped));
    return this.judged(again);
  }

  /** Reads the file again, when the table speaks of an epoch that another process made. */
  reload(): Promise<void> {
    return this.file.reload();
  }

  /** A single key that does not open is the fault of its row; that none ever did is the fault of the file, and no row is to blame. */
  private judged<T>(opened: readonly (T | null)[]): readonly (T | null)[] {
    this.opens ||= opened.some((one) => one !== null);
    if (opened.length > 0 && !this.opens) throw new StoreUnavailable('no wrapped key opens with the keys that are here');
    return opened;
  }

  private async kek(epoch: number): Promise<KeyObject> {
    return this.file.of('kek', epoch) ?? (await this.lookAgain(epoch));
  }

  private async lookAgain(epoch: number): Promise<KeyObject> {
    await this.file.reload();
    const secret = this.file.of('kek', epoch);
    if (!secret) throw new StoreUnavailable(`the key of epoch ${epoch} is not here`);
    return secret;
  }
}

function rewrap(from: KeyObject, to: KeyObject, wrapped: Buffer): Buffer | null {
  try {
    const bytes = unwrapKey(from, wrapped);
    try {
      return wrapKey(to, bytes);
    } finally {
      bytes.fill(0);
    }
  } catch (error) {
    if (!(error instanceof BadWrap)) throw error;
    return null;
  }
}
