import type { Tagged } from '../../domain/shared/decider.js';
import type { Circumstances, Recorded, StreamName } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import type { Revision } from './ports.js';

/** How long a line may wait and fight for its place in a busy stream before its request is answered with 503, milliseconds. */
const PATIENCE = 2_000;

/** What a line wants to know of what others wrote in its stream before it. */
export interface Proviso {
  /** Older facts do not matter. */
  readonly since: Instant;
  /** Told what lies there, whenever somebody else was faster. */
  readonly meet: (facts: readonly Recorded[]) => void;
  /** True when, after what was met, the line must not be written any more. */
  readonly needless: () => boolean;
}

/** Facts that no rule decides, for one stream; what they are called depends on where they come to lie. */
export interface Line {
  readonly stream: StreamName;
  readonly circumstances: Omit<Circumstances, 'command'>;
  /** `place`: the revision before it. */
  readonly factsOn: (place: Revision) => readonly Tagged[];
  readonly idOn: (at: Instant, place: Revision) => string;
  readonly proviso?: Proviso;
}

/** A line and whoever waits for it. */
export class Waiting {
  /** Its patience ended while it was on its way. */
  late = false;
  private readonly timer: NodeJS.Timeout;

  constructor(
    readonly line: Line,
    private readonly resolve: () => void,
    private readonly reject: (error: unknown) => void,
    private readonly giveUp: (waiting: Waiting) => void,
  ) {
    this.timer = setTimeout(() => this.giveUp(this), PATIENCE).unref();
  }

  written(): void {
    clearTimeout(this.timer);
    this.resolve();
  }

  failed(error: unknown): void {
    clearTimeout(this.timer);
    this.reject(error);
  }
}
