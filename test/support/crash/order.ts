import type { StoredEvent } from '../../../src/application/shared/event-store.js';
import type { Installation } from './installation.js';

/**
 * Whether revisions are dense in every stream, and positions rise in the log (over PostgreSQL without a gap): asked of the store through its port, read on
 * from where it was left. What was read once is not read again, so that a look costs what came since; whoever wants all of it anew makes another one.
 */
export class Order {
  private position = 0n;
  private last = 0n;
  private readonly streams = new Map<string, number>();
  /** What is not as it must be. */
  readonly faults: string[] = [];
  /** How many events it has seen. */
  taken = 0;

  constructor(private readonly installation: Pick<Installation, 'platform'>) {}

  /** Takes in what came since. Throws StoreUnavailable, and may then be asked again. */
  async readOn(): Promise<void> {
    for await (const { events, position } of this.installation.platform.store.readAll(this.position)) {
      for (const event of events) this.take(event);
      this.position = position;
    }
  }

  private take({ stream, rev, position }: StoredEvent): void {
    const next = (this.streams.get(stream) ?? -1) + 1;
    if (rev !== next) this.faults.push(`${stream}: ${rev} where ${next} belongs`);
    const dense = this.installation.platform.settings.eventStore === 'postgres';
    if (dense ? position !== this.last + 1n : position <= this.last) this.faults.push(`position ${position} behind ${this.last}`);
    this.streams.set(stream, rev);
    this.taken += 1;
    this.last = position;
  }
}
