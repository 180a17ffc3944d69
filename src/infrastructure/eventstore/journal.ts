import type { Append, AppendOutcome, EventStore, StoredEvent } from '../../application/shared/event-store.js';
import { isReadable, isSealed, type Met } from '../../application/shared/fact-reader.js';
import type { ActiveKey, KeyVault, VaultKey } from '../../application/shared/key-vault.js';
import {
  type Clock,
  ConcurrencyConflict,
  Journal,
  KeyBroken,
  KeyGone,
  StoreUnavailable,
  type Entry,
  type EntryOutcome,
  type History,
  type Revision,
  type Secrets,
  type Written,
} from '../../application/shared/ports.js';
import type { Quarantine } from '../../application/shared/quarantine.js';
import type { Standstill } from '../../application/shared/standstill.js';
import type { Tagged } from '../../domain/shared/decider.js';
import { categoryOf, type Circumstances, type Recorded, type StreamName } from '../../domain/shared/fact.js';
import { epochOf } from '../../domain/shared/time.js';
import type { Catalogue } from './catalogue.js';
import { CryptoThreads } from '../threads/crypto-threads.js';
import { prepare, type VersionedFact } from './codec.js';
import { sealedIn, type Drafted } from './drafted.js';
import { eventId } from './event-id.js';
import { Opener, type Opened } from './opener.js';
import { slotOf } from './stream-rules.js';

export interface JournalParts {
  readonly store: EventStore;
  readonly vault: KeyVault;
  readonly secrets: Secrets;
  readonly catalogue: Catalogue;
  /** That which says when something happens: how long ago that was by itself when the store is reached is no fault of it. */
  readonly clock: Clock;
  /** Where events that cannot be read are written down. */
  readonly quarantine: Quarantine;
  /** Told when somebody must look: a clock that is off. Never holds stored data. */
  readonly alarm: (reason: string) => void;
  /** Where many events are sealed and opened; absent: in the thread of the caller. */
  readonly threads?: CryptoThreads;
}

const UNANSWERED = 'the store did not answer for every append';

/** The log as facts: every fact encrypted with a key of the ring of its stream, read back and brought to today's form. */
export class SealedJournal extends Journal {
  private readonly opener: Opener;
  private readonly threads: CryptoThreads;
  private refusals = 0;

  constructor(private readonly parts: JournalParts) {
    super();
    this.threads = parts.threads ?? new CryptoThreads(0);
    this.opener = new Opener(parts.vault, parts.catalogue, parts.quarantine, this.threads);
  }

  async read<E extends Tagged>(stream: StreamName, from: Revision = 0): Promise<History<E>> {
    return historyOf(await this.opener.open(await this.parts.store.read(stream, from), from), from);
  }

  async readMany<E extends Tagged>(streams: readonly StreamName[]): Promise<ReadonlyMap<StreamName, History<E>>> {
    const stored = await this.parts.store.readMany(streams);
    const facts = await this.opener.open([...stored.values()].flat(), 0);
    const histories = new Map<StreamName, Opened[]>(streams.map((stream) => [stream, []]));
    for (const fact of facts) histories.get(fact.stream)?.push(fact);
    return new Map([...histories].map(([stream, its]) => [stream, historyOf<E>(its)]));
  }

  async append<E extends Tagged>(entry: Entry<E>): Promise<Written> {
    const [outcome] = await this.appendMany([entry]);
    if (!outcome || outcome instanceof Error) throw outcome ?? new StoreUnavailable(UNANSWERED);
    return outcome;
  }

  async appendMany(entries: readonly Entry[]): Promise<readonly EntryOutcome[]> {
    if (entries.some(({ facts }) => facts.length === 0)) throw new Error('an append brings at least one fact');
    const slots = entries.map(({ stream, facts }) => facts.map((fact) => slotOf(stream, fact)));
    const keys = (await this.parts.vault.keysFor(slots.flat())).values();
    const drafted: Drafted[] = [];
    const nth = entries.map((entry, i) => {
      const its = slots[i]?.map(() => keys.next().value) ?? [];
      if (its.every((key) => isInUse(key))) return drafted.push(this.drafted(entry, its)) - 1;
      // What is gone is gone for ever, whatever else is wrong.
      if (its.some((key) => !isInUse(key) && !(key instanceof KeyBroken)))
        return new KeyGone('the key of this stream is archived or destroyed');
      return new KeyBroken('the key of this stream does not open');
    });
    const outcomes = drafted.length === 0 ? [] : await this.stored(await sealedIn(this.threads, drafted));
    return entries.map(({ stream }, i) => {
      const sent = nth[i];
      return typeof sent === 'number' ? this.outcomeOf(stream, outcomes[sent]) : (sent ?? new StoreUnavailable(UNANSWERED));
    });
  }

  async head(): Promise<bigint> {
    return this.parts.store.head();
  }

  /** Appends that the store refused to this process because of its clock, since it began. */
  get refusedByClock(): number {
    return this.refusals;
  }

  /**
   * Stored events as a subscriber sees them, in their order. What lies under an archived or destroyed key is `sealed`: the only thing ever skipped. What
   * cannot be read is `held`, and was written into the quarantine. `from`: the revision with which each of their streams must begin.
   */
  async decodeBatch(events: readonly StoredEvent[], from?: Revision): Promise<readonly Met[]> {
    return this.opener.meet(events, from);
  }

  /** What stands still now. */
  async standstill(): Promise<Standstill> {
    return this.parts.quarantine.now();
  }

  private stored(appends: readonly Append[]): Promise<readonly (AppendOutcome | StoreUnavailable)[]> {
    const now = epochOf(this.parts.clock.now());
    return this.parts.store.appendMany(appends.map((append) => ({ ...append, heldMs: Math.max(now - append.at, 0) })));
  }

  private drafted({ stream, expected, facts, at, meta }: Entry, keys: readonly ActiveKey[]): Drafted {
    const all = 'who' in meta ? facts.map(() => meta) : meta;
    if (all.length !== facts.length) throw new Error('every fact has its circumstances');
    const indexes = indexesOf(all);
    const events = keys.map((key, n) => {
      const event = this.current(stream, facts[n] as Tagged);
      const its = all[n] as Circumstances;
      const id = eventId(this.parts.secrets, its.command.id, stream, indexes[n] as number);
      return { key, unsealed: prepare({ stream, rev: expected + 1 + n, at, id, event, meta: its }, key.id) };
    });
    return { stream, expected, at: epochOf(at), events };
  }

  /** What is written must be readable: a type that the catalogue lacks, or a version of yesterday, never reaches the log. */
  private current(stream: StreamName, fact: Tagged): VersionedFact {
    const event = fact as VersionedFact;
    if (!this.parts.catalogue.isCurrent(categoryOf(stream), event))
      throw new Error(`${event.type} version ${event.v} is not written in ${categoryOf(stream)} streams`);
    return event;
  }

  private outcomeOf(stream: StreamName, outcome: AppendOutcome | StoreUnavailable | undefined): EntryOutcome {
    if (!outcome || outcome instanceof Error) return outcome ?? new StoreUnavailable(UNANSWERED);
    switch (outcome.outcome) {
      case 'written':
        return { position: outcome.position, revision: outcome.revision };
      case 'conflict':
        return new ConcurrencyConflict(stream, outcome.actual);
      case 'clock':
        this.refusals += 1;
        this.parts.alarm(`an append was refused: the clock is off by ${outcome.offByMs} ms`);
        return new StoreUnavailable('the clock of this server is off');
    }
  }
}

/** Categories in which single facts may have died with their document, while everything else goes on. */
const WITH_DOCUMENTS: readonly string[] = ['record', 'veil'];
/** That in which they may have died with the space they are about, what it begins with too. */
const OF_MANY_SPACES = 'actor';

/** True where the rest of a stream counts although some of it is shut. What other appends begin with has the key of all of it. */
const goesOn = (first: Opened): boolean =>
  categoryOf(first.stream) === OF_MANY_SPACES || (!isSealed(first) && WITH_DOCUMENTS.includes(categoryOf(first.stream)));

const isInUse = (key: VaultKey | KeyBroken | undefined): key is ActiveKey => !(key instanceof KeyBroken) && key?.state === 'active';

/** How many facts of the same command stand before each. */
function indexesOf(all: readonly Circumstances[]): readonly number[] {
  const counts = new Map<string, number>();
  return all.map(({ command: { id } }) => {
    const index = counts.get(id) ?? 0;
    counts.set(id, index + 1);
    return index;
  });
}

/** The whole of a stream, or what of it lies from a revision on. */
const historyOf = <E extends Tagged>(facts: readonly Opened[], from: Revision = 0): History<E> => {
  const [first] = facts;
  const shut = facts.some((fact) => isSealed(fact) && !fact.released);
  if (shut && first !== undefined && !goesOn(first)) throw new KeyGone('the key of this stream is archived or destroyed');
  return { facts: facts.filter(isReadable) as readonly Recorded[] as readonly Recorded<E>[], revision: facts.at(-1)?.rev ?? from - 1 };
};
