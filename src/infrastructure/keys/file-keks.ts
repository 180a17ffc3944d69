import type { KeyObject } from 'node:crypto';
import { StoreUnavailable } from '../../application/shared/ports.js';
import { unwrapKey, wrapKey } from './key-wrap.js';
import type { SecretFile } from './secret-file.js';

/** A key as it lies in the table: wrapped by the key of an epoch. */
export interface WrappedKey {
  readonly epoch: number;
  readonly wrapped: Buffer;
}

/** Wraps and unwraps with the keys of the secrets file. A key management service has the same three methods. */
export class FileKeks {
  constructor(private readonly file: SecretFile) {}

  /** The epoch that wraps now. */
  get newest(): number {
    return this.file.all('kek')[0].epoch;
  }

  wrap(bytes: Uint8Array): WrappedKey {
    const { epoch, secret } = this.file.all('kek')[0];
    return { epoch, wrapped: wrapKey(secret, bytes) };
  }

  /** The bytes of a wrapped key, to be wiped by the caller. Throws StoreUnavailable when the epoch is not there even after looking again. */
  async unwrap({ epoch, wrapped }: WrappedKey): Promise<Buffer> {
    return unwrapKey(this.file.of('kek', epoch) ?? (await this.lookAgain(epoch)), wrapped);
  }

  /** Reads the file again, when the table speaks of an epoch that another process made. */
  reload(): Promise<void> {
    return this.file.reload();
  }

  private async lookAgain(epoch: number): Promise<KeyObject> {
    await this.file.reload();
    const secret = this.file.of('kek', epoch);
    if (!secret) throw new StoreUnavailable(`the key of epoch ${epoch} is not here`);
    return secret;
  }
}
