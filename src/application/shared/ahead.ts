/** What came, or what asking for it threw. */
type Come<T> = Promise<IteratorResult<T>>;

/**
 * The same items, asked for up to `count` of them before they are wanted. Throws what the source throws, where it belongs in the order. Whoever stops early
 * waits until nothing is asked for any more.
 */
export async function* ahead<T>(source: AsyncIterable<T>, count: number): AsyncGenerator<T, void> {
  const items = source[Symbol.asyncIterator]();
  const asked: Come<T>[] = [];
  const ask = (): void => {
    const next = items.next();
    // Its error is met where it is awaited.
    void Promise.allSettled([next]);
    asked.push(next);
  };
  try {
    for (let i = 0; i < count; i++) ask();
    for (;;) {
      ask();
      const come = await asked.shift();
      if (come === undefined || come.done === true) return;
      yield come.value;
    }
  } finally {
    await Promise.allSettled([...asked, items.return?.()]);
  }
}
