import type { Of, Tagged } from '../../domain/shared/decider.js';
import { idOf, type Recorded, type StreamName } from '../../domain/shared/fact.js';

/** PostgreSQL types a read model may use, and what they are in TypeScript. Instants are ISO strings both ways. */
export type ColumnType = 'uuid' | 'text' | 'integer' | 'bigint' | 'boolean' | 'timestamptz' | 'date' | 'jsonb';
type ValueOf<C extends ColumnType> = C extends 'integer' ? number : C extends 'bigint' ? bigint : C extends 'boolean' ? boolean : string;
/** `nullable('date')` may hold null; a bare type may not. */
export interface Nullable<C extends ColumnType> {
  readonly nullable: C;
}
export const nullable = <C extends ColumnType>(type: C): Nullable<C> => ({ nullable: type });
export type Column = ColumnType | Nullable<ColumnType>;
export type Columns = Readonly<Record<string, Column>>;
export type RowOf<T extends Columns> = {
  readonly [K in keyof T]: T[K] extends Nullable<infer C> ? ValueOf<C> | null : T[K] extends ColumnType ? ValueOf<T[K]> : never;
};

export type Cell = string | number | bigint | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/**
 * Who may read the rows of a table, as the database itself enforces it (row-level security): the second barrier, behind the decision. A question sees only rows
 * of the space it was admitted to, of the actor who asks, and nothing that is hidden from the kind of person he is. Each member names a column.
 */
export interface Guard {
  /** uuid. */
  readonly space?: string;
  /** Name of an actor (`nameOf`). */
  readonly actor?: string;
  /** timestamptz, nullable: not for the holder, nor for anybody who acts for him, before that instant. */
  readonly visibleAt?: string;
  /** boolean: not for legal representatives. */
  readonly hiddenFromRepresentatives?: string;
  /** For this kind of reader alone, whatever the row; the decision itself reads it too. Stands alone. */
  readonly only?: 'COMPLIANCE';
  /** A row that names a row of another, earlier table of the same read model is seen by those who see that one; null names none. */
  readonly under?: Under<string>;
}
export interface Under<C extends string> {
  readonly column: C;
  readonly table: string;
  readonly key: string;
}

/** A table of a read model: one definition for its DDL, its row type and its casts. */
export interface Table<K extends Columns = Columns, R extends Columns = Columns> {
  readonly name: string;
  readonly key: K;
  readonly row: R;
  /** Columns of further indexes, in order. Unique keys are the key only. Where rows are about spaces (`space_id`), they are also taken away space by space. */
  readonly indexes: readonly (readonly string[])[];
  /** Absent: no health content, read by every question. */
  readonly guard?: Guard;
  put(key: RowOf<K>, row: RowOf<R>): RowOperation;
  patch(key: RowOf<K>, row: Partial<RowOf<R>>): RowOperation;
  drop(key: RowOf<K>): RowOperation;
}

/** All a projection may do. No increment: count rows when asked, so that replaying twice changes nothing. */
export type RowOperation =
  | { readonly op: 'put'; readonly table: string; readonly key: Row; readonly row: Row }
  /** Changes the named columns of the row with this key, if there is one. */
  | { readonly op: 'patch'; readonly table: string; readonly key: Row; readonly row: Row }
  | { readonly op: 'drop'; readonly table: string; readonly key: Row };

/** Declares a table. Names come from our code, values never do. */
export const table = <K extends Columns, R extends Columns>(
  name: string,
  key: K,
  row: R,
  ...indexes: readonly (keyof (K & R) & string)[][]
): Table<K, R> => ({
  name,
  key,
  row,
  indexes,
  put: (k, r) => ({ op: 'put', table: name, key: k, row: r }),
  patch: (k, r) => ({ op: 'patch', table: name, key: k, row: r as Row }),
  drop: (k) => ({ op: 'drop', table: name, key: k }),
});

export type Projected = readonly RowOperation[];
/** The same table behind row-level security: every table with health content is. */
export const guarded = <K extends Columns, R extends Columns>(
  open: Table<K, R>,
  guard: Partial<Readonly<Record<Exclude<keyof Guard, 'under' | 'only'>, keyof (K & R) & string>>> & {
    readonly under?: Under<keyof (K & R) & string>;
    readonly only?: 'COMPLIANCE';
  },
): Table<K, R> => ({ ...open, guard });

/** "This fact changes nothing here": said for each, so that forgetting one does not compile. */
export const ignored = (): Projected => [];

/** One answer to every fact of these types. */
export const alike = <E extends Tagged>(
  types: Readonly<Record<E['type'], unknown>>,
  take: (fact: Recorded<E>) => Projected,
): Projection<E>['on'] => Object.fromEntries(Object.keys(types).map((type) => [type, take])) as unknown as Projection<E>['on'];

/** A read model: pure, one file. The same rows for any interleaving of different streams. */
export interface Projection<E extends Tagged = Tagged> {
  /** Stable: names its checkpoint. */
  readonly name: string;
  /** Raise it and the engine rebuilds the tables before serving them. */
  readonly version: number;
  /** Categories of the streams it reads. */
  readonly reads: readonly string[];
  readonly tables: readonly Table[];
  readonly on: { readonly [T in E['type']]: (fact: Recorded<Of<E, T>>, id: string) => Projected };
  /** What every other fact of these streams gives, whatever its type: for read models of what surrounds facts. Absent: nothing. */
  readonly every?: (fact: Recorded, id: string) => Projected;
  /**
   * What a decision rests on: the past is shown under the rights of today, so tables of a past moment take this of every fact that there is, those written
   * since too. Live tables say the same already, by `on`. Absent: nothing.
   */
  readonly today?: { readonly [T in E['type']]?: (fact: Recorded<Of<E, T>>, id: string) => Projected };
}

/** A projection among others: once it is declared, what reads facts for it need not know their types. */
export const untyped = <E extends Tagged>(projection: Projection<E>): Projection => projection as unknown as Projection;

/** True for a stream of a category that this projection reads. Asked for every fact, so it cuts nothing out of the name. */
export const readsStream = ({ reads }: Pick<Projection, 'reads'>, stream: StreamName): boolean =>
  reads.some((category) => stream.startsWith(category) && stream[category.length] === '-');

/** The row operations of one fact; none when this projection does not know its type, or when it was decided that there are none. */
export function project<E extends Tagged>(projection: Projection<E>, fact: Recorded): Projected {
  if (fact.withoutRows === true || !readsStream(projection, fact.stream)) return [];
  return (handlerIn(projection.on, fact) ?? projection.every)?.(fact, idOf(fact.stream)) ?? [];
}

/** Of one fact, whenever it was written, what a past moment is decided by (`today`). */
export function projectToday<E extends Tagged>(projection: Projection<E>, fact: Recorded): Projected {
  if (projection.today === undefined || fact.withoutRows === true || !readsStream(projection, fact.stream)) return [];
  return handlerIn(projection.today, fact)?.(fact, idOf(fact.stream)) ?? [];
}

type Handler = (fact: Recorded, id: string) => Projected;
const handlerIn = (handlers: object, { event }: Recorded): Handler | undefined =>
  (handlers as Readonly<Record<string, Handler | undefined>>)[event.type];
