import { Injectable } from '@nestjs/common';
import type { DocumentEvent } from '../../domain/record/document-vocabulary.js';
import type { Recorded, StreamName } from '../../domain/shared/fact.js';
import { readThrough, type Reading } from '../shared/archive.js';
import { Journal, Secrets } from '../shared/ports.js';
import { veilOf } from './document-names.js';
import { DocumentPlaces } from './document-places.js';

const isIn = (document: string, facts: readonly Recorded<DocumentEvent>[]): boolean =>
  facts.some(({ event }) => event.type === 'DocumentDeposited' && event.document === document);

/** Where documents lie, and where new ones go. What a table says may be behind the log; where that would matter, the log itself is asked. */
@Injectable()
export class Whereabouts {
  constructor(
    private readonly places: DocumentPlaces,
    private readonly journal: Journal,
    private readonly secrets: Secrets,
  ) {}

  /**
   * The stream to ask about a document. One that nobody knows would lie in the record: whoever asks there learns nothing, nor does he by the time it takes,
   * for the log is looked at too where the table would have been enough.
   */
  async streamOf(space: string, document: string): Promise<StreamName> {
    const known = await this.places.placeOf(space, document);
    const veil = veilOf(this.secrets, space, document);
    const { facts } = await this.journal.read<DocumentEvent>(veil);
    return known?.stream ?? (facts.length > 0 ? veil : `record-${space}`);
  }

  /** Where a new document goes: beside the version it replaces, under a veil of its own, or into the record. */
  async streamFor(
    space: string,
    document: string,
    { replaces, hidden }: { replaces?: string | undefined; hidden: boolean },
  ): Promise<StreamName> {
    if (replaces !== undefined) return this.streamOf(space, replaces);
    return hidden ? veilOf(this.secrets, space, document) : `record-${space}`;
  }

  /** True when a document of this id lies in another stream of the space: the same uniqueId was used visibly and under a veil. */
  async isElsewhere(space: string, document: string, stream: StreamName): Promise<boolean> {
    const known = await this.places.placeOf(space, document);
    if (known !== null) return known.stream !== stream;
    const others = [`record-${space}` as const, veilOf(this.secrets, space, document)].filter((other) => other !== stream);
    const histories = await this.journal.readMany<DocumentEvent>(others);
    return [...histories.values()].some(({ facts }) => isIn(document, facts));
  }

  /** Facts of the stream that speak of this document, in their order. `archived`: how to read it when its space is closed. */
  async factsOf(stream: StreamName, document: string, archived?: Reading): Promise<readonly DocumentEvent[]> {
    const { facts } = await readThrough<DocumentEvent>(this.journal, stream, archived);
    return facts.flatMap(({ event }) => ('document' in event && event.document === document ? [event] : []));
  }
}
