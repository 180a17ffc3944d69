import type { Pool, PoolClient } from 'pg';
import type { FactReader } from '../../../application/shared/fact-reader.js';
import type { Projection } from '../../../projections/shared/projection.js';
import { pause } from '../../../application/shared/pause.js';
import { destructionDue } from '../../../domain/enrolment/destruction-due.js';
import { linesOf, replaceHeldBack } from '../quarantine/held-back.js';
import { reach } from '../reach.js';
import { Building, feed, isAborted } from './building.js';
import { checkpoints, leastOf, replaceCheckpoints, type Checkpoint } from './checkpoint.js';
import { holdCheckpoints } from './claiming.js';
import { analyze, createIndexes, createTable, quoted } from './ddl.js';
import { DESTROYED, isAboutSpaces } from './destroyed-spaces.js';
import { Interrupted } from './interruptions.js';
import { categoriesOf, type Turns } from './turns.js';

/** Schema of the tables that are being made. */
const NEXT = 'read_next';
/** Any fixed number will do, as long as every process takes the same one. */
const REBUILD_LOCK = 7_430_004;
/** How long until one who waits for another's rebuild looks again, milliseconds. */
const LOCK_AGAIN_MS = 200;
/** A pass over fewer events than this leaves little enough for the swap to catch up by itself. */
const CLOSE_ENOUGH = 2_000;
/** How long the swap may keep readers waiting for its lock before it lets them pass and tries again, milliseconds. */
const SWAP_PATIENCE = 100;
const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK = '40P01';
/** A plan that was made while a table was small must not stay when it has millions of rows. */
const LAZILY = 'SET synchronous_commit TO off; SET plan_cache_mode TO force_custom_plan';

/** Why some projections could not be rebuilt; the others were. */
export type Failures = ReadonlyMap<Projection, unknown>;

export interface Rebuilt {
  readonly failures: Failures;
  /** How many events were read for it, once for all of them. */
  readonly events: number;
}

/**
 * Makes the tables of projections anew from the whole log, read once for all of them, beside the live tables, and puts them in their place
 * in one short transaction. Whoever reads meanwhile sees the old tables, then the new ones; the live projector goes on.
 * A crash leaves the live tables as they are.
 */
export class Rebuild {
  constructor(
    private readonly reader: FactReader,
    /** Under mes_projector. */
    private readonly pool: Pool,
    private readonly turns: Turns,
  ) {}

  /** Those that have no tables of their version. */
  async missing(projections: readonly Projection[]): Promise<readonly Projection[]> {
    return reach(() => missingIn(this.pool, projections));
  }

  /** Rebuilds those that have no tables of their version; processes that start together wait for the first. Null when it was told to stop before. */
  async ensure(projections: readonly Projection[], signal?: AbortSignal): Promise<Rebuilt | null> {
    try {
      return await this.locked(async (db) => this.build(db, await missingIn(db, projections), signal), signal);
    } catch (error) {
      if (error instanceof Interrupted) return null;
      throw error;
    }
  }

  /** Rebuilds in any case. */
  async run(projections: readonly Projection[]): Promise<Rebuilt> {
    return this.locked((db) => this.build(db, projections));
  }

  /** The lock ends with the connection, however that ends. */
  private async locked<T>(work: (db: PoolClient) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const db = await reach(() => this.pool.connect());
    let broken: Error | undefined;
    // The query it breaks fails as well; but an error event that nobody listens to would end the process.
    db.on('error', (error) => (broken = error));
    try {
      return await reach(async () => {
        for (; !(await isLocked(db)); await pause(LOCK_AGAIN_MS, signal)) checkGoesOn(signal);
        await db.query(LAZILY);
        return work(db);
      });
    } finally {
      db.release(broken ?? true);
    }
  }

  private async build(db: PoolClient, projections: readonly Projection[], signal?: AbortSignal): Promise<Rebuilt> {
    const settled = await settledUpTo(db);
    const all = projections.map((projection) => new Building(projection, NEXT));
    // A table may lean on an earlier one: they come in their order, and go the other way.
    for (const { name } of tablesOf(all).reverse()) await db.query(`DROP TABLE IF EXISTS ${nextOf(name)}`);
    for (const { table } of tablesOf(all)) await db.query(createTable(NEXT, table));
    await this.pass(db, all, signal);
    for (const { table } of tablesOf(all)) await db.query(createIndexes(NEXT, table));
    for (let before = 0; eventsOf(all) - before >= CLOSE_ENOUGH;) {
      before = eventsOf(all);
      await this.pass(db, all, signal);
    }
    for (const { table } of tablesOf(all)) await db.query(analyze(NEXT, table));
    while (!(await this.swap(db, all, settled))) await this.pass(db, all);
    const failures = new Map(all.filter(({ failed }) => failed !== null).map(({ projection, failed }) => [projection, failed]));
    return { failures, events: eventsOf(all) };
  }

  /** From where they stand to the head at this moment. */
  private async pass(db: PoolClient, all: readonly Building[], signal?: AbortSignal): Promise<void> {
    const sound = all.filter(({ failed }) => failed === null);
    if (sound.length === 0) return;
    const reads = categoriesOf(sound.map(({ projection }) => projection));
    await feed(db, sound, whileItGoesOn(this.reader.read(positionOf(all), reads), signal));
  }

  /** False when readers held the tables too long: then everything is as before. The live checkpoints are locked, so nothing is missed in between. */
  private async swap(db: PoolClient, all: readonly Building[], settled: bigint): Promise<boolean> {
    await db.query(`BEGIN; SET LOCAL lock_timeout TO ${SWAP_PATIENCE}`);
    for (const building of all) building.keep();
    try {
      const names = all.map(({ projection }) => projection.name);
      // Whoever waits for rows that are divided or united meanwhile sees neither the old nor the new ones: nobody may be at it.
      await holdCheckpoints(db);
      const live = await checkpoints(db, 'read', names);
      if (live.some(({ position }) => position > positionOf(all))) await this.pass(db, all);
      const sound = all.filter(({ failed }) => failed === null);
      for (const building of sound) await this.turn(db, building, settled);
      await forgetDestroyed(db, sound);
      await putInPlace(db, sound, live);
      await db.query('COMMIT');
      return true;
    } catch (error) {
      await db.query('ROLLBACK');
      for (const building of all) building.rolledBack();
      if (!isContended(error) && !isAborted(error)) throw error;
      await pause(SWAP_PATIENCE);
      return false;
    }
  }

  /** Keys that were archived or came back while the tables were being made. */
  private async turn(db: PoolClient, building: Building, settled: bigint): Promise<void> {
    const { projection, point, turned } = building;
    const unsettled = new Map([...turned].filter(([, position]) => position > settled));
    building.lacks(await this.turns.make(db, { projection, schema: NEXT, point }, unsettled));
  }
}

const isLocked = async (db: PoolClient): Promise<boolean> =>
  (await db.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [REBUILD_LOCK])).rows[0]?.mine === true;

function checkGoesOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new Interrupted('told to stop while tables were being made');
}

async function* whileItGoesOn<T>(log: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T, void> {
  for await (const batch of log) {
    checkGoesOn(signal);
    yield batch;
  }
}

/** With their checkpoints, and what they lack. */
async function putInPlace(db: PoolClient, sound: readonly Building[], live: readonly Checkpoint[]): Promise<void> {
  for (const { name } of tablesOf(sound).reverse()) await db.query(`DROP TABLE IF EXISTS read.${quoted(name)}`);
  for (const { name } of tablesOf(sound)) await db.query(`ALTER TABLE ${nextOf(name)} SET SCHEMA read`);
  const swapped = sound.flatMap(({ point }) => asDivided(point, live));
  await replaceCheckpoints(db, 'read', live, [...live.filter(({ name }) => !swapped.some((one) => one.name === name)), ...swapped]);
  for (const { projection, heldBack } of sound) await replaceHeldBack(db, projection.name, heldBack);
}

/** The ranges of the live tables stay with those who hold them; what was counted is counted once. */
function asDivided(point: Checkpoint, live: readonly Checkpoint[]): readonly Checkpoint[] {
  const divided = live.filter(({ name }) => name === point.name);
  if (divided.length === 0) return [point];
  return divided.map(({ ranges, fence }, i) => ({ ...point, ranges, fence, sealed: i === 0 ? point.sealed : 0n }));
}

const nextOf = (table: string): string => `${NEXT}.${quoted(table)}`;
const tablesOf = (all: readonly Building[]) =>
  all.flatMap(({ projection }) => projection.tables.map((table) => ({ name: table.name, table })));

/** They are fed by the same batches, so all that did not fail stand at the same position. */
const positionOf = (all: readonly Building[]): bigint => all.find(({ failed }) => failed === null)?.point.position ?? 0n;

/** Up to here the process that settles keys has come in every range, and held nothing back: what closed before is archived, and reads as sealed. */
async function settledUpTo(db: PoolClient): Promise<bigint> {
  const { name } = destructionDue;
  const held = (await linesOf(db, 'work', [name])).map(({ from }) => ({ position: from - 1n }));
  return leastOf([...held, ...(await checkpoints(db, 'process', [name]))]);
}

/** Spaces whose keys died while the tables were being made; and what others, under keys of their own, wrote about them. */
async function forgetDestroyed(db: PoolClient, all: readonly Building[]): Promise<void> {
  for (const { name, table } of tablesOf(all))
    if (isAboutSpaces(table)) await db.query(`DELETE FROM ${nextOf(name)} WHERE space_id IN (${DESTROYED})`);
}

const eventsOf = (all: readonly Building[]): number => Math.max(0, ...all.map(({ events }) => events));

const isContended = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === LOCK_NOT_AVAILABLE || error.code === DEADLOCK);

async function missingIn(db: Pick<PoolClient, 'query'>, projections: readonly Projection[]): Promise<readonly Projection[]> {
  const found = await checkpoints(
    db,
    'read',
    projections.map(({ name }) => name),
  );
  const { rows } = await db.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'read'");
  const isServed = (name: string, version: number): boolean => {
    const points = found.filter((point) => point.name === name);
    return points.length > 0 && points.every((point) => point.version === version);
  };
  const there = new Set(rows.map(({ name }) => name));
  return projections.filter(({ name, version, tables }) => !isServed(name, version) || tables.some((table) => !there.has(table.name)));
}
