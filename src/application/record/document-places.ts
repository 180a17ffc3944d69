import type { StreamName } from '../../domain/shared/fact.js';

/** In which stream a document lies: the record of its space, or a veil whose name says nothing. Answered from a rebuilt table, so it may be behind. */
export abstract class DocumentPlaces {
  /** Null when no such document is known in this space. Throws StoreUnavailable. */
  abstract placeOf(space: string, document: string): Promise<{ readonly stream: StreamName } | null>;
}
