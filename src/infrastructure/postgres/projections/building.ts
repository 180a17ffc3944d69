import type { FactBatch } from '../../../application/shared/fact-reader.js';
import { note, type HeldBack, type Subject } from '../../../application/shared/standstill.js';
import type { Projection, RowOperation } from '../../../projections/shared/projection.js';
import { StoreUnavailable } from '../../../application/shared/ports.js';
import { ahead } from '../../../application/shared/ahead.js';
import { reach } from '../reach.js';
import type { Checkpoint } from './checkpoint.js';
import { writeRows, type Statements } from './row-operations.js';
import { beginning, step } from './step.js';

/** Row operations gathered before they are written: enough to be worth a statement, few enough to be garbage while they are young, where nobody waits for the database. */
const GATHERED = 2_000;

/** Some other statement of this transaction failed before. */
export const isAborted = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '25P02';

/** One projection while its tables are being made; a failure takes it out, the others go on. */
export class Building {
  point: Checkpoint;
  /** How many events it was fed with. */
  events = 0;
  /** What was thrown; null while all is well. */
  failed: unknown = null;
  /** Where spaces closed or reopened last. */
  readonly turned = new Map<Subject, bigint>();
  /** What its tables lack, because it stood still when it was read. After a rollback perhaps more than that: giving it back again changes nothing. */
  private readonly lacking = new Map<Subject, bigint>();
  private gathered: RowOperation[] = [];
  private safe: { readonly point: Checkpoint; readonly events: number };

  constructor(
    readonly projection: Projection,
    /** Where its tables are being made. */
    private readonly schema: string,
  ) {
    this.point = beginning(projection);
    this.safe = { point: this.point, events: 0 };
  }

  /** Row operations that are not written yet. */
  get waiting(): number {
    return this.gathered.length;
  }

  get heldBack(): HeldBack {
    return this.lacking;
  }

  /** Its tables lack this too. */
  lacks(heldBack: HeldBack): void {
    for (const [subject, position] of heldBack) note(this.lacking, subject, position);
  }

  /** Applies a batch in memory. */
  take(batch: FactBatch): void {
    if (this.failed !== null) return;
    try {
      const { operations, point, heldBack, turned } = step(this.projection, this.point, batch);
      for (const operation of operations) this.gathered.push(operation);
      this.lacks(heldBack);
      for (const [space, position] of turned) this.turned.set(space, position);
      this.point = point;
      this.events += batch.facts.length;
    } catch (error) {
      this.fail(error);
    }
  }

  /** Writes what was gathered: when it is enough to be worth it, or all the rest. Throws only when the database is away. */
  async write(db: Statements, what: 'full' | 'rest'): Promise<void> {
    if (this.failed !== null || (what === 'full' && this.gathered.length < GATHERED)) return;
    const operations = this.gathered;
    this.gathered = [];
    try {
      await reach(() => writeRows(db, this.schema, this.projection.tables, operations));
    } catch (error) {
      if (error instanceof StoreUnavailable || isAborted(error)) throw error;
      this.fail(error);
    }
  }

  /** What was written up to here stays, whatever becomes of the transaction that begins now. */
  keep(): void {
    this.safe = { point: this.point, events: this.events };
  }

  /** The transaction was rolled back: from where it began, once more. */
  rolledBack(): void {
    ({ point: this.point, events: this.events } = this.safe);
    this.gathered = [];
  }

  private fail(error: unknown): void {
    this.failed = error;
    this.gathered = [];
  }
}

/** Batches that wait to be taken while others are written: the reader of the log need not stand still for every slow statement. */
const READ_AHEAD = 2;
/** Row operations that wait to be written, of all projections together, before the reader of the log waits with them. */
const WAITING = 20_000;

/**
 * Feeds all of them with every batch. Batches are read and opened ahead, and what one brought is written while the next is applied: the thread that opens,
 * this one and the database work at the same time. Throws what reading throws.
 */
export async function feed(db: Statements, all: readonly Building[], log: AsyncIterable<FactBatch>): Promise<void> {
  let writing: Promise<void> = Promise.resolve();
  let ended = true;
  const begin = (): void => {
    ended = false;
    writing = writeAll(db, all, 'full').finally(() => (ended = true));
    // Its error is met where it is awaited.
    void Promise.allSettled([writing]);
  };
  try {
    for await (const batch of ahead(log, READ_AHEAD)) {
      for (const building of all) building.take(batch);
      if (!ended && waitingIn(all) < WAITING) continue;
      await writing;
      begin();
    }
  } finally {
    // Nobody else may use the connection while a statement is under way.
    await writing;
  }
  await writeAll(db, all, 'rest');
}

const waitingIn = (all: readonly Building[]): number => all.reduce((sum, { waiting }) => sum + waiting, 0);

/** What the next one writes is made while the one before is being written. */
async function writeAll(db: Statements, all: readonly Building[], what: 'full' | 'rest'): Promise<void> {
  let before: Promise<void> = Promise.resolve();
  for (const building of all) {
    const writing = building.write(db, what);
    void Promise.allSettled([writing]);
    await before;
    before = writing;
  }
  await before;
}
