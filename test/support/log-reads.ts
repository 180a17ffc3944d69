import { DocumentPlaces } from '../../src/application/record/document-places.js';
import { DocumentReads, type DocumentPlace } from '../../src/application/record/document-reads.js';
import { isReadable, type Met } from '../../src/application/shared/fact-reader.js';
import type { DocumentEvent } from '../../src/domain/record/document-vocabulary.js';
import { hiddenBy } from '../../src/domain/record/hiding.js';
import type { Tagged } from '../../src/domain/shared/decider.js';
import type { LogReader } from '../../src/infrastructure/eventstore/log-reader.js';

export const CATEGORIES = ['record', 'veil'];

/** Where documents lie, read from the log each time. */
export class PlacesInLog extends DocumentPlaces {
  constructor(private readonly reader: LogReader) {
    super();
  }
  async placeOf(space: string, document: string) {
    for await (const { facts } of this.reader.read(0n, CATEGORIES))
      for (const met of facts)
        if (isDeposit(met) && met.event.space === space && met.event.document === document) return { stream: met.stream };
    return null;
  }
}
/** Single documents, read from the log each time: enough of them to decide who may be told of one. */
export class ReadsOfLog extends DocumentReads {
  constructor(private readonly reader: LogReader) {
    super();
  }
  async placeOf(space: string, document: string): Promise<DocumentPlace | null> {
    for await (const { facts } of this.reader.read(0n, CATEGORIES))
      for (const met of facts) if (isDeposit(met) && met.event.space === space && met.event.document === document) return placed(met);
    return null;
  }
  async streamOf(space: string, document: string) {
    return (await this.placeOf(space, document))?.stream ?? null;
  }
  entryOf(): Promise<never> {
    throw new Error('no question is asked here');
  }
}
const placed = ({ event, at, stream, rev }: Extract<Met, { event: Tagged }> & { event: Deposited }): DocumentPlace => ({
  facts: {
    document: event.document,
    set: event.set,
    since: event.since,
    depositedAt: at,
    typeCode: '11502-2',
    category: 'BIOLOGIE',
    authors: [],
    masked: event.confidentiality.includes('MASQUE_PS'),
    hiddenFrom: hiddenBy(event.confidentiality),
    status: 'CURRENT',
    because: { stream: 'record', rev },
  },
  stream,
  blob: event.blob,
  size: 0,
  mediaType: 'text/plain',
  title: '',
});
type Deposited = Extract<DocumentEvent, { type: 'DocumentDeposited' }>;
export const isDeposit = (
  met: Met,
): met is Extract<Met, { event: Tagged }> & { event: Extract<DocumentEvent, { type: 'DocumentDeposited' }> } =>
  isReadable(met) && met.event.type === 'DocumentDeposited';
