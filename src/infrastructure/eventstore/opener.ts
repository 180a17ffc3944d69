import { setImmediate as turn } from 'node:timers/promises';
import type { StoredEvent } from '../../application/shared/event-store.js';
import type { Held, Sealed } from '../../application/shared/fact-reader.js';
import type { KeyVault, VaultKey } from '../../application/shared/key-vault.js';
import { READ_ALL_THE_SAME, UnreadableEvent, type Revision } from '../../application/shared/ports.js';
import type { Quarantine } from '../../application/shared/quarantine.js';
import type { KnownPlace, Standstill } from '../../application/shared/standstill.js';
import type { Recorded, StreamName } from '../../domain/shared/fact.js';
import type { Catalogue } from './catalogue.js';
import { CryptoThreads } from '../threads/crypto-threads.js';
import { address, decode, isClear, type Addressed, type OpenedAhead, type VersionedFact } from './codec.js';
import { openedAhead } from './opened-ahead.js';

/** What can be made of an event where nothing is wrong: a fact, or the sealed place of one. */
export type Opened = Recorded<VersionedFact> | Sealed;

/** Some 3 ms of work: longer, and whoever waits for this process would feel it, the statement that writes the batch before included. */
const IN_ONE_GO = 100;

/** Opens stored events: clear part, then all keys in one go, then decryption, then upcasting. */
export class Opener {
  constructor(
    private readonly vault: Pick<KeyVault, 'keysById'>,
    private readonly catalogue: Catalogue,
    private readonly quarantine: Quarantine,
    private readonly threads: CryptoThreads = new CryptoThreads(0),
  ) {}

  /**
   * For a fold, in the order given. Throws UnreadableEvent on altered bytes, a missing revision, and a type or version that is not known, after it was
   * written into the quarantine: a fold that passed over an event would decide wrongly. `from`: the revision with which each stream must begin.
   */
  async open(events: readonly StoredEvent[], from?: Revision): Promise<readonly Opened[]> {
    return (await this.opened(events, from)).map(({ stored, found }) => {
      if (found instanceof UnreadableEvent) throw found;
      return found === 'RELEASED' ? released(stored) : found;
    });
  }

  /** For readers across streams: the same, with a held place for each event that cannot be read. */
  async meet(events: readonly StoredEvent[], from?: Revision): Promise<readonly (Opened | Held)[]> {
    return (await this.opened(events, from)).map(({ stored, found }) => {
      if (found instanceof UnreadableEvent) return { held: true, ...placeOf(stored) };
      return found === 'RELEASED' ? released(stored) : found;
    });
  }

  private async opened(events: readonly StoredEvent[], from?: Revision): Promise<readonly Finding[]> {
    const standstill = await this.quarantine.now();
    const read = events.map((stored) => ({ stored, addressed: attempt(() => address(stored)) }));
    const unlocked = await this.unlocked(read.flatMap(({ addressed }) => (addressed instanceof UnreadableEvent ? [] : [addressed])));
    const last = new Map<StreamName, number>();
    const findings: Finding[] = [];
    for (const { stored, addressed } of read) {
      if (findings.length % IN_ONE_GO === IN_ONE_GO - 1) await turn();
      const before = last.get(stored.stream) ?? (from === undefined ? stored.rev - 1 : from - 1);
      last.set(stored.stream, stored.rev);
      const found = this.find({ stored, addressed, before }, unlocked, standstill);
      findings.push({ stored, found: found instanceof UnreadableEvent ? await this.reported(stored, found, standstill) : found });
    }
    return findings;
  }

  private async unlocked(addressed: readonly Addressed[]): Promise<Unlocked> {
    const ids = new Set(addressed.filter((event) => !isClear(event)).map(({ header }) => header.key));
    const keys = ids.size === 0 ? new Map<string, VaultKey>() : await this.vault.keysById([...ids]);
    return { keys, ahead: await openedAhead(this.threads, addressed, keys) };
  }

  private find({ stored, addressed, before }: Reading, unlocked: Unlocked, standstill: Standstill): Found {
    const { stream, rev } = stored;
    const known = standstill.at(stream, rev);
    const released = known?.state === 'RELEASED' ? known.fault : null;
    if (released !== null && !READ_ALL_THE_SAME.includes(released)) return 'RELEASED';
    // Within what was read together, revisions of a stream follow each other: a fold over a gap would decide wrongly.
    if (rev !== before + 1 && released !== 'EVENT_BEFORE_MISSING')
      return new UnreadableEvent(stream, rev, 'the event before it is missing', 'EVENT_BEFORE_MISSING');
    const found = addressed instanceof UnreadableEvent ? addressed : attempt(() => this.openOne(addressed, unlocked));
    return released === 'NOT_PROJECTED' && 'event' in found ? { ...found, withoutRows: true } : found;
  }

  private openOne(event: Addressed, { keys, ahead }: Unlocked): Opened {
    if (isClear(event)) return this.catalogue.upcast(decode(event, null));
    const { stream, rev } = event.stored;
    const key = keys.get(event.header.key);
    if (!key) throw new UnreadableEvent(stream, rev, 'the vault does not know its key', 'KEY_UNKNOWN');
    if (key.state !== 'active') return { sealed: true, released: false, archived: key.state === 'archived', ...placeOf(event.stored) };
    return this.catalogue.upcast(decode(event, key, ahead.get(event)));
  }

  /** Written down before anybody hears of it; what was released meanwhile counts as sealed, unless it was to be read all the same. */
  private async reported(stored: StoredEvent, error: UnreadableEvent, standstill: Standstill): Promise<UnreadableEvent | 'RELEASED'> {
    const known = standstill.at(stored.stream, stored.rev);
    const wasReadable = known?.state === 'RELEASED' && READ_ALL_THE_SAME.includes(known.fault);
    const state = (wasReadable ? undefined : known?.state) ?? (await this.quarantine.report({ ...placeOf(stored), fault: error.fault }));
    return state === 'RELEASED' ? state : error;
  }
}

/** What became of one event. */
type Found = Opened | UnreadableEvent | (KnownPlace['state'] & 'RELEASED');
interface Finding {
  readonly stored: StoredEvent;
  readonly found: Found;
}
/** The keys of what is read together, and what threads have opened of it already. */
interface Unlocked {
  readonly keys: ReadonlyMap<string, VaultKey>;
  readonly ahead: ReadonlyMap<Addressed, OpenedAhead>;
}
/** An event on its way, and the revision that was read before it in its stream. */
interface Reading {
  readonly stored: StoredEvent;
  readonly addressed: Addressed | UnreadableEvent;
  readonly before: number;
}

const placeOf = ({ stream, rev, position }: StoredEvent) => ({ stream, rev, position });
const released = (stored: StoredEvent): Sealed => ({ sealed: true, released: true, archived: false, ...placeOf(stored) });

function attempt<T>(work: () => T): T | UnreadableEvent {
  try {
    return work();
  } catch (error) {
    if (error instanceof UnreadableEvent) return error;
    throw error;
  }
}
