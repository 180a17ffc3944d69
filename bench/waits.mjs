import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Of this many connections at least, on average: less is noise. */
const LEAST = 0.02;

/**
 * What the connections of a server do and wait for while some work runs, as PostgreSQL says it (pg_stat_activity): how many of them on average.
 * A thread of its own looks: in the thread that works, every look would fall into the same part of a statement.
 */
export class Waits {
  #found = new Map();
  #looks = 0;

  constructor(url) {
    this.url = url;
  }

  /** What the work gives. */
  async during(work) {
    const thread = new Worker(new URL('waiting-thread.mjs', import.meta.url), { workerData: this.url });
    await once(thread, 'message');
    try {
      return await work();
    } finally {
      thread.postMessage('enough');
      const [{ found, looks }] = await once(thread, 'message');
      this.#looks += looks;
      for (const [doing, times] of found) this.#found.set(doing, (this.#found.get(doing) ?? 0) + times);
    }
  }

  /** Most of them first. */
  toString() {
    return [...this.#found]
      .map(([doing, times]) => [doing, times / this.#looks])
      .filter(([, connections]) => connections >= LEAST)
      .sort(([, one], [, other]) => other - one)
      .map(([doing, connections]) => `${connections.toFixed(2)} ${doing}`)
      .join('; ');
  }
}
