import type { Cell, ColumnType, Row, RowOperation, Table } from '../../../projections/shared/projection.js';
import { columnsOf, typeOf } from './ddl.js';

/** What becomes of one row: its cells in the order of the columns, undefined where a column keeps what it holds. */
export interface RowChange {
  readonly op: RowOperation['op'];
  readonly cells: readonly (Cell | undefined)[];
}

interface Growing {
  readonly op: RowOperation['op'];
  readonly cells: (Cell | undefined)[];
}

/** The changes of one table, at most one per row, with the same effect as all operations one after the other. */
export class TableChanges {
  /** Every column, key first. */
  readonly columns: readonly string[];
  readonly types: readonly ColumnType[];
  /** How many of the columns are the key. */
  readonly keys: number;
  private readonly places: ReadonlyMap<string, number>;
  private readonly byKey = new Map<string, Growing>();

  constructor(readonly table: Table) {
    const columns = [...columnsOf(table)];
    this.columns = columns.map(([name]) => name);
    this.types = columns.map(([, column]) => typeOf(column));
    this.keys = Object.keys(table.key).length;
    this.places = new Map(this.columns.map((name, place) => [name, place]));
  }

  get all(): Iterable<RowChange> {
    return this.byKey.values();
  }

  /** One operation more, behind the others. */
  add(operation: RowOperation): void {
    const at = this.identity(operation.key);
    const before = operation.op === 'patch' ? this.byKey.get(at) : undefined;
    if (before?.op === 'drop') return;
    const change = before ?? this.begun(operation);
    if (operation.op !== 'drop') this.fill(change, operation.row);
    if (change !== before) this.byKey.set(at, change);
  }

  private identity(key: Row): string {
    let text = '';
    for (let i = 0; i < this.keys; i++) text += (i > 0 ? '\u0000' : '') + String(key[this.columns[i] as string]);
    return text;
  }

  /** A put says every cell, one way or the other. */
  private begun({ op, key }: RowOperation): Growing {
    const change = { op, cells: new Array<Cell | undefined>(this.columns.length).fill(op === 'put' ? null : undefined) };
    this.fill(change, key);
    return change;
  }

  private fill({ cells }: Growing, row: Row): void {
    for (const name in row) {
      const place = this.places.get(name);
      if (place === undefined) throw new Error(`${this.table.name} has no column ${name}`);
      cells[place] = row[name] ?? null;
    }
  }
}

/** What a batch changes, table by table. Throws on an operation for a table that is not among them. */
export function coalesce(tables: readonly Table[], operations: readonly RowOperation[]): readonly TableChanges[] {
  const changes = new Map(tables.map((table) => [table.name, new TableChanges(table)]));
  for (const operation of operations) {
    const found = changes.get(operation.table);
    if (!found) throw new Error(`${operation.table} is not a table of this projection`);
    found.add(operation);
  }
  return [...changes.values()];
}
