import { pause } from './pause.js';
import { StoreUnavailable } from './ports.js';

/** Somebody who held facts back, and gives them back once their space goes on: how many lines were settled. */
export interface Settles {
  settle(): Promise<number>;
}

/** As long as a decision takes to be known in every process. */
const LOOK_AGAIN_MS = 1_000;

/** Lets a reader of the log take what it held back, as soon as it goes on. */
export class Settler {
  private stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly reader: Settles,
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
      await this.settle();
      await pause(LOOK_AGAIN_MS, signal);
    }
  }

  private async settle(): Promise<void> {
    try {
      await this.reader.settle();
    } catch (error) {
      if (error instanceof StoreUnavailable) return;
      this.alarm(`what was held back could not be given back: ${error instanceof Error ? error.constructor.name : typeof error}`);
    }
  }
}
