import type { Pool } from 'pg';
import type { EventStore, Subscription } from '../../application/shared/event-store.js';
import { isHeld, isReadable, type FactBatch, type FactReader, type Met } from '../../application/shared/fact-reader.js';
import { pause } from '../../application/shared/pause.js';
import { StoreUnavailable } from '../../application/shared/ports.js';
import type { HeldLine } from '../../application/shared/quarantine.js';
import { note, subjectOf, streamsOf, type HeldBack, type Subject } from '../../application/shared/standstill.js';
import { gaveBack, holdBack, linesOf } from '../postgres/quarantine/held-back.js';
import { reach } from '../postgres/reach.js';
import { transaction } from '../postgres/transaction.js';
import type { Peppers } from './peppers.js';
import { holds, loadPoint, savePoint, type RegistryPoint } from './registry-point.js';
import { applySpaceFacts, concernsRegistry } from './space-facts.js';

export interface FollowerParts {
  readonly pool: Pool;
  readonly store: Pick<EventStore, 'head' | 'at'>;
  readonly reader: Pick<FactReader, 'read' | 'subscribe' | 'readMany' | 'standstill'>;
  readonly peppers: Peppers;
  /** Name of the log that is followed. */
  readonly log: string;
  /** Told when the follower cannot go on. Never holds stored data. */
  readonly alarm: (reason: string) => void;
}

/** It does not pass: only `mes realign` ends it. */
const AHEAD = 'the log does not hold what the registry has read of it: see mes realign';
const CATEGORIES = ['space'] as const;
/** How long a look-up waits for the registry to catch up. */
const PATIENCE_MS = 2000;
/** How long a position behind which nothing concerned the registry may stay unsaved, milliseconds: whoever resumes passes over it again, for nothing. */
const IDLE_MS = 1000;
/** Between two tries of the one who follows, while something is away, milliseconds. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5000;

/** Keeps the registry level with the log. Several processes may follow at once: rows are idempotent, the furthest checkpoint counts. */
export class RegistryFollower {
  private position: bigint | null = null;
  private reading: Promise<void> | null = null;
  /** When the checkpoint was written last, milliseconds of this process. */
  private savedAt = -Infinity;

  constructor(private readonly parts: FollowerParts) {}

  /** It has seen that the log is the one that the registry was made from. */
  get hasBegun(): boolean {
    return this.position !== null;
  }

  /** Resolves once everything that lay in the log at the time of the call is in the registry. Throws StoreUnavailable when that takes longer than 2 s. */
  async caughtUp(): Promise<void> {
    const head = await this.parts.store.head();
    const deadline = Date.now() + PATIENCE_MS;
    while (this.position === null || this.position < head) {
      const left = deadline - Date.now();
      if (left <= 0) throw new StoreUnavailable('the registry is behind the log');
      await within(left, this.readOn());
    }
  }

  /** Follows the log from the checkpoint on, live, until stopped: also once store, vault or database were away meanwhile. Throws StoreUnavailable. */
  async start(): Promise<Subscription> {
    const { considered } = await this.resume();
    const stopping = new AbortController();
    const finished = this.follow(considered, stopping.signal);
    const stop = async (): Promise<void> => {
      stopping.abort();
      await Promise.allSettled([finished]);
    };
    return { finished, stop };
  }

  /** Takes in what could not be read before; how many spaces that completed. */
  async takeUp(): Promise<number> {
    const lines = await reach(() => linesOf(this.parts.pool, 'addresses', [this.parts.log]));
    if (lines.length === 0) return 0;
    const standstill = await this.parts.reader.standstill();
    let settled = 0;
    for (const line of lines) if (!standstill.holds(line.subject) && (await this.complete(line))) settled += 1;
    return settled;
  }

  private async complete(line: HeldLine): Promise<boolean> {
    const met = await this.parts.reader.readMany(streamsOf(line.subject, CATEGORIES));
    if (met.some(isHeld)) return false;
    await transaction(this.parts.pool, async (client) => {
      await applySpaceFacts(client, this.parts.peppers, met.filter(isReadable), this.parts.log);
      await gaveBack(client, 'addresses', line);
    });
    return true;
  }

  private async follow(from: bigint, signal: AbortSignal): Promise<void> {
    for (let wait = FIRST_WAIT_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS))
      try {
        await this.subscribed(this.position ?? from, signal, () => (wait = FIRST_WAIT_MS));
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        await pause(wait, signal);
      }
  }

  private async subscribed(from: bigint, signal: AbortSignal, taken: () => void): Promise<void> {
    const subscription = this.parts.reader.subscribe(from, CATEGORIES, async (batch) => {
      await this.take(batch);
      taken();
    });
    const stop = (): void => void subscription.stop();
    signal.addEventListener('abort', stop);
    try {
      await subscription.finished;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** One reader per process, however many wait for it. */
  private readOn(): Promise<void> {
    this.reading ??= this.readToHead().finally(() => (this.reading = null));
    return this.reading;
  }

  private async readToHead(): Promise<void> {
    try {
      const head = await this.parts.store.head();
      // What another process read meanwhile is read again: that costs less than asking for it each time.
      const from = this.position ?? (await this.resume()).considered;
      for await (const batch of this.parts.reader.read(from, CATEGORIES)) await this.take(batch);
      this.reached(head);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) this.parts.alarm('the registry cannot follow the log');
      throw error instanceof StoreUnavailable ? error : new StoreUnavailable('the registry cannot follow the log', { cause: error });
    }
  }

  /** Rows and checkpoint in one transaction; a checkpoint alone, behind nothing of its own, only now and then. What was taken before is not taken again. */
  private async take({ facts, position, last }: FactBatch): Promise<void> {
    const fresh = this.position === null || position > this.position;
    const its = facts.filter(isReadable).filter(concernsRegistry);
    const unread = unreadOf(facts);
    if (last !== null && fresh && (its.length > 0 || unread.size > 0 || performance.now() - this.savedAt >= IDLE_MS)) {
      await transaction(this.parts.pool, async (client) => {
        await applySpaceFacts(client, this.parts.peppers, its, this.parts.log);
        await holdBack(client, 'addresses', this.parts.log, unread);
        await savePoint(client, this.parts.log, position, last);
      });
      this.savedAt = performance.now();
    }
    this.reached(position);
  }

  private reached(position: bigint): void {
    if (this.position === null || this.position < position) this.position = position;
  }

  /** Where to go on: the furthest of what this process and the table know. The first time, the log must still hold what was read of it. */
  private async resume(): Promise<RegistryPoint> {
    const { pool, log, store } = this.parts;
    const saved = await loadPoint(pool, log);
    // A log restored from a backup may be shorter, or tell another story: then addresses here may lead to spaces that are not there.
    if (this.position === null && !(await holds(store, pool, saved))) {
      this.parts.alarm(AHEAD);
      throw new StoreUnavailable(AHEAD);
    }
    this.reached(saved.considered);
    return { ...saved, considered: this.position ?? saved.considered };
  }
}

/** An address holds whatever else happened to a space: so only what cannot be read itself is missing. */
function unreadOf(met: readonly Met[]): HeldBack {
  const unread = new Map<Subject, bigint>();
  for (const { stream, position } of met.filter(isHeld)) note(unread, subjectOf(stream), position);
  return unread;
}

/** The work, or StoreUnavailable when it is not done in time; the work itself goes on. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(new StoreUnavailable('the registry is behind the log')), milliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
