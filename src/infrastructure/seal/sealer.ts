import { classOf } from '../../application/shared/class-of.js';
import type { Batch, EventStore, StoredEvent } from '../../application/shared/event-store.js';
import { LeasedWork } from '../../application/shared/leased-work.js';
import { LeaseLost, type Lease, type Leases } from '../../application/shared/leases.js';
import { pause } from '../../application/shared/pause.js';
import { leafHash } from '../eventstore/leaf.js';
import { faultOfKept, type KeptHead } from './kept-head.js';
import type { Signer, Verifier } from './note/signed-note.js';
import { SEALER, type SealPlace, type SealWriter, type Standing } from './seal-writer.js';
import { BrokenLog, examine, nextStep } from './sealing.js';
import { signedStanding } from './signed-standing.js';

export interface SealerParts {
  readonly store: Pick<EventStore, 'readAll' | 'at' | 'head'>;
  readonly writer: SealWriter;
  readonly leases: Leases;
  /** Name of the log in its heads: that of the keys. */
  readonly origin: string;
  readonly signers: readonly Signer[];
  /** Whose heads count, those who signed formerly included: read when the seal is, because another process may sign under newer keys. */
  readonly verifiers: () => Promise<readonly Verifier[]>;
  /** The newest head, outside of the database. */
  readonly kept: KeptHead;
  /** Pause between two heads while events come in, milliseconds. */
  readonly every: number;
  /** Told when it stops, and when the database is away: class of the error, places, never stored data. */
  readonly alarm: (reason: string) => void;
}

/** Events of one transaction at most. */
const MOST_EVENTS = 4_000;
const LONGEST_WAIT_MS = 30_000;

/**
 * Follows the log in its order, whatever store it lies in, without opening an event; puts the leaves into the tree and signs its head. One process
 * at a time does so, and what it writes is refused once it has lost its lease. Where the log is not what was sealed it stops, and tries once more with each
 * new lease.
 */
export class Sealer {
  private readonly work: LeasedWork;
  private now: Standing | null = null;
  /** Where the seal was when it was read or written last: what is judged is judged of that. */
  private place: SealPlace = { size: 0, position: 0n };
  /** Why it stopped; null once it has sealed since. */
  private told: string | null = null;

  constructor(private readonly parts: SealerParts) {
    const { leases, alarm } = parts;
    this.work = new LeasedWork(leases, { name: SEALER, run: (lease, signal) => this.run(lease, signal), alarm });
  }

  /** Begins to ask for the lease; returns at once. */
  start(): void {
    this.work.start();
  }

  /** Resolves when nothing is under way and the lease is given up. */
  async stop(): Promise<void> {
    await this.work.stop();
  }

  private async run(lease: Lease, signal: AbortSignal): Promise<void> {
    this.now = null;
    const { every, kept } = this.parts;
    for (let wait = every; !signal.aborted; await pause(wait, signal)) {
      const outcome = await this.safely(lease, signal);
      if (outcome === 'STOPPED') return;
      await kept.settle();
      wait = outcome === 'DONE' ? every : Math.min(Math.max(wait, 50) * 2, LONGEST_WAIT_MS);
    }
    await kept.flush();
  }

  /** Seals all that lies in the log now. */
  private async round(lease: Lease, signal: AbortSignal): Promise<void> {
    const { store } = this.parts;
    const after = positionOf(await this.standing());
    const head = await store.head();
    if (head !== after) await this.checkLast();
    if (head <= after) return;
    for await (const events of gathered(store.readAll(after), MOST_EVENTS)) {
      if (signal.aborted) return;
      await this.seal(lease, events);
    }
  }

  private async standing(): Promise<Standing> {
    if (this.now !== null) return this.now;
    const { writer, origin, kept } = this.parts;
    await kept.flush();
    const outside = await kept.read();
    const heads = await writer.heads();
    this.place = heads;
    const verifiers = await this.parts.verifiers();
    const standing = await signedStanding(writer, heads, { origin, verifiers });
    const fault = await faultOfKept(outside, { size: heads.size, root: standing.root }, { tiles: writer.tree, verifiers });
    if (fault !== null) throw new BrokenLog(fault);
    this.now = standing;
    return standing;
  }

  private async seal(lease: Lease, events: readonly StoredEvent[]): Promise<void> {
    const { writer, kept } = this.parts;
    const before = await this.standing();
    const sealed = await writer.revisions([...new Set(events.map(({ stream }) => stream))]);
    const entries = examine(events, positionOf(before), sealed);
    const step = await nextStep(before, events, entries, this.parts);
    await writer.commit(lease, step);
    this.now = step.after;
    this.place = { size: step.after.edge.size, position: positionOf(step.after) };
    this.told = null;
    await kept.take(step.note);
  }

  /** The event that was sealed last still lies where it lay, byte for byte: else the log below is another one. */
  private async checkLast(): Promise<void> {
    const last = this.now?.last ?? null;
    if (last === null) return;
    const found = await this.parts.store.at(last.position);
    const same = found !== null && found.stream === last.stream && found.rev === last.rev && Buffer.from(leafHash(found)).equals(last.leaf);
    if (!same) throw new BrokenLog(`the event at position ${last.position}, sealed last, is not there any more or is another one`);
  }

  private async safely(lease: Lease, signal: AbortSignal): Promise<Outcome> {
    try {
      return await this.attempt(lease, signal);
    } catch (error) {
      if (!(error instanceof LeaseLost) && !signal.aborted) this.parts.alarm(`sealing waits: ${classOf(error)}`);
      return 'LATER';
    }
  }

  /** After every error it reads anew where it is. */
  private async attempt(lease: Lease, signal: AbortSignal): Promise<Outcome> {
    try {
      await this.round(lease, signal);
      return 'DONE';
    } catch (error) {
      this.now = null;
      if (!(error instanceof BrokenLog)) throw error;
      await this.halt(lease, error.message);
      return 'STOPPED';
    }
  }

  /**
   * Stops, when the lease is still held and the seal still lies where it was judged: who stood still for longer than his lease finds sealed what he was
   * about to seal, and that is no broken log. The lease is given up, because the keys or the log of another process may be the right ones; this one asks
   * again with its next beat, and says the same reason once.
   */
  private async halt(lease: Lease, reason: string): Promise<void> {
    const { writer, leases, alarm } = this.parts;
    await writer.stopped(lease, this.place, reason);
    if (reason !== this.told) alarm(`sealing stopped: ${reason}`);
    this.told = reason;
    await leases.giveUp([lease]);
  }
}

/** What came of one attempt; `LATER`: it is tried again under the same lease. */
type Outcome = 'DONE' | 'LATER' | 'STOPPED';

const positionOf = ({ last }: Standing): bigint => last?.position ?? 0n;

/** Batches of a store put together until there are so many events, or no more. */
async function* gathered(batches: AsyncIterable<Batch>, most: number): AsyncGenerator<readonly StoredEvent[], void> {
  let waiting: StoredEvent[] = [];
  for await (const { events } of batches) {
    waiting.push(...events);
    if (waiting.length < most) continue;
    yield waiting;
    waiting = [];
  }
  if (waiting.length > 0) yield waiting;
}
