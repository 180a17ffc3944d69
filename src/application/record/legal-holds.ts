import { Injectable } from '@nestjs/common';
import { isKept } from '../../domain/enrolment/ending.js';
import type { EndingEvent } from '../../domain/enrolment/ending-vocabulary.js';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import { Journal } from '../shared/ports.js';

/** What authorities had kept, read from the log at the moment of asking. */
@Injectable()
export class LegalHolds {
  constructor(private readonly journal: Journal) {}

  /** True while the documents of this space may not be destroyed. Throws StoreUnavailable. */
  async keepDocuments(space: string): Promise<boolean> {
    const { facts } = await this.journal.read<SpaceEvent | EndingEvent>(`space-${space}`);
    return isKept(
      facts.map(({ event }) => event),
      'content',
    );
  }
}
