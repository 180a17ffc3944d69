import type { Actor } from './actor.js';
import type { Rejection } from './rejection.js';
import type { Instant } from './time.js';

/** Anything told apart by its `type`: facts, wishes. */
export type Tagged = { readonly type: string };
/** The members of union `U` that carry the tag `T`. */
export type Of<U extends Tagged, T extends U['type']> = Extract<U, { type: T }>;

/** A fact, past tense. `v` is the version of this payload as it lies in the store. */
export type Event<T extends string, V extends number, P = unknown> = Readonly<{ type: T; v: V } & P>;
/** A wish, imperative. It says what, never when or who. */
export type Intent<T extends string, P = unknown> = Readonly<{ type: T } & P>;
/** A wish, once somebody has expressed it at some moment: the only clock and the only identity the domain ever sees. */
export type Issued<C> = C & { readonly at: Instant; readonly by: Actor };

/** Facts to add, possibly none ("already so"), or a refusal with what must be remembered of it. */
export type Decision<E> = readonly E[] | Rejection<E>;

/** Two exhaustive tables and a starting point: everything an event-sourced thing is. Pure, synchronous, never throws. */
export interface Decider<C extends Tagged, S, E extends Tagged> {
  /** First part of the stream name: `<category>-<id>`. */
  readonly category: string;
  readonly initial: S;
  readonly decide: { readonly [T in C['type']]: (command: Issued<Of<C, T>>, state: S) => Decision<E> };
  readonly evolve: { readonly [T in E['type']]: (state: S, event: Of<E, T>) => S };
}

type Row<A extends unknown[], R> = (...args: A) => R;

/** Applies the rule for this kind of wish. */
export function decide<C extends Tagged, S, E extends Tagged>(decider: Decider<C, S, E>, command: Issued<C>, state: S): Decision<E> {
  const rule = decider.decide[command.type as C['type']] as Row<[Issued<C>, S], Decision<E>>;
  return rule(command, state);
}

/** Applies one fact to the state. Several deciders may share a stream: a fact that this one does not list leaves the state alone. */
export function evolve<C extends Tagged, S, E extends Tagged>(decider: Decider<C, S, E>, state: S, event: E): S {
  const step = decider.evolve[event.type as E['type']] as Row<[S, E], S> | undefined;
  return step ? step(state, event) : state;
}

/** The state after these facts, from the beginning. */
export const replay = <C extends Tagged, S, E extends Tagged>(decider: Decider<C, S, E>, history: readonly E[]): S =>
  history.reduce((state, event) => evolve(decider, state, event), decider.initial);

/** "Already so": the decision that adds nothing. */
export const nothing: readonly never[] = [];
