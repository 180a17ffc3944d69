import { Injectable } from '@nestjs/common';
import type { Confidentiality, Depositor, DocumentMetadata, HolderFacts } from '../../domain/record/document-vocabulary.js';
import { limitsOf } from '../../domain/record/formats.js';
import { hiddenBy } from '../../domain/record/hiding.js';
import { sideOf } from '../../domain/record/ownership.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { isRejection, reject } from '../../domain/shared/rejection.js';
import type { Receipt } from '../shared/command-executor.js';
import type { Caller } from '../shared/caller.js';
import { KeyGone, Secrets, StoreUnavailable } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { CodeLists } from './code-lists.js';
import { DocumentBytes } from './document-bytes.js';
import { completed, refusalOfEntry, type GivenMetadata } from './document-entry.js';
import { documentIdOf, ownUniqueId, submissionOf } from './document-names.js';
import { DocumentSender } from './document-sender.js';
import { Inspection, type Inspected } from './inspection.js';
import { Whereabouts } from './whereabouts.js';

/** What somebody deposits: the entry, the file as he claims it to be, and the bytes, which are read once. */
export interface DepositRequest {
  readonly metadata: GivenMetadata;
  readonly file: { readonly mediaType: string; readonly fileName: string | null };
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Empty: normal. */
  readonly confidentiality: readonly Confidentiality[];
  /** RPLC. */
  readonly replaces?: string | undefined;
  /** Submission set; absent: one of its own. */
  readonly submission?: string | undefined;
  /** Said to be under the secret of a minor. */
  readonly secret?: boolean | undefined;
}
export interface DepositReceipt extends Receipt {
  readonly document: string;
  /** Bytes in clear. */
  readonly size: number;
}

/** For whom, by whom, and how much of it: what the gate found. */
export interface Depositing {
  readonly space: string;
  readonly depositor: Depositor;
  readonly holder: HolderFacts;
  /** Whether it counts as done under the secret of a minor. */
  readonly secret: boolean;
  /** Bytes that may still come; absent: what the depositor's side may bring. */
  readonly room?: number | undefined;
}

const uniqueIdUsed = reject('conflict', 'record/unique-id-used');

interface Placed {
  readonly space: string;
  readonly document: string;
  readonly stream: StreamName;
  readonly metadata: DocumentMetadata;
}
interface Stored {
  readonly blob: string;
  readonly inspected: Inspected;
}

/** From the bytes of somebody who was admitted to a document in the record: entry, place, inspection, encryption, then one command. */
@Injectable()
export class DocumentDeposits {
  constructor(
    private readonly inspection: Inspection,
    private readonly bytes: DocumentBytes,
    private readonly lists: CodeLists,
    private readonly whereabouts: Whereabouts,
    private readonly sender: DocumentSender,
    private readonly secrets: Secrets,
  ) {}

  /** Throws Refused, StoreUnavailable. Whatever goes wrong, nothing is left that somebody could read; what cannot be decided is left to the sweep. */
  async deposit(request: DepositRequest, depositing: Depositing, caller: Caller): Promise<DepositReceipt> {
    const placed = await this.place(request, depositing, caller);
    const stored = await this.store(request, placed, depositing);
    try {
      const receipt = await this.command(request, placed, stored, { depositing, caller });
      return { ...receipt, document: placed.document, size: stored.inspected.size };
    } catch (error) {
      // Only a refusal says for sure that no event names these bytes: after any other failure it may have been written.
      if (error instanceof Refused) await this.bytes.discard(placed.space, placed.document, stored.blob);
      throw error;
    }
  }

  /** What can be refused before a byte is read. */
  private async place(request: DepositRequest, { space }: Depositing, caller: Caller): Promise<Placed> {
    const { metadata: given, file, confidentiality, replaces } = request;
    const { actor, receivedAt, messageId } = caller;
    const uniqueId = given.uniqueId ?? ownUniqueId(this.secrets, space, messageId);
    const metadata = completed(given, { actor, mediaType: file.mediaType, receivedAt, uniqueId }, this.lists);
    const refused = refusalOfEntry(metadata, this.lists);
    if (refused) throw new Refused(refused);
    const side = sideOf(actor);
    if (side === null) throw new Error(`the gate let a ${actor.role} deposit`);
    const document = documentIdOf(this.secrets, space, side, uniqueId);
    const stream = await this.whereabouts.streamFor(space, document, { replaces, hidden: hiddenBy(confidentiality).length > 0 });
    if (await this.whereabouts.isElsewhere(space, document, stream)) throw new Refused(uniqueIdUsed);
    return { space, document, stream, metadata };
  }

  private async store(
    { file, bytes }: DepositRequest,
    { space, document, stream }: Placed,
    { depositor, room }: Depositing,
  ): Promise<Stored> {
    const { maxSize, types } = limitsOf[depositor];
    const claimed = { ...file, maxSize: Math.min(maxSize, room ?? maxSize), allowed: types };
    const written: { blob?: string } = {};
    const sink = async (clear: AsyncIterable<Uint8Array>): Promise<void> => {
      written.blob = (await this.bytes.write({ space, document, stream }, clear)).blob;
    };
    try {
      const inspected = await this.inspection.inspect(bytes, claimed, sink);
      if (isRejection(inspected)) throw new Refused(inspected);
      return { ...(written as { blob: string }), inspected };
    } catch (error) {
      if (written.blob !== undefined) await this.bytes.discard(space, document, written.blob);
      if (!(error instanceof KeyGone)) throw error;
      // It died with a former document of this uniqueId, and there will never be another one; or those of a space that is closed, or was, are being settled.
      if (await this.wasThere(stream, document)) throw new Refused(uniqueIdUsed);
      throw new StoreUnavailable('the keys of this space are being settled', { cause: error });
    }
  }

  private async wasThere(stream: StreamName, document: string): Promise<boolean> {
    try {
      return (await this.whereabouts.factsOf(stream, document)).length > 0;
    } catch (error) {
      if (error instanceof KeyGone) return false;
      throw error;
    }
  }

  private async command(
    request: DepositRequest,
    { space, document, stream, metadata }: Placed,
    { blob, inspected }: Stored,
    { depositing: { holder, secret }, caller }: { depositing: Depositing; caller: Caller },
  ): Promise<Receipt> {
    const { metadata: given, file, confidentiality, replaces, secret: said = false } = request;
    const words = { metadata: given, file, confidentiality, replaces, submission: request.submission, secret: said };
    const submission = request.submission ?? submissionOf(this.secrets, space, caller.messageId);
    const content = { ...inspected, blob };
    const wish = { space, document, metadata, content, confidentiality, submission, holder, secret };
    const deposit = { type: 'DepositDocument', ...wish, ...(replaces === undefined ? {} : { replaces }) } as const;
    const receipt = await this.sender.send(stream, space, deposit, caller, { words: { ...words, sha256: inspected.sha256 } });
    await this.keepOne(stream, { space, document, blob });
    return receipt;
  }

  /** The same deposit again was granted already: the bytes that came with it this time are one copy too many. */
  private async keepOne(stream: StreamName, { space, document, blob }: { space: string; document: string; blob: string }): Promise<void> {
    const facts = await this.whereabouts.factsOf(stream, document);
    const named = facts.some((fact) => fact.type === 'DocumentDeposited' && fact.blob === blob);
    if (!named) await this.bytes.discard(space, document, blob);
  }
}
