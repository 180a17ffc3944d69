import { classOf } from './class-of.js';
import { StoreUnavailable } from './ports.js';
import { Rounds } from './rounds.js';

/** Somebody who held facts back, and takes them up once their space goes on: how many lines that settled. Between two of them it ends when told to. */
export interface TakesUp {
  takeUp(signal?: AbortSignal): Promise<number>;
}

/** As long as a decision takes to be known in every process. */
const LOOK_AGAIN_MS = 1_000;

/** Lets the readers of this process take what they held back, as soon as it goes on. */
export class Settler extends Rounds {
  constructor(
    private readonly readers: readonly TakesUp[],
    /** Told what could not be given back: the class of the error, never stored data. It is tried again. */
    private readonly alarm: (reason: string) => void,
  ) {
    super();
  }

  protected override async round(): Promise<number> {
    for (const reader of this.readers) await this.settle(reader);
    return LOOK_AGAIN_MS;
  }

  private async settle(reader: TakesUp): Promise<void> {
    try {
      await reader.takeUp(this.signal);
    } catch (error) {
      if (error instanceof StoreUnavailable) return;
      this.alarm(`what was held back could not be taken up: ${classOf(error)}`);
    }
  }
}
