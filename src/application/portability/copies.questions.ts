import { Injectable } from '@nestjs/common';
import type { Action } from '../../domain/access/matrix.js';
import { nameOf } from '../../domain/shared/actor.js';
import { reject } from '../../domain/shared/rejection.js';
import { DocumentBytes } from '../record/document-bytes.js';
import type { ByteRange, Download } from '../record/record.questions.js';
import { askingOf, type Caller } from '../shared/caller.js';
import { Gate, type Admission, type Passing } from '../shared/gate.js';
import { Clock, IdentityRegistry, KeyGone } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { CopyFacts } from './copy-facts.js';
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
    private readonly facts: CopyFacts,
    private readonly bytes: DocumentBytes,
  ) {}

  async list(handle: string, caller: Caller): Promise<readonly CopyView[]> {
    const passing = await this.passing('ListCopies', handle, caller);
    const known = await this.knownTo(passing, await this.gate.pass(passing));
    return known.map(({ blob: _ours, held: _also, ...view }) => view);
  }

  /**
   * `wanted` says which part of so many bytes; null: the whole. The line in the history is written by then; of a copy that cannot be fetched there is no line
   * that it was. Bytes are those of now: of a copy that has ended there are none, at whatever moment it had not.
   */
  async download(handle: string, copy: string, wanted: (size: number) => ByteRange | null, caller: Caller): Promise<Download> {
    const passing = await this.passing('DownloadCopy', handle, { ...caller, asOf: undefined });
    const known = await this.knownTo(passing, await this.gate.admit(passing));
    const { blob, size } = readyIn(known, copy);
    const range = wanted(size) ?? { start: 0, end: size };
    await this.gate.pass(passing);
    const bytes = await this.bytesOf({ space: passing.space, copy, blob, size }, range);
    return { mediaType: 'application/zip', size, title: 'mon-espace-sante', range, bytes };
  }

  private async bytesOf(of: { space: string; copy: string; blob: string; size: number }, range: ByteRange) {
    try {
      return await this.bytes.read(of.space, of.copy, of.blob, of.size, range);
    } catch (error) {
      throw error instanceof KeyGone ? new Refused(gone) : error;
    }
  }

  private async passing(action: Action, handle: string, caller: Caller): Promise<Passing & { readonly space: string }> {
    const space = await this.registry.idOf(handle);
    const { actor, messageId, purpose, asOf, mode, secret } = askingOf(caller, this.clock.now());
    return { action, space, actor, messageId, purpose, asOf, mode, secret };
  }

  /** The copies of whoever asks, and was admitted. */
  private async knownTo({ space, actor }: Passing & { readonly space: string }, { moment }: Admission): Promise<readonly KnownCopy[]> {
    return copiesOf(await this.facts.of(space), nameOf(actor), moment);
  }
}

/** Where the bytes of a copy lie that can be fetched. */
function readyIn(known: readonly KnownCopy[], copy: string): { readonly blob: string; readonly size: number } {
  const found = known.find((one) => one.copy === copy);
  if (found === undefined) throw new Refused(noSuchCopy);
  if (found.status === 'ENDED') throw new Refused(gone);
  const { blob, size } = found;
  if (blob === null || size === null) throw new Refused(notReady);
  return { blob, size };
}
