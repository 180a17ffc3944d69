import { trueOn, type Circumstances } from './fact.js';
import type { Instant } from './time.js';

/**
 * The two pasts of a record that is kept in two times. `KNOWN`: what we knew then, the facts written (`at`) until the moment. `TRUE`: what was true then, as we
 * know today, the facts that speak (`on`) of a time until the moment, whenever they were written; later corrections are in it.
 */
export const KNOWLEDGES = ['KNOWN', 'TRUE'] as const;
export type Knowledge = (typeof KNOWLEDGES)[number];

/** A past moment, in one of the two senses; what we knew unless said otherwise. */
export interface Past {
  readonly asOf: Instant;
  readonly knowledge?: Knowledge | undefined;
}

/** True when a fact is part of this past. The facts of a past stay in the order in which they were written: what was said later has the last word. */
export const belongsTo = (fact: { readonly at: Instant; readonly meta: Pick<Circumstances, 'on'> }, { asOf, knowledge }: Past): boolean =>
  (knowledge === 'TRUE' ? trueOn(fact) : fact.at) <= asOf;
