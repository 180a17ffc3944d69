import type { Pool, PoolClient } from 'pg';
import type { FactReader } from '../../../application/shared/fact-reader.js';
import { isHeld, type Met } from '../../../application/shared/fact-reader.js';
import { coversStream } from '../../../application/shared/ranges.js';
import type { HeldLine } from '../../../application/shared/quarantine.js';
import { StoreUnavailable } from '../../../application/shared/ports.js';
import { streamsOf } from '../../../application/shared/standstill.js';
import type { Projection } from '../../../projections/shared/projection.js';
import { gaveBack, holdBack, linesOf } from '../quarantine/held-back.js';
import { reach } from '../reach.js';
import { transaction } from '../transaction.js';
import { checkpoints, replaceCheckpoints } from './checkpoint.js';
import { dropDestroyed } from './destroyed-spaces.js';
import { holdCheckpoints } from './claiming.js';
import { writeRows } from './row-operations.js';
import { firstFailing, type SettingAside } from './setting-aside.js';
import { rowsOf } from './step.js';
import { categoriesOf, type Turns } from './turns.js';

export interface SettlingParts {
  readonly reader: FactReader;
  /** Under mes_projector. */
  readonly pool: Pool;
  readonly projections: readonly Projection[];
  readonly turns: Turns;
  readonly aside: SettingAside;
}

/**
 * Gives read models back what they held of a space that goes on again: its streams from the first event that was held on, up to where the read model
 * stands, in one transaction with the line that says so. Under the lock of the checkpoints, so that the projector, in whatever process, comes before or
 * after. Facts that were taken already are taken again, which changes nothing: the last put or drop of a row counts.
 */
export class Settling {
  constructor(private readonly parts: SettlingParts) {}

  /** Settles whatever may go on; how many lines. Throws the first failure after all were tried, StoreUnavailable included. */
  async run(): Promise<number> {
    const failures: unknown[] = [];
    let settled = 0;
    for (const line of await this.ready())
      try {
        if (await this.giveBack(line)) settled += 1;
      } catch (error) {
        failures.push(error);
      }
    if (failures.length > 0) throw failures[0];
    return settled;
  }

  /** Lines whose subject does not stand still any more. */
  async ready(): Promise<readonly HeldLine[]> {
    const names = this.parts.projections.map(({ name }) => name);
    const lines = await reach(() => linesOf(this.parts.pool, 'rows', names));
    if (lines.length === 0) return lines;
    const standstill = await this.parts.reader.standstill();
    return lines.filter(({ subject }) => !standstill.holds(subject));
  }

  private async giveBack(line: HeldLine): Promise<boolean> {
    const projection = this.parts.projections.find(({ name }) => name === line.reader);
    if (!projection) return false;
    try {
      return await transaction(this.parts.pool, (db) => this.project(db, projection, line));
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      if (await this.setAside(projection, line)) return false;
      throw error;
    }
  }

  /** What it holds back and still fails on stands in quarantine again. False when no single event is at fault, or the quarantine is no place for it. */
  private async setAside(projection: Projection, line: HeldLine): Promise<boolean> {
    const { pool, aside } = this.parts;
    const failing = await transaction(pool, async (db) => firstFailing(db, projection, await this.from(projection, line)));
    return failing !== null && (await aside.set(projection, failing)) !== null;
  }

  /** Its facts from the first that is held back on, in their order. */
  private async from(projection: Projection, { subject, from }: HeldLine): Promise<readonly Met[]> {
    const met = await this.parts.reader.readMany(streamsOf(subject, categoriesOf([projection])));
    return met.filter(({ position }) => position >= from).sort(byPosition);
  }

  /** False when one of its events still cannot be read: it is in quarantine again; and when nothing is held back any more. */
  private async project(db: PoolClient, projection: Projection, { subject }: HeldLine): Promise<boolean> {
    const { name, version, tables } = projection;
    await holdCheckpoints(db);
    // Only now: until here somebody else could settle it, or make the tables anew, which lack what was held back in the making.
    const line = (await linesOf(db, 'rows', [name])).find((one) => one.subject === subject);
    if (line === undefined) return false;
    const points = await checkpoints(db, 'read', [name]);
    const point = points.find(({ ranges }) => coversStream(ranges, subject));
    if (point?.version !== version) return false;
    const held = (await this.from(projection, line)).filter(({ position }) => position <= point.position);
    if (held.some(isHeld)) return false;
    const { operations, sealed, turned } = rowsOf(projection, held);
    await writeRows(db, 'read', tables, operations);
    const lacking = await this.parts.turns.make(db, { projection, schema: 'read', point }, turned);
    await dropDestroyed(db, [{ projection, operations }]);
    if (sealed > 0n) await replaceCheckpoints(db, 'read', [point], [{ ...point, sealed: point.sealed + sealed }]);
    await gaveBack(db, 'rows', line);
    await holdBack(db, 'rows', name, lacking);
    return true;
  }
}

const byPosition = (a: Met, b: Met): number => (a.position < b.position ? -1 : 1);
