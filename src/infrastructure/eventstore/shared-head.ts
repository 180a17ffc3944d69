/** As long as a live subscription pauses between two looks. */
const SHARED_MS = 20;

/**
 * The head of the log for many who look at the same moment: one question for all of them. Whoever looks after a ring gets a head that was asked for after
 * that ring, and whoever looks without one gets none that is older than a moment.
 */
export class SharedHead {
  private last: { readonly rung: number; readonly at: number; readonly head: Promise<bigint> } | undefined;

  constructor(private readonly reader: { head(): Promise<bigint> }) {}

  /** `rung`: how often the wake-up had rung when the caller began to look. */
  since(rung: number): Promise<bigint> {
    const { last } = this;
    if (last?.rung === rung && performance.now() - last.at < SHARED_MS) return last.head;
    const head = this.reader.head();
    this.last = { rung, at: performance.now(), head };
    return head;
  }
}
