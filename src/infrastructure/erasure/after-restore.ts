import type { KeyVault } from '../../application/shared/key-vault.js';
import { REACTOR } from '../../domain/shared/actor.js';
import { auditStream, audit, type AuditParts } from './archive-opening.js';
import type { DeletionLedger, LedgerEntry } from './deletion-ledger.js';
import type { DestructionRows } from './destruction-rows.js';
import type { SpaceDestruction } from './space-destruction.js';

export interface AfterRestoreParts extends AuditParts {
  readonly ledger: DeletionLedger;
  readonly rows: DestructionRows;
  readonly vault: KeyVault;
  readonly destruction: SpaceDestruction;
}

/** What of the ring an entry leaves alive. */
const spared = ({ scope, ground }: LedgerEntry) =>
  scope === 'TRACE' ? (['life', 'content', 'own', 'monthly', 'document:'] as const) : ground === 'ERASURE' ? (['trace'] as const) : [];

/**
 * Before any door opens: whatever the ledger says was destroyed, and whose keys are here again, came back from a backup. It is destroyed again, and the
 * log says so. A destruction that died between its line and its keys is no restore: it only goes on. Returns how many came back.
 */
export async function destroyAgain(parts: AfterRestoreParts): Promise<number> {
  const risen: LedgerEntry[] = [];
  for (const entry of await aliveAmong(parts.vault, await parts.ledger.entries())) {
    if ((await parts.rows.stepOf(entry.space, entry.scope)) !== 'KEYS') {
      risen.push(entry);
      await parts.rows.again(entry);
    }
    await parts.destruction.drain(entry.space);
  }
  if (risen.length === 0) return 0;
  const event = { type: 'StoreRestored', v: 1, destroyedAgain: risen.length } as const;
  const act = { who: REACTOR, name: `restored/${parts.clock.now()}` };
  await audit(parts, auditStream(parts, act), { ...act, event });
  return risen.length;
}

/** Entries whose keys are here: asked for many at a time, because the ledger only grows. */
async function aliveAmong(vault: KeyVault, entries: readonly LedgerEntry[]): Promise<readonly LedgerEntry[]> {
  const alive: LedgerEntry[] = [];
  const kinds = new Map<string, LedgerEntry[]>();
  for (const entry of entries) {
    const kind = kinds.get(spared(entry).join());
    if (kind) kind.push(entry);
    else kinds.set(spared(entry).join(), [entry]);
  }
  for (const its of kinds.values()) {
    const [first] = its;
    const living = await vault.living(
      its.map(({ space }) => space),
      first ? spared(first) : [],
    );
    alive.push(...its.filter(({ space }) => living.has(space)));
  }
  return alive;
}
