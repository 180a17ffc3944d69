/** Why we say no. Each kind has exactly one HTTP status and one GraphQL code (infrastructure/api/problem.ts). */
export type RejectionKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'gone'
  | 'locked'
  | 'stale'
  | 'reused'
  | 'too-early'
  | 'too-large'
  | 'unsupported-media'
  | 'unavailable';

/** A refusal is an answer, not an accident. What must be remembered of it travels in `record`. */
export interface Rejection<E = never> {
  /** `<context>/<kebab-reason>`: stable, listed in docs/reference/problems.md. */
  readonly rejected: string;
  readonly kind: RejectionKind;
  readonly record: readonly E[];
  /** Further refusals that hold at the same time, in the order of their guards. */
  readonly also?: readonly string[];
}

/** Builds a refusal; `record` holds the facts that must be remembered of it. */
export const reject = <E = never>(kind: RejectionKind, code: string, ...record: E[]): Rejection<E> => ({ rejected: code, kind, record });

/** To somebody who has no business here, another person's space, no space at all and a space that does not want him are the same answer. */
export const nothingHere = reject('not-found', 'access/nothing-here');

/**
 * Independent guards that are all checked: the first refusal is the answer, the others are listed with it, and what any of them
 * must remember is remembered. Only for guards whose answers give nothing away to somebody who failed an earlier one.
 */
export const together = <E>(...guards: readonly (Rejection<E> | null)[]): Rejection<E> | null => {
  const [first, ...others] = guards.filter((refusal) => refusal !== null);
  if (first === undefined || others.length === 0) return first ?? null;
  return { ...first, record: [first, ...others].flatMap(({ record }) => record), also: others.map(({ rejected }) => rejected) };
};

/** Tells a refusal from facts. */
export const isRejection = (decision: unknown): decision is Rejection<unknown> =>
  typeof decision === 'object' && decision !== null && 'rejected' in decision;
