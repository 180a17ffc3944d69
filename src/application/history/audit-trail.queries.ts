import type { StreamName } from '../../domain/shared/fact.js';
import { SubjectQuery, type Asking } from '../shared/subject-query.js';
import type { HistoryRequest } from './history.queries.js';

/** Where the fact of a line lies. */
export interface TrailPlace {
  readonly stream: StreamName;
  readonly rev: number;
}
export interface TrailPage {
  /** Latest first. */
  readonly places: readonly TrailPlace[];
  /** Give it back to get the next, older page; null on the last one. */
  readonly next: string | null;
}

/** The places of the lines of a history: for who reads the facts themselves. */
export class ListAuditTrail extends SubjectQuery<TrailPage> {
  constructor(
    space: string,
    asking: Asking,
    readonly page: HistoryRequest,
  ) {
    super(space, asking);
  }
}
