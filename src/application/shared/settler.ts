import { pause } from './pause.js';
import { StoreUnavailable } from './ports.js';

/** Somebody who held facts back, and takes them up once their space goes on: how many lines that settled. Between two of them it ends when told to. */
export interface TakesUp {
  takeUp(signal?: AbortSignal): Promise<number>;
}

/** As long as a decision takes to be known in every process. */
const LOOK_AGAIN_MS = 1_000;

/** Lets the readers of this process take what they held back, as soon as it goes on. */
export class Settler {
  private stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly readers: readonly TakesUp[],
    /** Told what could not be given back: the class of the error, never stored data. It is tried again. */
    private readonly alarm: (reason: string) => void,
  ) {}

  /** Begins to look; returns at once. */
  start(): void {
    this.stopping = new AbortController();
    this.running = this.run();
  }

  /** Resolves when nothing of it is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      for (const reader of this.readers) await this.settle(reader);
      await pause(LOOK_AGAIN_MS, signal);
    }
  }

  private async settle(reader: TakesUp): Promise<void> {
    try {
      await reader.takeUp(this.stopping.signal);
    } catch (error) {
      if (error instanceof StoreUnavailable) return;
      this.alarm(`what was held back could not be taken up: ${error instanceof Error ? error.constructor.name : typeof error}`);
    }
  }
}
