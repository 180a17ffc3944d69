import type { Of, Tagged } from './decider.js';
import type { Recorded } from './fact.js';
import type { Instant } from './time.js';

/** What a fact calls for: a wish addressed to the thing with this id, now or not before some moment. */
export type Consequence<C extends Tagged> = { readonly id: string; readonly wish: C; readonly notBefore?: Instant };

/** A reaction is a pure table too. It runs again after a crash, so every wish must be idempotent. */
export interface Process<E extends Tagged, C extends Tagged> {
  /** Stable: part of the command ids of its wishes and of its checkpoint. */
  readonly name: string;
  /** Categories of the streams it listens to. */
  readonly listensTo: readonly string[];
  readonly on: { readonly [T in E['type']]?: (fact: Recorded<Of<E, T>>, id: string) => readonly Consequence<C>[] };
}
