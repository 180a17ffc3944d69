import type { Append } from '../../src/application/shared/event-store.js';
import type { StreamName } from '../../src/domain/shared/fact.js';
import { instantOf } from '../../src/domain/shared/time.js';
import { encode, type Draft, type VersionedFact } from '../../src/infrastructure/eventstore/codec.js';
import { draft, keyOf } from '../infrastructure/eventstore/drafts.js';

/** 1 March 2026, nine in the morning in Paris. */
const BEGINS = Date.UTC(2026, 2, 1, 8);
const SPACES = 12;
const EVENTS = 301;

const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0');
const spaceOf = (n: number): string => `01950000-0000-7000-8000-${hex(n % SPACES, 12)}`;

const FACTS: readonly { readonly category: string; readonly event: VersionedFact }[] = [
  { category: 'space', event: { type: 'OppositionRegistered', v: 1, channel: 'WEB' } as VersionedFact },
  { category: 'record', event: { type: 'DocumentDeposited', v: 1, title: 'Compte rendu – été', pages: 3 } as VersionedFact },
  { category: 'space', event: { type: 'OppositionRegistered', v: 1, channel: 'PHONE' } as VersionedFact },
  { category: 'passage', event: { type: 'AccessGranted', v: 1, documents: [] } as unknown as VersionedFact },
  { category: 'veil', event: { type: 'DocumentDeposited', v: 1, title: null } as unknown as VersionedFact },
];

/**
 * The appends of some spaces over a morning, in their order and one after the other: ids, instants, keys and initialisation vectors are fixed, and so is
 * every byte that lies in a log.
 */
export function fixedLife(): readonly Append[] {
  const reached = new Map<StreamName, number>();
  return Array.from({ length: EVENTS }, (_, n): Append => {
    const { category, event } = FACTS[n % FACTS.length]!;
    const stream: StreamName = `${category}-${spaceOf(n)}`;
    const expected = reached.get(stream) ?? -1;
    reached.set(stream, expected + 1);
    const at = BEGINS + n * 1_000;
    const its: Draft = draft({ stream, rev: expected + 1, at: instantOf(at), id: `01950000-0000-8000-8000-${hex(n, 12)}`, event });
    const key = keyOf(1 + (n % SPACES), `01950000-0000-4000-8000-${hex(n % SPACES, 12)}`);
    return { stream, expected, at, events: [encode(its, key, Buffer.from(hex(n, 24), 'hex'))] };
  });
}
