import { SCHEDULER } from '../../src/domain/shared/actor.js';
import type { Tagged } from '../../src/domain/shared/decider.js';
import type { Recorded, StreamName } from '../../src/domain/shared/fact.js';
import { instantOf } from '../../src/domain/shared/time.js';
import { project, type Projection, type Row } from '../../src/projections/shared/projection.js';
import { deepFreeze } from './deep-freeze.js';

/** The minute at which the fact with revision `rev` of a told stream was written. */
export const writtenAt = (rev: number) => instantOf(Date.UTC(2026, 10, 20, 7, rev));

/** The facts of one stream as they are read back. */
export const told = <E extends Tagged>(stream: StreamName, ...events: readonly E[]): readonly Recorded<E>[] =>
  events.map((event, rev) => ({
    event,
    stream,
    rev,
    position: BigInt(rev + 1),
    at: writtenAt(rev),
    meta: { who: SCHEDULER, cause: 'c', corr: 'c', command: { id: `${stream}/${rev}`, digest: '' } },
  }));

/** The rows after these facts, table by table, in the order of their keys. */
export function rowsAfter(projection: Projection, facts: readonly Recorded[]): Readonly<Record<string, readonly Row[]>> {
  const rows = new Map<string, { table: string; row: Row }>();
  for (const operation of facts.flatMap((fact) => project(projection, deepFreeze(fact)))) {
    const { op, table, key } = operation;
    const place = `${table} ${JSON.stringify(key, (_, cell: unknown) => (typeof cell === 'bigint' ? String(cell) : cell))}`;
    const found = rows.get(place);
    if (op === 'drop') rows.delete(place);
    if (op === 'put') rows.set(place, { table, row: { ...key, ...operation.row } });
    if (op === 'patch' && found) rows.set(place, { table, row: { ...found.row, ...operation.row } });
  }
  const inOrder = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => found);
  return Object.fromEntries(
    projection.tables.map(({ name }) => [name, inOrder.filter(({ table }) => table === name).map(({ row }) => row)]),
  );
}

/**
 * given(stream, ...facts).then(rows by table). Every scenario also proves that a second replay changes nothing,
 * and the file fails at its end if some fact of the projection was never shown to it.
 */
export function projecting<E extends Tagged>(projection: Projection<E>) {
  const unseen = new Set(Object.keys(projection.on));
  afterAll(() => expect([...unseen]).toEqual([]));

  const scenario = (facts: readonly Recorded<E>[]) => ({
    /** Facts of another stream, behind those before. */
    and: (stream: StreamName, ...events: readonly E[]) => scenario([...facts, ...told(stream, ...events)]),
    then: (expected: Readonly<Record<string, readonly Row[]>>) => {
      for (const { event } of facts) unseen.delete(event.type);
      const plain = projection as unknown as Projection;
      const once = rowsAfter(plain, facts);
      for (const [name, rows] of Object.entries(expected)) expect(once[name]).toEqual(rows.map((row) => expect.objectContaining(row)));
      expect(rowsAfter(plain, [...facts, ...facts])).toEqual(once);
    },
  });
  return { given: (stream: StreamName, ...events: readonly E[]) => scenario(told(stream, ...events)) };
}
