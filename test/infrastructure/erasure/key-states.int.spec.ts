import { randomUUID } from 'node:crypto';
import type { PendingWish } from '../../../src/application/shared/deadlines.js';
import { instantOf } from '../../../src/domain/shared/time.js';
import { holdBack } from '../../../src/infrastructure/postgres/quarantine/held-back.js';
import { transaction } from '../../../src/infrastructure/postgres/transaction.js';
import { Settling } from '../../../src/infrastructure/postgres/projections/settling.js';
import { PostgresDeadlines } from '../../../src/infrastructure/postgres/processes/postgres-deadlines.js';
import { erasureWorld, type ErasureWorld } from '../../support/erasure-world.js';
import { spaceFacts } from '../../support/enrolment-facts.js';
import { documentFacts, refused } from '../../support/record-facts.js';
import { allRows, caughtUp } from '../../support/read-side.js';

describe('Read models follow the keys of a space', () => {
  let world: ErasureWorld;
  beforeEach(async () => {
    world = await erasureWorld();
    world.side.projector.start();
  });
  afterEach(async () => {
    await world.side.projector.stop();
    await world.end();
  });

  const rowsOf = async (id: string): Promise<Readonly<Record<string, number>>> => {
    const counted = Object.entries(await allRows(world.side)).map(([table, rows]) => [
      table,
      (rows as { readonly space_id?: string }[]).filter(({ space_id }) => space_id === id).length,
    ]);
    return Object.fromEntries(counted.filter(([, count]) => count !== 0)) as Record<string, number>;
  };
  const linesOfRecord = async (id: string) =>
    (await world.house.rows(`SELECT 1 FROM read.activity_line WHERE space_id = $1 AND stream = 'record'`, [id])).length;
  const titled = async (id: string) =>
    world.house.rows('SELECT title IS NOT NULL AS told FROM read.document WHERE space_id = $1 ORDER BY title', [id]);
  const states = async (id: string) =>
    (await world.house.rows('SELECT purpose, state FROM vault.key WHERE owner = $1 ORDER BY purpose, id', [id])).map(
      ({ purpose, state }) => `${String(purpose)}:${String(state)}`,
    );
  /** What lives is what a rebuild makes. */
  const liveIsRebuilt = async (): Promise<void> => {
    await caughtUp(world.side);
    const live = await allRows(world.side);
    await world.side.projector.rebuild();
    await caughtUp(world.side);
    expect(await allRows(world.side)).toEqual(live);
    expect(world.side.alarms).toEqual([]);
  };

  it('open: all of it is there, live as rebuilt', async () => {
    const { id } = await world.space();
    await caughtUp(world.side);
    expect(await titled(id)).toEqual([{ told: true }, { told: true }]);
    expect(await states(id)).toEqual(['1:1', '2:1', '3:1', '4:1', '4:1']);
    await liveIsRebuilt();
  });

  it('closed: content and documents are archived, what they said is gone from the rows, live as rebuilt; the neighbour keeps his', async () => {
    const [closed, neighbour] = [await world.space(), await world.space()];
    await caughtUp(world.side);
    expect(await linesOfRecord(closed.id)).toBeGreaterThan(0);
    await world.close(closed);
    await caughtUp(world.side);
    expect(await states(closed.id)).toEqual(['1:1', '2:2', '3:1', '4:2', '4:2']);
    const after = await rowsOf(closed.id);
    expect(after['space_overview']).toBe(1);
    expect(await linesOfRecord(closed.id)).toBe(0);
    expect(await linesOfRecord(neighbour.id)).toBeGreaterThan(0);
    // Of the one under a veil it shows that it is there, and nothing of what it is.
    expect(await titled(closed.id)).toEqual([{ told: false }]);
    expect(await titled(neighbour.id)).toEqual([{ told: true }, { told: true }]);
    await liveIsRebuilt();
  });

  it('reopened: it is all back, as if it had never been closed, live as rebuilt', async () => {
    const space = await world.space();
    await caughtUp(world.side);
    const before = await world.house.rows('SELECT * FROM read.document ORDER BY document_id');
    await world.close(space);
    await caughtUp(world.side);
    await world.reopen(space);
    await caughtUp(world.side);
    expect(await states(space.id)).toEqual(['1:1', '2:1', '3:1', '4:1', '4:1']);
    expect(await world.house.rows('SELECT * FROM read.document ORDER BY document_id')).toEqual(before);
    await liveIsRebuilt();
  });

  it('closed and reopened while nobody was reading: the same', async () => {
    await caughtUp(world.side);
    await world.side.projector.stop();
    const space = await world.space();
    await world.close(space);
    await world.reopen(space);
    await world.close(space);
    const open = await world.space();
    await world.close(open);
    await world.reopen(open);
    world.side.projector.start();
    await caughtUp(world.side);
    expect(await titled(space.id)).toEqual([{ told: false }]);
    expect(await titled(open.id)).toEqual([{ told: true }, { told: true }]);
    await liveIsRebuilt();
  });

  it('destroyed: no row is left, live as rebuilt', async () => {
    const space = await world.space();
    await world.close(space);
    const { revision } = await world.log.journal.read(`space-${space.id}`);
    await world.write(`space-${space.id}`, revision, spaceFacts.DestructionRequested);
    await caughtUp(world.side);
    const eraser = await world.eraser();
    await eraser.destruction.request(space.id, 'ERASURE', world.archivedUntil);
    await world.toTheEnd(eraser, space.id);
    expect(await rowsOf(space.id)).toEqual({});
    await liveIsRebuilt();
    expect(await rowsOf(space.id)).toEqual({});
  });

  it('destroyed while a reader was behind: what others said of it, under keys of their own, leaves no row either, live as rebuilt', async () => {
    const [space, stays] = [await world.space(), await world.space()];
    await world.close(space);
    const { revision } = await world.log.journal.read(`space-${space.id}`);
    await world.write(`space-${space.id}`, revision, spaceFacts.DestructionRequested);
    await caughtUp(world.side);
    const before = await rowsOf(stays.id);
    await world.side.projector.stop();
    for (const { id } of [space, stays]) await world.write(`actor-${randomUUID()}`, -1, refused(id));
    const eraser = await world.eraser();
    await eraser.destruction.request(space.id, 'ERASURE', world.archivedUntil);
    await world.toTheEnd(eraser, space.id);
    world.side.projector.start();
    await caughtUp(world.side);
    expect(await rowsOf(stays.id)).not.toEqual(before);
    expect(await rowsOf(space.id)).toEqual({});
    await liveIsRebuilt();
  });

  it('destroyed: what is given back of a stream that stood still leaves no row either, live as rebuilt', async () => {
    const [space, stays] = [await world.space(), await world.space()];
    const streams = [space, stays].map(({ id }) => ({ stream: `actor-${randomUUID()}` as const, id }));
    for (const { stream, id } of streams) await world.write(stream, -1, refused(id));
    await world.close(space);
    const { revision } = await world.log.journal.read(`space-${space.id}`);
    await world.write(`space-${space.id}`, revision, spaceFacts.DestructionRequested);
    await caughtUp(world.side);
    const eraser = await world.eraser();
    await eraser.destruction.request(space.id, 'ERASURE', world.archivedUntil);
    await world.toTheEnd(eraser, space.id);
    const { reader, pool, projections, turns, aside } = world.side;
    const before = await rowsOf(stays.id);
    const held = new Map(streams.map(({ stream }) => [stream, 1n]));
    const readers = projections.filter(({ reads }) => reads.includes('actor'));
    await transaction(pool, async (db) => {
      for (const { name } of readers) await holdBack(db, 'rows', name, held);
    });
    expect(await new Settling({ reader, pool, projections, turns, aside }).run()).toBe(2 * readers.length);
    expect(await rowsOf(stays.id)).toEqual(before);
    expect(await rowsOf(space.id)).toEqual({});
    await liveIsRebuilt();
  });

  it('destroyed: nothing waits for its day, neither of the space nor of its veils', async () => {
    const [space, stays] = [await world.space(), await world.space()];
    const waits = ({ id, veil }: typeof space) => [
      { process: 'destruction-due', stream: `space-${id}`, rev: 3, index: 0, target: id, wish: { type: 'RequestDestruction' } },
      { process: 'announcement', stream: veil, rev: 1, index: 0, target: veil.slice(5), wish: { type: 'RevealDocument', space: id } },
    ];
    const notBefore = instantOf(Date.now() + 86_400_000);
    await new PostgresDeadlines(world.side.pool).keep(
      [...waits(space), ...waits(stays)].map((wish) => ({ ...wish, notBefore }) as PendingWish),
    );
    await world.close(space);
    const eraser = await world.eraser();
    await eraser.destruction.request(space.id, 'RETENTION', world.archivedUntil);
    await world.toTheEnd(eraser, space.id);
    const left = await world.house.rows('SELECT stream FROM process.deadline ORDER BY process');
    expect(left).toEqual([{ stream: stays.veil }, { stream: `space-${stays.id}` }]);
  });

  it('an archived key writes nothing either', async () => {
    const space = await world.space();
    await world.close(space);
    await caughtUp(world.side);
    const { DocumentDeposited } = documentFacts(space.id, space.id);
    await expect(world.write(`record-${space.id}`, 1, DocumentDeposited)).rejects.toThrow('archived or destroyed');
  });
});
