/**
 * An immutable map by id, in the order in which ids were first set, for states that grow by one at a time: what was set last lies over the rest, and is
 * laid into it now and then. Setting one of n copies in the order of √n, where a plain copy would make the fold of a long history quadratic.
 */
export interface GrowingMap<V> {
  readonly under: ReadonlyMap<string, V>;
  readonly over: ReadonlyMap<string, V>;
}

/** So many are copied for each that is set, at least; more only as their square stays below what lies under them. */
const FEW = 32;

/** A map without anything in it. */
export const growingMap = <V>(): GrowingMap<V> => ({ under: new Map(), over: new Map() });

export const valueIn = <V>({ under, over }: GrowingMap<V>, id: string): V | undefined => over.get(id) ?? under.get(id);

export const valuesOf = <V>({ under, over }: GrowingMap<V>): readonly V[] => [...new Map([...under, ...over]).values()];

export function withValue<V>({ under, over }: GrowingMap<V>, id: string, value: V): GrowingMap<V> {
  const raised = new Map(over).set(id, value);
  if (raised.size <= FEW || raised.size ** 2 <= under.size) return { under, over: raised };
  return { under: new Map([...under, ...raised]), over: new Map() };
}
