import { pause } from '../../application/shared/pause.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Listens until `closing` is aborted, then resolves; rejects when what it listens on breaks. `connected`: from now on nothing is missed. */
export type Listen = (ears: { readonly connected: () => void; readonly heard: () => void; readonly closing: AbortSignal }) => Promise<void>;

/**
 * The one listener of a store. A hint, never the truth: whoever waits looks at the log at least every second, so that a lost
 * notification or a dead connection only costs that second.
 */
export class WakeUp {
  readonly #closing = new AbortController();
  readonly #waiting = new Set<() => void>();
  #rung = 0;
  #listening: Promise<void> | undefined;

  constructor(
    private readonly listen: Listen,
    private readonly report: (trouble: Error) => void,
  ) {}

  /** How often it rang. Read it before looking at the log, and give it to `wait`: a ring in between is then not lost. */
  get rung(): number {
    this.#listening ??= this.#listenForEver();
    return this.#rung;
  }

  /** Resolves at the next ring after `since`, after `ms`, or when the signal is aborted, whichever comes first. */
  async wait(since: number, ms: number, signal: AbortSignal): Promise<void> {
    if (this.#rung !== since || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
      this.#waiting.add(done);
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#listening;
  }

  #ring(): void {
    this.#rung += 1;
    [...this.#waiting].forEach((wake) => wake());
  }

  async #listenForEver(): Promise<void> {
    for (let wait = FIRST_PAUSE_MS; !this.#closing.signal.aborted; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
      try {
        await this.listen({
          connected: () => {
            wait = FIRST_PAUSE_MS;
            this.#ring();
          },
          heard: () => this.#ring(),
          closing: this.#closing.signal,
        });
      } catch (error) {
        this.report(error instanceof Error ? error : new Error(String(error)));
        await pause(wait, this.#closing.signal);
      }
    }
  }
}
