import type { Tagged } from '../../domain/shared/decider.js';
import { categoryOf, idOf, type StreamName } from '../../domain/shared/fact.js';
import { Folds } from './folds.js';
import type { KeyVault } from './key-vault.js';
import { Journal, type Entry, type EntryOutcome, type History, type Revision, type Written } from './ports.js';

/** Streams whose keys all lie in the ring of their own id. */
const OF_A_RING: readonly string[] = ['space', 'access', 'record', 'notices'];
/** Facts remembered at a time, of all streams: half a gigabyte at most. */
const MOST_FACTS = 200_000;

/** What nobody asked for during this time is not kept any longer, milliseconds. */
const UNUSED_MS = 60_000;
/** After this time a stream is read whole again, however much it is used: what somebody did to its bytes is met then, milliseconds. */
const READ_AGAIN_MS = 60_000;

/** `history` null: the stream was read once. `ring`: the state of its keys, asked before it was read; `whole`: when that was, from its beginning. */
interface Remembered {
  readonly ring: string;
  readonly whole: number;
  readonly history: History<Tagged> | null;
}
const NOTHING_YET: Remembered = { ring: '', whole: 0, history: null };

/**
 * The journal, remembering streams from their second reading on, however long they are: were it a matter of length, the work for a record in which
 * something is hidden from somebody would be another than for one in which there is nothing. What is remembered never answers alone: each reading asks the
 * log for what came behind it, and the vault whether a key of the ring was archived or destroyed since, in which case everything is read anew.
 */
export class RememberingJournal extends Journal {
  /** The least recently used first. */
  private readonly remembered = new Map<StreamName, Remembered & { readonly used: number }>();
  private facts = 0;
  private sweeping: NodeJS.Timeout | undefined;

  constructor(
    private readonly journal: Journal,
    private readonly vault: Pick<KeyVault, 'ringState'>,
    private readonly mostFacts = MOST_FACTS,
    private readonly readAgainMs = READ_AGAIN_MS,
  ) {
    super();
  }

  async read<E extends Tagged>(stream: StreamName, from: Revision = 0): Promise<History<E>> {
    const known = from === 0 ? this.remembered.get(stream) : undefined;
    if (known === undefined) return this.noted(stream, await this.journal.read<E>(stream, from));
    const ring = await this.vault.ringState(idOf(stream));
    const isFresh = known.ring === ring && performance.now() - known.whole < this.readAgainMs;
    const history = isFresh ? known.history : null;
    const whole = history === null ? performance.now() : known.whole;
    if (history === null) this.keep(stream, NOTHING_YET);
    const now = history === null ? await this.anew(stream) : await this.continued(stream, history);
    this.keep(stream, { ring, whole, history: now });
    return now as History<E>;
  }

  async readMany<E extends Tagged>(streams: readonly StreamName[]): Promise<ReadonlyMap<StreamName, History<E>>> {
    const [one] = streams;
    if (one !== undefined && streams.length === 1) return new Map([[one, await this.read<E>(one)]]);
    const known = streams.filter((stream) => this.remembered.has(stream));
    const others = streams.filter((stream) => !known.includes(stream));
    const [read, ...recalled] = await Promise.all([
      others.length === 0 ? new Map<StreamName, History<E>>() : this.journal.readMany<E>(others),
      ...known.map((stream) => this.read<E>(stream)),
    ]);
    for (const [stream, history] of read) this.noted(stream, history);
    return new Map([...read, ...recalled.map((history, i) => [known[i] as StreamName, history] as const)]);
  }

  append<E extends Tagged>(entry: Entry<E>): Promise<Written> {
    return this.journal.append(entry);
  }

  appendMany(entries: readonly Entry[]): Promise<readonly EntryOutcome[]> {
    return this.journal.appendMany(entries);
  }

  head(): Promise<bigint> {
    return this.journal.head();
  }

  private async anew(stream: StreamName): Promise<History<Tagged>> {
    return { ...(await this.journal.read(stream)), folds: new Folds() };
  }

  private async continued(stream: StreamName, history: History<Tagged>): Promise<History<Tagged>> {
    const tail = await this.journal.read(stream, history.revision + 1);
    if (tail.facts.length === 0) return { ...history, revision: tail.revision };
    return { ...history, facts: [...history.facts, ...tail.facts], revision: tail.revision };
  }

  /** What it reads for the first time may have been opened with keys that died meanwhile: that it was read is all that is kept of it. */
  private noted<E extends Tagged>(stream: StreamName, history: History<E>): History<E> {
    if (OF_A_RING.includes(categoryOf(stream)) && !this.remembered.has(stream)) this.keep(stream, NOTHING_YET);
    return history;
  }

  private keep(stream: StreamName, entry: Remembered): void {
    this.forget(stream);
    this.remembered.set(stream, { ...entry, used: performance.now() });
    this.facts += sizeOf(entry);
    this.sweeping ??= setInterval(() => this.sweep(), UNUSED_MS).unref();
    for (const oldest of this.remembered.keys()) {
      if (this.facts <= this.mostFacts) return;
      this.forget(oldest);
    }
  }

  private sweep(): void {
    for (const [stream, { used }] of this.remembered) if (used < performance.now() - UNUSED_MS) this.forget(stream);
    if (this.remembered.size > 0) return;
    clearInterval(this.sweeping);
    this.sweeping = undefined;
  }

  private forget(stream: StreamName): void {
    const entry = this.remembered.get(stream);
    if (entry === undefined) return;
    this.remembered.delete(stream);
    this.facts -= sizeOf(entry);
  }
}

/** A name alone counts too, so that names are bounded as facts are. */
const sizeOf = ({ history }: Remembered): number => 1 + (history?.facts.length ?? 0);
