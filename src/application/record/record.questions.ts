import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { Action } from '../../domain/access/matrix.js';
import { categoryOf } from '../../domain/shared/fact.js';
import { reject } from '../../domain/shared/rejection.js';
import { askingOf, type Caller } from '../shared/caller.js';
import { Gate, type Admission } from '../shared/gate.js';
import { Clock, IdentityRegistry, KeyGone } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import { sightOf } from '../shared/subject-query.js';
import { DocumentBytes } from './document-bytes.js';
import { DocumentReads, type DocumentPlace } from './document-reads.js';
import { ListDocuments } from './list-documents.js';
import type { DocumentEntry, DocumentFilter, DocumentPage, PageRequest } from './record.queries.js';

const noSuchDocument = reject('not-found', 'record/nothing-here');

/** A part of a document: `start` inclusive, `end` exclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}
/** A document on its way to a reader who may have it; the line in the history is written by then. */
export interface Download {
  readonly mediaType: string;
  /** Of the whole document, bytes. */
  readonly size: number;
  readonly title: string;
  readonly range: ByteRange;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Every question about documents that reaches us through a door. */
@Injectable()
export class RecordQuestions {
  constructor(
    private readonly bus: QueryBus,
    private readonly registry: IdentityRegistry,
    private readonly clock: Clock,
    private readonly gate: Gate,
    private readonly reads: DocumentReads,
    private readonly bytes: DocumentBytes,
  ) {}

  async list(handle: string, filter: DocumentFilter, page: PageRequest, caller: Caller): Promise<DocumentPage> {
    return this.bus.execute(new ListDocuments(await this.registry.idOf(handle), askingOf(caller, this.clock.now()), filter, page));
  }

  async entry(handle: string, document: string, caller: Caller): Promise<DocumentEntry> {
    const space = await this.registry.idOf(handle);
    const { asking, admission } = await this.admitted('GetDocument', space, document, caller);
    const entry = await this.reads.entryOf(space, document, { asking, sight: sightOf(caller.actor, admission), admission });
    if (entry === null) throw new Refused(noSuchDocument);
    return entry;
  }

  /** `wanted` says which part of so many bytes; null: the whole. A document that was destroyed meanwhile is not found. */
  async download(handle: string, document: string, wanted: (size: number) => ByteRange | null, caller: Caller): Promise<Download> {
    const space = await this.registry.idOf(handle);
    const { place } = await this.admitted('DownloadDocument', space, document, caller);
    const { blob, size, mediaType, title } = place;
    const range = wanted(size) ?? { start: 0, end: size };
    return { mediaType, size, title, range, bytes: await this.bytesOf(space, document, { blob, size, range }) };
  }

  /** The read model may name a document for a moment longer than its key lives: then it is not found, as it will be in a moment. */
  private async bytesOf(
    space: string,
    document: string,
    { blob, size, range }: Pick<DocumentPlace, 'blob' | 'size'> & { range: ByteRange },
  ) {
    try {
      return await this.bytes.read(space, document, blob, size, range);
    } catch (error) {
      throw error instanceof KeyGone ? new Refused(noSuchDocument) : error;
    }
  }

  /** Decides on the document itself and writes who saw it, there where only those may read of it who may know of the document. */
  private async admitted(action: Action, space: string, document: string, caller: Caller) {
    const asking = askingOf(caller, this.clock.now());
    const place = await this.reads.placeOf(space, document, asking);
    const { after: _, ...passing } = asking;
    const admission: Admission = await this.gate.pass({
      ...{ ...passing, action, space },
      document: { id: document, facts: place?.facts ?? null },
      veil: place ? veilOver(place) : undefined,
    });
    if (place === null) throw new Refused(noSuchDocument);
    return { asking, admission, place };
  }
}

/** Who looks at what is still hidden from somebody leaves his line under the same veil. */
export const veilOver = ({ stream, facts }: Pick<DocumentPlace, 'stream' | 'facts'>) =>
  categoryOf(stream) === 'veil' && facts.hiddenFrom.length > 0 ? stream : undefined;
