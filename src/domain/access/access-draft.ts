import type { Tagged } from '../shared/decider.js';
import type { Instant } from '../shared/time.js';
import type { AccessFacts, FactRef } from './facts.js';

type MapsOf<T> = { readonly [K in keyof T as T[K] extends ReadonlyMap<string, unknown> ? K : never]: T[K] };
type Maps = MapsOf<AccessFacts>;
type ValueIn<M> = M extends ReadonlyMap<string, infer V> ? V : never;

/** Facts while they are folded. Whoever had them before sees nothing of it: a map is copied before its first change. */
export interface AccessDraft {
  readonly facts: { -readonly [K in keyof AccessFacts]: AccessFacts[K] };
  readonly owned: Set<keyof Maps>;
}

/** A draft that starts from these facts, and leaves them as they are. */
export const draftOf = (from: AccessFacts): AccessDraft => ({ facts: { ...from }, owned: new Set() });

/** One of the maps, for changing it. */
export function changing<K extends keyof Maps>({ facts, owned }: AccessDraft, name: K): Map<string, ValueIn<Maps[K]>> {
  const present = facts[name] as Map<string, ValueIn<Maps[K]>>;
  if (owned.has(name)) return present;
  const own = new Map(present);
  (facts as Record<keyof Maps, unknown>)[name] = own;
  owned.add(name);
  return own;
}

/** Takes an entry away, if it is there. */
export function removing(draft: AccessDraft, name: keyof Maps, key: string): void {
  const present = draft.facts[name];
  if (present.size > 0 && present.has(key)) changing(draft, name).delete(key);
}

/** One fact taken into account; it may change what the gate knows, and says by which fact. `at`: when it was written. */
export type AccessStep<E extends Tagged> = (draft: AccessDraft, event: E, because: FactRef, at: Instant) => void;
