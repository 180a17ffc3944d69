import type { HabilitationMatrix } from '../../domain/access/habilitation.js';
import type { Instant } from '../../domain/shared/time.js';
import type { Admission } from '../shared/gate.js';
import type { AskedMoment, Sight } from '../shared/subject-query.js';
import type { ChangedDecision, WhatCouldSeeAnswer, WhatIfCounts, WhoCouldSeeAnswer } from './could-see.queries.js';

/** A period of the past: from (included) until (excluded). An instant is a period of one millisecond. */
export interface Period {
  readonly from: Instant;
  readonly until: Instant;
}
/** What is decided again, and under which matrix. */
export interface OtherLaw extends Period {
  readonly matrix: HabilitationMatrix;
  /** Only decisions about this professional; null: about everybody. */
  readonly professional: string | null;
  /** Only what was written behind `after` and up to `upTo`, positions of the log; absent: wherever. */
  readonly within?: { readonly after: bigint; readonly upTo: bigint };
}
/** Somebody who was admitted, and how he reads the tables. */
export interface Looking {
  readonly admission: Admission;
  readonly sight: Sight;
  readonly asking: AskedMoment;
}

/**
 * The policy and the matrix of then, run on the facts of then, for one space. Refuses (Refused): `record/nothing-here` where the space never had the document,
 * `audit/facts-archived` where its facts lie in the archive, `access/no-matrix-then` before the first version of the matrix, `query/not-caught-up-yet`.
 */
export abstract class Foresights {
  abstract whoCouldSee(space: string, document: string, period: Period, looking: Looking): Promise<WhoCouldSeeAnswer>;
  abstract whatCouldSee(space: string, professional: string, period: Period): Promise<WhatCouldSeeAnswer>;
  /** Every recorded look and refusal of the period decided again under the other matrix. */
  abstract whatIf(space: string, other: OtherLaw): Promise<WhatIfCounts & { readonly changes: readonly ChangedDecision[] }>;
  /**
   * Stream ids of the spaces in which this professional looked or was refused within the period, at most so many, of all that was written up to this position:
   * one that is missing would be missing in silence.
   */
  abstract spacesOf(
    professional: string,
    period: Period,
    among: { readonly most: number; readonly upTo: bigint },
  ): Promise<readonly string[]>;
}
