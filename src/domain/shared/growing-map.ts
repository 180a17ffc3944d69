/** So many are copied for each that is set, at least; more only as their square stays below what lies under them. */
const FEW = 32;

/**
 * An immutable map by id, in the order in which ids were first set, for states that grow by one at a time: what was set last lies over the rest, and is
 * laid into it now and then. Setting one of n copies in the order of √n, where a plain copy would make the fold of a long history quadratic.
 */
export interface GrowingMap<V> {
  get(id: string): V | undefined;
  with(id: string, value: V): GrowingMap<V>;
  values(): Iterable<V>;
}

const layered = <V>(under: ReadonlyMap<string, V>, over: ReadonlyMap<string, V>): GrowingMap<V> => ({
  get: (id) => over.get(id) ?? under.get(id),
  with: (id, value) => {
    const set = new Map(over).set(id, value);
    return set.size <= FEW || set.size ** 2 <= under.size ? layered(under, set) : layered(new Map([...under, ...set]), new Map());
  },
  values: () => new Map([...under, ...over]).values(),
});

export const emptyGrowingMap = <V>(): GrowingMap<V> => layered<V>(new Map(), new Map());
