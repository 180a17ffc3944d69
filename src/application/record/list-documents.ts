import { SubjectQuery, type Asking } from '../shared/subject-query.js';
import type { DocumentFilter, DocumentPage, PageRequest } from './record.queries.js';

/** The documents of a space, as this reader may see them, latest deposit first. */
export class ListDocuments extends SubjectQuery<DocumentPage> {
  constructor(
    space: string,
    asking: Asking,
    readonly filter: DocumentFilter,
    readonly page: PageRequest,
  ) {
    super(space, asking);
  }
}
