import type { KeyVault } from '../../application/shared/key-vault.js';
import { policy } from '../../domain/enrolment/policy.js';
import { REACTOR } from '../../domain/shared/actor.js';
import { deadlineAfter, instant, startOfDay, type Instant } from '../../domain/shared/time.js';
import { auditStream, audit, type AuditParts } from './archive-opening.js';
import type { DeletionLedger, Destroyed } from './deletion-ledger.js';
import type { DestructionRows, Step } from './destruction-rows.js';
import { outlived } from './destruction-steps.js';
import type { Leftovers } from './leftovers.js';
import type { SpaceDestruction } from './space-destruction.js';

export interface AfterRestoreParts extends AuditParts {
  readonly ledger: DeletionLedger;
  readonly rows: DestructionRows;
  readonly vault: KeyVault;
  readonly leftovers: Pick<Leftovers, 'suppress'>;
  readonly destruction: SpaceDestruction;
  readonly alarm: (reason: string) => void;
}

/** Its line may be on disk while its keys live. */
const UNDER_WAY: readonly (Step | null)[] = ['LEDGER', 'KEYS'];
const ALL_BUT_TRACES = ['life', 'content', 'own', 'monthly', 'document:'] as const;

/** What of the ring an entry leaves alive. */
const spared = (entry: Destroyed) => (entry.scope === 'TRACE' ? ALL_BUT_TRACES : outlived(entry) ? (['trace'] as const) : []);

/**
 * When the traces that outlived a destruction are to go. A line of before does not say it; then ten years after the request at the latest, or after the
 * destruction where no day of a request is known: the space was closed by then, so never too early, which could not be made good.
 */
const endOfTraces = ({ traceEnd, askedOn, on }: Destroyed): Instant =>
  traceEnd ?? deadlineAfter(askedOn ? startOfDay(askedOn) : instant(on), policy.archive).over;

/** What of the ledger a start has to do with; of all else nothing is kept. */
interface Found {
  /** Live, and are not under way: they came back. */
  readonly risen: Destroyed[];
  /** Spaces of which one is between its line and its keys. */
  readonly underWay: Set<string>;
  /** Traces that outlived their space and that nobody waits for, and when they are to go. */
  readonly traces: Map<string, Instant>;
}

/**
 * Before any door opens: whatever the ledger says was destroyed, and whose keys are here again, came back from a backup. It is destroyed again, and the
 * log says so. A destruction that died between its line and its keys is no restore: it only goes on. Returns how many came back.
 */
export async function destroyAgain(parts: AfterRestoreParts): Promise<number> {
  const found: Found = { risen: [], underWay: new Set(), traces: new Map() };
  await compare(parts, looked(parts, found));
  // By its last line, now that all were read, and still: another process may have been at work on it meanwhile.
  const risen = await aliveAmong(parts.vault, await parts.ledger.whole(found.risen));
  // Before the first key dies: by it the next start would know that there was a restore.
  if (risen.length > 0) await parts.leftovers.suppress(await parts.ledger.suppressed());
  for (const space of found.underWay) await parts.destruction.drain(space);
  for (const entry of risen) {
    await parts.rows.again(entry);
    await parts.destruction.drain(entry.space);
  }
  await awaitTraces(parts, found.traces);
  if (risen.length === 0) return 0;
  const event = { type: 'StoreRestored', v: 1, destroyedAgain: risen.length } as const;
  const act = { who: REACTOR, name: `restored/${parts.clock.now()}` };
  await audit(parts, auditStream(parts, act), { ...act, event });
  return risen.length;
}

/** The pages of the ledger, each handed on once what there is to do about it is found. Nothing is done yet: a later line may be broken. */
async function* looked({ ledger, vault, rows }: AfterRestoreParts, found: Found): AsyncGenerator<readonly Destroyed[], void> {
  for await (const page of ledger.pages()) {
    for (const entry of await aliveAmong(vault, page))
      if (UNDER_WAY.includes(await rows.stepOf(entry.space, entry.scope))) found.underWay.add(entry.space);
      else found.risen.push(entry);
    const ends = new Map(page.filter(outlived).map((entry) => [entry.space, endOfTraces(entry)]));
    for (const space of await vault.living(await rows.traceless([...ends.keys()]), ALL_BUT_TRACES)) {
      const end = ends.get(space);
      if (end) found.traces.set(space, end);
    }
    yield page;
  }
}

/**
 * A destruction that the ledger does not name is one that a restore would undo: the file is an old one, or another machine writes its own. The store itself
 * is as it should be, so that doors open; somebody must look before the next restore.
 */
async function compare({ rows, alarm }: AfterRestoreParts, pages: AsyncIterable<readonly Destroyed[]>): Promise<void> {
  const missing = await rows.unnamed(pages);
  if (missing > 0)
    alarm(
      `the deletion ledger of this process (DELETION_LEDGER) does not name ${missing} destructions, which a restore would undo: ` +
        'put the newest in place, one for all processes; see docs/how-to/back-up.md',
    );
}

/** What decided that the traces of a destroyed space go one day may have been lost with the decision on the space itself: the ledger knows the day. */
async function awaitTraces({ vault, rows }: AfterRestoreParts, ends: ReadonlyMap<string, Instant>): Promise<void> {
  const living = await vault.living([...ends.keys()], ALL_BUT_TRACES);
  await rows.awaitTraces(new Map([...ends].filter(([space]) => living.has(space))));
}

/** Entries whose keys are here: asked for many at a time, because the ledger only grows. */
async function aliveAmong<E extends Destroyed>(vault: KeyVault, entries: readonly E[]): Promise<readonly E[]> {
  const alive: E[] = [];
  const kinds = new Map<string, E[]>();
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
