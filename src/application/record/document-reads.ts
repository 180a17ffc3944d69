import type { DocumentFacts } from '../../domain/access/policy.js';
import type { StreamName } from '../../domain/shared/fact.js';
import type { Admission } from '../shared/gate.js';
import type { AskedMoment, Sight } from '../shared/subject-query.js';
import type { DocumentEntry } from './record.queries.js';

/** Where a document lies, and what every decision about it rests on; nothing of it is shown before it was decided. */
export interface DocumentPlace {
  readonly facts: DocumentFacts;
  /** `record-<space>` or `veil-<random>`. */
  readonly stream: StreamName;
  readonly blob: string;
  /** Bytes, in clear. */
  readonly size: number;
  readonly mediaType: string;
  readonly title: string;
}

/** Single documents, as the read models know them. */
export abstract class DocumentReads {
  /** Null when the space has no such document. For the decision only: what is hidden is found here too. */
  abstract placeOf(space: string, document: string, asking?: AskedMoment): Promise<DocumentPlace | null>;
  /** Only where it lies: of a closed space too, in which nothing is left to be read of it. Null when the space has no such document. */
  abstract streamOf(space: string, document: string): Promise<StreamName | null>;
  /** The entry as this reader may see it, after he was admitted to it. */
  abstract entryOf(space: string, document: string, reading: Reading): Promise<DocumentEntry | null>;
}
export interface Reading {
  readonly asking: AskedMoment;
  readonly sight: Sight;
  readonly admission: Admission;
}
