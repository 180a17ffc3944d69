import { pause } from './pause.js';

/** Work that goes on in rounds from its start to its end, with a pause behind each; it may be begun again. */
export abstract class Rounds {
  private stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  /** Begins the first round; returns at once. */
  start(): void {
    this.stopping = new AbortController();
    this.running = this.run(this.stopping.signal);
  }

  /** Resolves when nothing of it is under way; a pause ends at once. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Aborted once it is to end: a long round looks at it between its steps. */
  protected get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** One round: how long to wait for the next, milliseconds. What fails in it is told and tried again: it never throws. */
  protected abstract round(): Promise<number>;

  /** What remains to be done behind the last round. Never throws. */
  protected async leave(): Promise<void> {
    // Most leave nothing behind.
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await pause(await this.round(), signal);
    await this.leave();
  }
}

/** How long to wait, in milliseconds, before one looks for work again: hardly at all when there was some, twice as long each time when there was none. */
export class IdleWait {
  private wait: number;

  constructor(
    private readonly shortest: number,
    private readonly longest: number,
  ) {
    this.wait = shortest;
  }

  after(found: boolean): number {
    return (this.wait = found ? this.shortest : Math.min(this.wait * 2, this.longest));
  }
}
