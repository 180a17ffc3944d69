import type { Recorded } from '../../domain/shared/fact.js';
import type { Sight, Sql } from '../shared/subject-query.js';

/** Tables of the read models that take facts in as they are given, and answer of what they hold so far. */
export interface GrowingTables {
  readonly sql: Sql;
  /** Takes these facts in, in their order. */
  take(facts: readonly Recorded[]): Promise<void>;
}

/** A place where the past of one space is played again, fact by fact: nobody else sees it, and nothing of it stays. */
export abstract class PastStage {
  /** Empty tables of these read models (by name) for as long as the work takes. Holds one connection meanwhile. Throws StoreUnavailable. */
  abstract play<R>(space: string, sight: Sight, models: readonly string[], work: (tables: GrowingTables) => Promise<R>): Promise<R>;
}
