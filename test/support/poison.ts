import { randomBytes, randomUUID } from 'node:crypto';
import type { ActiveKey, KeyVault } from '../../src/application/shared/key-vault.js';
import { SystemClock } from '../../src/infrastructure/clock/system-clock.js';
import { Catalogue, type KnownFacts } from '../../src/infrastructure/eventstore/catalogue.js';
import { SealedJournal } from '../../src/infrastructure/eventstore/journal.js';
import { eventKey } from '../../src/infrastructure/eventstore/sealed-body.js';
import { MOST_SET_ASIDE } from '../../src/infrastructure/postgres/projections/setting-aside.js';
import type { SealedLog } from './sealed-log.js';

/** With a type that only the software of tomorrow knows. */
export const tomorrow = (known: KnownFacts): KnownFacts => ({ ...known, space: { ...known['space'], SpaceTeleported: 1 } });
export const TELEPORTED = { type: 'SpaceTeleported', v: 1 } as const;

/** As many events stand in quarantine for read models that fail on them as may: what fails next stops its range. */
export async function crowd({ quarantine }: Pick<SealedLog, 'quarantine'>): Promise<void> {
  for (let rev = 0; rev < MOST_SET_ASIDE; rev++)
    await quarantine.report({ stream: 'campaign-crowd', rev, position: 1n, fault: 'NOT_PROJECTED' });
}

/** A journal that writes under a key that no vault knows. */
export function underLostKey(
  { store, secrets, quarantine, vault }: Pick<SealedLog, 'store' | 'secrets' | 'quarantine' | 'vault'>,
  known: KnownFacts,
) {
  const bytes = randomBytes(32);
  const key: ActiveKey = { id: randomUUID(), state: 'active', derive: (context) => eventKeyOf(bytes, context) };
  const lost = Object.create(vault, { keysFor: { value: async (slots: readonly unknown[]) => slots.map(() => key) } }) as KeyVault;
  return new SealedJournal({
    store,
    vault: lost,
    secrets,
    quarantine,
    clock: new SystemClock(),
    catalogue: new Catalogue(known),
    alarm: () => undefined,
  });
}
const eventKeyOf = (bytes: Uint8Array, context: Uint8Array): Uint8Array =>
  eventKey({ derive: (all) => new Uint8Array([...bytes].map((byte, i) => byte ^ (all[i % all.length] ?? 0))) }, context);
