/** So many are copied for each that is set, at least; more only as their square stays below what lies under them. */
const FEW = 32;

/**
 * An immutable map by id, in the order in which ids were first set, for states that grow by one at a time: what was set last lies over the rest, and is
 * laid into it now and then. Setting one of n copies in the order of √n, where a plain copy would make the fold of a long history quadratic.
 */
export class GrowingMap<V> {
  private constructor(
    private readonly under: ReadonlyMap<string, V>,
    private readonly over: ReadonlyMap<string, V>,
  ) {}

  static empty<V>(): GrowingMap<V> {
    return new GrowingMap<V>(new Map(), new Map());
  }

  get(id: string): V | undefined {
    return this.over.get(id) ?? this.under.get(id);
  }

  with(id: string, value: V): GrowingMap<V> {
    const over = new Map(this.over).set(id, value);
    if (over.size <= FEW || over.size ** 2 <= this.under.size) return new GrowingMap(this.under, over);
    return new GrowingMap(new Map([...this.under, ...over]), new Map());
  }

  values(): IterableIterator<V> {
    return new Map([...this.under, ...this.over]).values();
  }
}
