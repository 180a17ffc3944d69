import type { Pool } from 'pg';
import type { Batch, EventStore, Subscription } from '../../application/shared/event-store.js';
import { StoreUnavailable } from '../../application/shared/ports.js';
import type { Recorded } from '../../domain/shared/fact.js';
import { leafHash } from '../eventstore/leaf.js';
import type { SealedJournal } from '../eventstore/journal.js';
import { isSealed } from '../eventstore/opener.js';
import { wasPurged } from '../postgres/projections/checkpoint.js';
import { reach } from '../postgres/reach.js';
import { transaction } from '../postgres/transaction.js';
import type { Peppers } from './peppers.js';
import { applySpaceFacts } from './space-facts.js';

export interface FollowerParts {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly journal: Pick<SealedJournal, 'decodeBatch'>;
  readonly peppers: Peppers;
  /** Name of the log that is followed. */
  readonly log: string;
  /** Told when the follower cannot go on. Never holds stored data. */
  readonly alarm: (reason: string) => void;
}

interface Checkpoint {
  readonly considered: bigint;
  readonly seen: bigint;
  readonly leaf: Buffer | null;
}

const START: Checkpoint = { considered: 0n, seen: 0n, leaf: null };
const LOAD = 'SELECT considered, seen, leaf FROM registry.checkpoint WHERE log = $1';
const SAVE = `INSERT INTO registry.checkpoint AS c (log, considered, seen, leaf) VALUES ($1, $2, $3, $4)
  ON CONFLICT (log) DO UPDATE SET considered = excluded.considered, seen = excluded.seen, leaf = excluded.leaf WHERE c.considered < excluded.considered`;
const CATEGORIES = ['space'] as const;
/** How long a look-up waits for the registry to catch up. */
const PATIENCE_MS = 2000;

/** Keeps the registry level with the log. Several processes may follow at once: rows are idempotent, the furthest checkpoint counts. */
export class RegistryFollower {
  private position: bigint | null = null;
  private reading: Promise<void> | null = null;

  constructor(private readonly parts: FollowerParts) {}

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

  /** Follows the log from the checkpoint on, live, until stopped. */
  async start(): Promise<Subscription> {
    const { considered } = await this.resume();
    return this.parts.store.subscribe(considered, CATEGORIES, (batch) => this.take(batch));
  }

  /** One reader per process, however many wait for it. */
  private readOn(): Promise<void> {
    this.reading ??= this.readToHead().finally(() => (this.reading = null));
    return this.reading;
  }

  private async readToHead(): Promise<void> {
    try {
      const head = await this.parts.store.head();
      const from = await this.resume();
      for await (const batch of this.parts.store.readAll(from.considered, CATEGORIES)) await this.take(batch);
      this.reached(head);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) this.parts.alarm('the registry cannot follow the log');
      throw error instanceof StoreUnavailable ? error : new StoreUnavailable('the registry cannot follow the log', { cause: error });
    }
  }

  /** Rows and checkpoint in one transaction. */
  private async take({ events, position }: Batch): Promise<void> {
    if (events.length > 0) {
      const facts = (await this.parts.journal.decodeBatch(events)).filter((fact): fact is Recorded => !isSealed(fact));
      await transaction(this.parts.pool, async (client) => {
        await applySpaceFacts(client, this.parts.peppers, facts, this.parts.log);
        const last = events.at(-1);
        await client.query(SAVE, [this.parts.log, position, last?.position ?? 0n, last ? leafHash(last) : null]);
      });
    }
    this.reached(position);
  }

  private reached(position: bigint): void {
    if (this.position === null || this.position < position) this.position = position;
  }

  /** Where to go on: the furthest of what this process and the table know. The first time, the log must still hold what was read of it. */
  private async resume(): Promise<Checkpoint> {
    const { rows } = await reach(() => this.parts.pool.query<Checkpoint>(LOAD, [this.parts.log]));
    const saved = rows[0] ?? START;
    if (this.position === null && saved.leaf) await this.verify(saved);
    this.reached(saved.considered);
    return { ...saved, considered: this.position ?? saved.considered };
  }

  /** A log restored from a backup may be shorter, or tell another story: then addresses here may lead to spaces that are not there. */
  private async verify({ considered, seen, leaf }: Checkpoint): Promise<void> {
    const event = await this.parts.store.at(seen);
    // Asked after the checkpoint was read: a log only grows.
    const same = event ? leaf?.equals(leafHash(event)) : leaf && (await reach(() => wasPurged(this.parts.pool, seen, leaf)));
    if (same && (await this.parts.store.head()) >= considered) return;
    this.parts.alarm('the log does not hold what the registry has read of it');
    throw new StoreUnavailable('the log does not hold what the registry has read of it');
  }
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
