/** So many are copied for each that is set, at least; more only as their square stays below what lies under them. */
const FEW = 32;

/**
 * An immutable map by id, in the order in which ids were first set, for states that grow by one at a time: what was set last lies over the rest, and is
 * laid into it now and then. Setting one of n copies in the order of √n, where a plain copy would make the fold of a long history quadratic.
 */
export interface GrowingMap<V> {
  readonly under: ReadonlyMap<string, V>;
  readonly over: ReadonlyMap<string, V>;
}

/** The map in which nothing was set yet. */
export const emptyGrowingMap = <V>(): GrowingMap<V> => ({ under: new Map(), over: new Map() });

/** What was set last under this id. */
export const valueOf = <V>({ under, over }: GrowingMap<V>, id: string): V | undefined => over.get(id) ?? under.get(id);

/** The same map with this one set. */
export function withValue<V>({ under, over }: GrowingMap<V>, id: string, value: V): GrowingMap<V> {
  const set = new Map(over).set(id, value);
  return set.size <= FEW || set.size ** 2 <= under.size
    ? { under, over: set }
    : { under: new Map([...under, ...set]), over: new Map<string, V>() };
}

/** Every value, in the order in which its id was first set. */
export const valuesOf = <V>({ under, over }: GrowingMap<V>): readonly V[] => [...new Map([...under, ...over]).values()];
