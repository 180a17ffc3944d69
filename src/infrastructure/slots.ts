/** Lets so many works run at the same time; the others wait in their order. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];

  constructor(private readonly limit: number) {
    this.#free = limit;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** Resolves when nothing runs and nothing waits. */
  drained(): Promise<void> {
    return this.#free === this.limit ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Who waits takes the place over: nobody who comes later is before him. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next !== undefined) return next();
    this.#free += 1;
    if (this.#free === this.limit) this.#idle.splice(0).forEach((resolve) => resolve());
  }
}
