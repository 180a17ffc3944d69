import { LRUCache } from 'lru-cache';
import type { VaultKey } from '../../application/shared/key-vault.js';
import { isOfDocument, placeName, type KeyPlace } from './key-row.js';

/** Longer would let a destroyed key live on in a process that nobody told. */
export const LONGEST_KEY_MEMORY_MS = 60_000;

const NO_IDS: readonly string[] = [];

interface Remembered {
  readonly key: VaultKey;
  readonly place: KeyPlace;
}

/**
 * Keys of the last minute. Archived keys are never remembered: a space that reopens must be readable at once, or a projection would skip it for ever.
 * Nor are those of documents: what was taken back must be unreadable at once, in every process. What was read before an invalidation is not remembered after it.
 */
export class KeyCache {
  private readonly byId: LRUCache<string, Remembered>;
  private readonly byPlace: LRUCache<string, Remembered>;
  private readonly rings: LRUCache<string, string>;
  private age = 0;

  constructor(options: { readonly max: number; readonly ttlMs: number }) {
    // Taken out when its time is over, not when somebody needs the room: no key lies in memory that nobody may use.
    const bounds = { max: options.max, ttl: Math.min(options.ttlMs, LONGEST_KEY_MEMORY_MS), ttlAutopurge: true };
    this.byId = new LRUCache(bounds);
    this.byPlace = new LRUCache(bounds);
    this.rings = new LRUCache(bounds);
  }

  withId(id: string): VaultKey | undefined {
    return this.byId.get(id)?.key;
  }

  at(place: KeyPlace): VaultKey | undefined {
    return this.byPlace.get(placeName(place))?.key;
  }

  /** The state of the ring of an owner, as it was last read. */
  ring(owner: string): string | undefined {
    return this.rings.get(owner);
  }

  /** Keys in use that are named there were archived or destroyed since they were read: facts that are opened from now on must not be opened with them. */
  rememberRing(owner: string, state: string, generation: number): void {
    for (const id of idsIn(state)) this.forgetUsed(id);
    if (generation === this.age) this.rings.set(owner, state);
  }

  /** To be taken before reading the table, and given back with what was read. */
  get generation(): number {
    return this.age;
  }

  remember(place: KeyPlace, key: VaultKey, generation: number): void {
    if (generation !== this.age || key.state === 'archived' || isOfDocument(place)) return;
    if (key.state === 'active' && idsIn(this.rings.get(place.owner) ?? '').includes(key.id)) return;
    const entry = { key, place };
    this.byId.set(key.id, entry);
    this.byPlace.set(placeName(place), entry);
  }

  private forgetUsed(id: string): void {
    const entry = this.byId.get(id);
    if (entry?.key.state !== 'active') return;
    this.byId.delete(id);
    this.byPlace.delete(placeName(entry.place));
  }

  /** Forgets every key of an owner. */
  forget(owner: string): void {
    this.age++;
    this.rings.delete(owner);
    for (const cache of [this.byId, this.byPlace]) {
      for (const [name, { place }] of [...cache.entries()]) if (place.owner === owner) cache.delete(name);
    }
  }
}

/** Of the keys that the state of a ring names (KeyVault.ringState). */
const idsIn = (state: string): readonly string[] => (state === '' ? NO_IDS : state.split(',').map((named) => named.split(' ')[0] ?? ''));
