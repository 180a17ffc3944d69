import type { Pool, PoolClient } from 'pg';
import { classOf } from '../../../application/shared/class-of.js';
import { isReadable, type FactBatch, type FactReader, type Met } from '../../../application/shared/fact-reader.js';
import { StoreUnavailable } from '../../../application/shared/ports.js';
import { RowTrial, type Quarantine, type UnreadablePlace } from '../../../application/shared/quarantine.js';
import type { KnownPlace } from '../../../application/shared/standstill.js';
import type { Recorded } from '../../../domain/shared/fact.js';
import { project, readsStream, type Projection } from '../../../projections/shared/projection.js';
import { reach } from '../reach.js';
import { transaction } from '../transaction.js';
import { SetAside } from './interruptions.js';
import { writeRows } from './row-operations.js';

/**
 * How many events may stand in quarantine because a read model fails on them. One more is no single event's fault but a defect of the software: then ranges
 * stop, and what they show grows old, instead of one space after the other being closed.
 */
export const MOST_SET_ASIDE = 16;

/** A fact on which a projection fails. */
export interface Failing {
  readonly fact: Recorded;
  readonly error: unknown;
}

/** Puts events on which a read model fails into the quarantine, with their spaces (ADR 0054). */
export class SettingAside {
  constructor(
    private readonly quarantine: Quarantine,
    /** Told which projection fails and the class of the error, never stored data. */
    private readonly alarm: (reason: string) => void,
  ) {}

  /**
   * What became of it, once that is written down; `RELEASED`: read again, it has no rows. Null when it is not for the quarantine: too many stand there, or it
   * was released for a reason of its own, by somebody who did not decide that it has no rows. Throws StoreUnavailable.
   */
  async set({ name }: Projection, { fact: { stream, rev, position }, error }: Failing): Promise<KnownPlace['state'] | null> {
    const standing = (await this.quarantine.all()).filter(({ state }) => state !== 'LIFTED');
    const known = standing.find((place) => place.stream === stream && place.rev === rev);
    if (known === undefined) {
      const others = standing.filter(({ state, fault }) => state === 'HELD' && fault === 'NOT_PROJECTED');
      if (others.length >= MOST_SET_ASIDE) return null;
      this.alarm(`the projection ${name} fails on an event: ${classOf(error)}`);
    } else if (known.state === 'RELEASED' && known.fault !== 'NOT_PROJECTED') return null;
    return this.quarantine.report({ stream, rev, position, fault: 'NOT_PROJECTED' });
  }
}

/** Takes a batch; once more, without its space, after each fact that was set aside (SetAside). */
export async function withoutWhatFails(
  reader: Pick<FactReader, 'standstill'>,
  batch: FactBatch,
  take: (batch: FactBatch) => Promise<void>,
): Promise<void> {
  for (let now = batch; ; now = { ...batch, standstill: await reader.standstill() })
    try {
      return await take(now);
    } catch (error) {
      if (!(error instanceof SetAside)) throw error;
    }
}

/**
 * The first of these facts, in their order, of which the projection makes no rows, or rows that the database does not take; null where each passes by
 * itself. Inside a transaction; leaves nothing behind. Throws StoreUnavailable.
 */
export async function firstFailing(db: PoolClient, projection: Projection, facts: readonly Met[]): Promise<Failing | null> {
  await reach(() => db.query('SAVEPOINT trial'));
  try {
    for (const fact of facts.filter(isReadable)) {
      const error = await failureOn(db, projection, fact);
      if (error !== null) return { fact, error };
    }
    return null;
  } finally {
    await reach(() => db.query('ROLLBACK TO SAVEPOINT trial'));
  }
}

/** Null when it passes. */
async function failureOn(db: PoolClient, projection: Projection, fact: Recorded): Promise<unknown> {
  try {
    const operations = project(projection, fact);
    if (operations.length > 0) await reach(() => writeRows(db, 'read', projection.tables, operations));
    return null;
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    return error;
  }
}

/** Makes the rows of one event as all read models would now, and takes them back. */
export class Trial extends RowTrial {
  constructor(
    private readonly reader: Pick<FactReader, 'readMany'>,
    /** Under mes_projector. */
    private readonly pool: Pool,
    private readonly projections: readonly Projection[],
  ) {
    super();
  }

  async passes({ stream, rev }: Pick<UnreadablePlace, 'stream' | 'rev'>): Promise<boolean> {
    const its = (await this.reader.readMany([stream])).filter((met) => met.rev === rev);
    return transaction(this.pool, async (db) => {
      for (const projection of this.projections.filter((one) => readsStream(one, stream)))
        if ((await firstFailing(db, projection, its)) !== null) return false;
      return true;
    });
  }
}
