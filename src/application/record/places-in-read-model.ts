import { Injectable } from '@nestjs/common';
import type { StreamName } from '../../domain/shared/fact.js';
import { DocumentPlaces } from './document-places.js';
import { DocumentReads } from './document-reads.js';

/** Where documents lie, as the read models know it. */
@Injectable()
export class PlacesInReadModel extends DocumentPlaces {
  constructor(private readonly reads: DocumentReads) {
    super();
  }

  async placeOf(space: string, document: string): Promise<{ readonly stream: StreamName } | null> {
    const stream = await this.reads.streamOf(space, document);
    return stream && { stream };
  }
}
