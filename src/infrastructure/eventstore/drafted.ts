import type { Append } from '../../application/shared/event-store.js';
import type { ActiveKey } from '../../application/shared/key-vault.js';
import type { Closing, CryptoThreads } from '../threads/crypto-threads.js';
import type { Unsealed } from './codec.js';

/** An append of which only the encryption is missing. */
export interface Drafted extends Omit<Append, 'events'> {
  readonly events: readonly { readonly key: ActiveKey; readonly unsealed: Unsealed }[];
}

/** The appends as they go to the store: everything sealed, the events of all appends together. */
export async function sealedIn(threads: CryptoThreads, drafted: readonly Drafted[]): Promise<readonly Append[]> {
  const closings: Closing[] = [];
  for (const { events } of drafted)
    for (const { key, unsealed } of events)
      if (unsealed.clear === null) closings.push({ key, header: unsealed.header, plaintext: unsealed.plaintext });
  const bodies = (await threads.seal(closings)).values();
  return drafted.map(({ events, ...append }) => ({
    ...append,
    events: events.map(({ unsealed: { header, clear } }) => ({ header, body: clear ?? next(bodies) })),
  }));
}

function next(bodies: Iterator<Uint8Array, unknown>): Uint8Array {
  const body = bodies.next();
  if (body.done === true) throw new Error('an event was not sealed');
  return body.value;
}
