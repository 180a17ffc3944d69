import { randomBytes, randomUUID } from 'node:crypto';
import type { ActiveKey, KeyVault } from '../../src/application/shared/key-vault.js';
import type { StreamName } from '../../src/domain/shared/fact.js';
import { Catalogue, type KnownFacts } from '../../src/infrastructure/eventstore/catalogue.js';
import { SealedJournal } from '../../src/infrastructure/eventstore/journal.js';
import { eventKey } from '../../src/infrastructure/eventstore/sealed-body.js';
import type { SealedLog } from './sealed-log.js';

type Rows = (sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

/** With a type that only the software of tomorrow knows. */
export const tomorrow = (known: KnownFacts): KnownFacts => ({ ...known, space: { ...known['space'], SpaceTeleported: 1 } });
export const TELEPORTED = { type: 'SpaceTeleported', v: 1 } as const;

/** Flips a bit of the stored body, as a superuser could who silenced the triggers first; again: it is as it was. */
export async function flip(rows: Rows, stream: StreamName, rev: number): Promise<void> {
  await rows(`
    BEGIN;
    ALTER TABLE log.event DISABLE TRIGGER append_only;
    UPDATE log.event SET body = set_bit(body, 200, 1 - get_bit(body, 200)) WHERE stream = '${stream}' AND rev = ${rev};
    ALTER TABLE log.event ENABLE ALWAYS TRIGGER append_only;
    COMMIT`);
}

/** Takes an event out of the log. */
export async function remove(rows: Rows, stream: StreamName, rev: number): Promise<void> {
  await rows(`
    BEGIN;
    ALTER TABLE log.event DISABLE TRIGGER append_only;
    DELETE FROM log.event WHERE stream = '${stream}' AND rev = ${rev};
    ALTER TABLE log.event ENABLE ALWAYS TRIGGER append_only;
    COMMIT`);
}

/** A journal that writes under a key that no vault knows. */
export function underLostKey(
  { store, secrets, quarantine, vault }: Pick<SealedLog, 'store' | 'secrets' | 'quarantine' | 'vault'>,
  known: KnownFacts,
) {
  const bytes = randomBytes(32);
  const key: ActiveKey = { id: randomUUID(), state: 'active', derive: (context) => eventKeyOf(bytes, context) };
  const lost = Object.create(vault, { keysFor: { value: async (slots: readonly unknown[]) => slots.map(() => key) } }) as KeyVault;
  return new SealedJournal({ store, vault: lost, secrets, quarantine, catalogue: new Catalogue(known), alarm: () => undefined });
}
const eventKeyOf = (bytes: Uint8Array, context: Uint8Array): Uint8Array =>
  eventKey({ derive: (all) => new Uint8Array([...bytes].map((byte, i) => byte ^ (all[i % all.length] ?? 0))) }, context);
