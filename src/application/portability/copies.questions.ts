import { Injectable } from '@nestjs/common';
import type { Action } from '../../domain/access/matrix.js';
import { nameOf } from '../../domain/shared/actor.js';
import { nothingHere, reject } from '../../domain/shared/rejection.js';
import { DocumentBytes } from '../record/document-bytes.js';
import type { ByteRange, Download } from '../record/record.questions.js';
import { askingOf, type Caller } from '../shared/caller.js';
import { Gate } from '../shared/gate.js';
import { Clock, IdentityRegistry, Journal, KeyGone } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { copiesOf, type CopyView, type KnownCopy } from './copy-list.js';

const noSuchCopy = reject('not-found', 'portability/no-such-copy');
const notReady = reject('conflict', 'portability/copy-not-ready');
const gone = reject('gone', 'portability/copy-ended');

/** Every question about copies that comes through a door; answered from the log itself, so each sees its own writes. */
@Injectable()
export class CopyQuestions {
  constructor(
    private readonly registry: IdentityRegistry,
    private readonly clock: Clock,
    private readonly gate: Gate,
    private readonly journal: Journal,
    private readonly bytes: DocumentBytes,
  ) {}

  async list(handle: string, caller: Caller): Promise<readonly CopyView[]> {
    const { known } = await this.passed('ListCopies', handle, caller);
    return known.map(({ blob: _ours, ...view }) => view);
  }

  /** `wanted` says which part of so many bytes; null: the whole. The line in the history is written by then. */
  async download(handle: string, copy: string, wanted: (size: number) => ByteRange | null, caller: Caller): Promise<Download> {
    const { space, known } = await this.passed('DownloadCopy', handle, caller);
    const { status, blob, size } = known.find((one) => one.copy === copy) ?? { status: null, blob: null, size: null };
    if (status === null) throw new Refused(noSuchCopy);
    if (status === 'ENDED') throw new Refused(gone);
    if (blob === null || size === null) throw new Refused(notReady);
    const range = wanted(size) ?? { start: 0, end: size };
    const bytes = await this.bytesOf({ space, copy, blob, size }, range);
    return { mediaType: 'application/zip', size, title: 'mon-espace-sante', range, bytes };
  }

  private async bytesOf(of: { space: string; copy: string; blob: string; size: number }, range: ByteRange) {
    try {
      return await this.bytes.read(of.space, of.copy, of.blob, of.size, range);
    } catch (error) {
      throw error instanceof KeyGone ? new Refused(gone) : error;
    }
  }

  /** The copies of whoever asks, once it is written that he asked. */
  private async passed(action: Action, handle: string, caller: Caller): Promise<{ space: string; known: readonly KnownCopy[] }> {
    const address = await this.registry.byHandle(handle);
    if (address === null) throw new Refused(nothingHere);
    const space = address.id;
    const { actor, messageId, purpose, asOf, mode, secret } = askingOf(caller, this.clock.now());
    const { moment } = await this.gate.pass({ action, space, actor, messageId, purpose, asOf, mode, secret });
    const { facts } = await this.journal.read(`record-${space}`);
    return { space, known: copiesOf(facts, nameOf(actor), moment) };
  }
}
