import { evolve, type Decider, type Tagged } from '../../domain/shared/decider.js';
import type { Recorded } from '../../domain/shared/fact.js';

/** Facts of a stream from its beginning, and what was folded of them before. */
export interface Folded<E extends Tagged> {
  readonly facts: readonly Recorded<E>[];
  readonly folds?: Folds | undefined;
}
interface Fold {
  /** Facts that went into it. */
  readonly facts: number;
  readonly state: unknown;
}

/** What was made of the facts of one stream, as far as each decider has folded them; facts are only ever added behind those that were seen. */
export class Folds {
  private readonly byDecider = new Map<object, Fold>();
  /** By the id of the command that brought them about, the last of each. */
  private readonly byCommand = new Map<string, Recorded>();
  private noted = 0;

  /** The state after these facts; only those that this decider has not folded yet are folded. */
  after<C extends Tagged, S, E extends Tagged>(decider: Decider<C, S, E>, facts: readonly Recorded<E>[]): S {
    const found = this.byDecider.get(decider);
    const known = found !== undefined && found.facts <= facts.length ? found : { facts: 0, state: decider.initial };
    const state = foldFrom(decider, known.state as S, facts.slice(known.facts));
    if (found === undefined || facts.length > found.facts) this.byDecider.set(decider, { facts: facts.length, state });
    return state;
  }

  /** The last of these facts that a command brought about. */
  lastOf(facts: readonly Recorded[], command: string): Recorded | null {
    for (const fact of facts.slice(this.noted)) this.byCommand.set(fact.meta.command.id, fact);
    this.noted = Math.max(this.noted, facts.length);
    return this.byCommand.get(command) ?? null;
  }
}

const foldFrom = <C extends Tagged, S, E extends Tagged>(decider: Decider<C, S, E>, from: S, facts: readonly Recorded<E>[]): S =>
  facts.reduce((state, { event }) => evolve(decider, state, event), from);

/** The state of a stream, from its beginning or from where it was folded before. */
export const foldOf = <C extends Tagged, S, E extends Tagged>(decider: Decider<C, S, E>, { facts, folds }: Folded<E>): S =>
  folds === undefined ? foldFrom(decider, decider.initial, facts) : folds.after(decider, facts);

/** The last fact of a stream that the command of this id brought about, found without looking through them all where that was done before. */
export const lastFactOf = ({ facts, folds }: Folded<Tagged>, command: string): Recorded | null =>
  folds === undefined ? (facts.findLast(({ meta }) => meta.command.id === command) ?? null) : folds.lastOf(facts, command);
