import { Injectable } from '@nestjs/common';
import type { DestructionWish } from '../../domain/record/document-destruction.js';
import { KeyVault } from '../shared/key-vault.js';
import { Clock } from '../shared/ports.js';
import { DocumentBytes } from './document-bytes.js';

/** Puts an end to a document: first its key, so that no copy of it can be read any more, then its bytes. Doing it again changes nothing. */
@Injectable()
export class DocumentDestruction {
  constructor(
    private readonly vault: KeyVault,
    private readonly bytes: DocumentBytes,
    private readonly clock: Clock,
  ) {}

  /** Resolves when both are gone. Throws StoreUnavailable: what is left is done when it is asked again. */
  async destroy({ space, document, blob }: Omit<DestructionWish, 'type'>): Promise<void> {
    await this.vault.destroy(space, `document:${document}`, this.clock.now());
    await this.bytes.discard(space, document, blob);
  }
}
