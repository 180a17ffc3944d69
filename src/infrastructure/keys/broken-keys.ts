import { LRUCache } from 'lru-cache';

/** Long enough that whoever tries again and again rings once, short enough that nobody forgets. */
const TOLD_FOR = { max: 10_000, ttl: 3_600_000 };

/** Wrapped keys that did not open, each told of once in an hour while it is met. */
export class BrokenKeys {
  private readonly told = new LRUCache<string, true>(TOLD_FOR);

  constructor(private readonly alarm: (reason: string) => void) {}

  /** One alarm for all that are met together; it counts them and names none. */
  met(ids: readonly string[]): void {
    const unheard = ids.filter((id) => !this.told.has(id));
    if (unheard.length === 0) return;
    for (const id of unheard) this.told.set(id, true);
    this.alarm(`the vault holds wrapped keys that do not open: ${unheard.length} were met; what lies under them stands still`);
  }
}
