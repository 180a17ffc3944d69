import { evolve, type Decider, type Tagged } from '../../domain/shared/decider.js';
import type { Recorded } from '../../domain/shared/fact.js';

interface Fold {
  /** Facts that went into it. */
  readonly facts: number;
  readonly state: unknown;
}

/** How far each decider has folded the facts of one stream; facts are only ever added behind those it has seen. */
export class Folds {
  private readonly byDecider = new Map<object, Fold>();

  /** The state after these facts; only those that this decider has not folded yet are folded. */
  after<C extends Tagged, S, E extends Tagged>(decider: Decider<C, S, E>, facts: readonly Recorded<E>[]): S {
    const found = this.byDecider.get(decider);
    const known = found !== undefined && found.facts <= facts.length ? found : { facts: 0, state: decider.initial };
    const state = foldFrom(decider, known.state as S, facts.slice(known.facts));
    if (found === undefined || facts.length > found.facts) this.byDecider.set(decider, { facts: facts.length, state });
    return state;
  }
}

const foldFrom = <C extends Tagged, S, E extends Tagged>(decider: Decider<C, S, E>, from: S, facts: readonly Recorded<E>[]): S =>
  facts.reduce((state, { event }) => evolve(decider, state, event), from);

/** Facts of a stream from its beginning, and what was folded of them before. */
interface Foldable<E extends Tagged> {
  readonly facts: readonly Recorded<E>[];
  readonly folds?: Folds | undefined;
}

/** The state of a stream, from its beginning or from where it was folded before. */
export const foldOf = <C extends Tagged, S, E extends Tagged>(decider: Decider<C, S, E>, { facts, folds }: Foldable<E>): S =>
  folds === undefined ? foldFrom(decider, decider.initial, facts) : folds.after(decider, facts);
