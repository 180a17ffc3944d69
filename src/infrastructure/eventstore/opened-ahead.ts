import type { VaultKey } from '../../application/shared/key-vault.js';
import type { CryptoThreads, Opening } from '../threads/crypto-threads.js';
import { isClear, type Addressed, type OpenedAhead } from './codec.js';

/**
 * The bodies that threads can open for the caller, by event. What is missing here (few events, clear ones, keys that are not in use) he opens, or
 * judges, himself.
 */
export async function openedAhead(
  threads: CryptoThreads,
  events: readonly Addressed[],
  keys: ReadonlyMap<string, VaultKey>,
): Promise<ReadonlyMap<Addressed, OpenedAhead>> {
  const sealed: Addressed[] = [];
  const openings: Opening[] = [];
  for (const event of events) {
    const key = isClear(event) ? undefined : keys.get(event.header.key);
    if (key?.state !== 'active') continue;
    sealed.push(event);
    openings.push({ key, header: event.stored.header, body: event.stored.body });
  }
  const ahead = new Map<Addressed, OpenedAhead>();
  (await threads.open(openings)).forEach((opened, n) => {
    const event = sealed[n];
    if (event !== undefined && opened !== null) ahead.set(event, opened);
  });
  return ahead;
}
