import type { Pool } from 'pg';
import type { EventStore } from '../../application/shared/event-store.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { reach } from '../postgres/reach.js';

/** The last revision of a stream that still stands; -1 for none. */
interface Reach {
  readonly stream: StreamName;
  readonly rev: number;
}
/** What processes and quarantine keep for events that are not in the log any more, and what was done and may be lost. */
export interface LostWork {
  /** Streams with lines of the calendar behind what still stands. */
  readonly streams: readonly Reach[];
  /** How many lines of the calendar these are. */
  readonly deadlines: number;
  /** How many other lines are done with: what came of them may be lost. */
  readonly again: number;
  /** Ids of quarantines of events that are not there. */
  readonly quarantines: readonly string[];
}

interface Place extends Reach {
  readonly id: string;
  readonly position: bigint;
}

const AT_ONCE = 200;
const STREAMS = `SELECT stream, max(rev) AS rev FROM process.deadline WHERE stream > $1 GROUP BY stream ORDER BY stream LIMIT ${AT_ONCE}`;
const BEHIND = 'process.deadline d USING unnest($1::text[], $2::integer[]) AS k(stream, rev) WHERE d.stream = k.stream AND d.rev > k.rev';
const COUNT = `SELECT count(*)::integer AS count FROM ${BEHIND.replace('USING', ',')}`;
/** What stands is met again and left alone: the wish of a line has the same name, and the rule decides anew. */
const DONE = 'd.done_at IS NOT NULL AND d.process = ANY ($1::text[])';
const COUNT_DONE = `SELECT count(*)::integer AS count FROM process.deadline d
  WHERE ${DONE} AND NOT EXISTS (SELECT FROM unnest($2::text[], $3::integer[]) AS k(stream, rev) WHERE d.stream = k.stream AND d.rev > k.rev)`;
const FIRE_AGAIN = `UPDATE process.deadline d SET done_at = NULL, due_at = not_before, tries = 0 WHERE ${DONE}`;
const PLACES = 'SELECT id, stream, rev, position FROM quarantine.place WHERE position > $1';

interface Parts {
  /** Under mes_projector. */
  readonly pool: Pool;
  readonly store: Pick<EventStore, 'readMany' | 'at'>;
  /** Processes whose wishes may be fired again, however old they are. */
  readonly repeatable: readonly string[];
}

/** Looks up whatever waits for its day: an event behind `until` counts as gone, because it is reacted to again. Changes nothing. */
export async function lostWork(parts: Parts, until: bigint): Promise<LostWork> {
  const streams = await behind(parts, until);
  const { rows } = await reach(() => parts.pool.query<{ count: number }>(COUNT, columns(streams)));
  const done = await reach(() => parts.pool.query<{ count: number }>(COUNT_DONE, [parts.repeatable, ...columns(streams)]));
  return { streams, deadlines: rows[0]?.count ?? 0, again: done.rows[0]?.count ?? 0, quarantines: await placesWithout(parts, until) };
}

/**
 * Takes these lines out: a line that stays would keep the next event of that revision from having its own. Those that are done with wait for their day
 * again: the line is older than what came of it. Which e-mails were sent is forgotten, for no message may be lost. Twice is once.
 */
export async function removeWork({ pool, repeatable }: Pick<Parts, 'pool' | 'repeatable'>, work: Omit<LostWork, 'again'>): Promise<void> {
  const { streams, quarantines } = work;
  await reach(() => pool.query(`DELETE FROM ${BEHIND}`, columns(streams)));
  await reach(() => pool.query(FIRE_AGAIN, [repeatable]));
  // The id of a message is made of the place of its fact, at which another fact may lie from now on.
  await reach(() => pool.query('DELETE FROM process.sent'));
  await reach(() => pool.query('DELETE FROM quarantine.place WHERE id = ANY ($1::uuid[])', [quarantines]));
}

const columns = (streams: readonly Reach[]): unknown[] => [streams.map(({ stream }) => stream), streams.map(({ rev }) => rev)];

async function behind({ pool, store }: Parts, until: bigint): Promise<readonly Reach[]> {
  const found: Reach[] = [];
  for (let after = ''; ;) {
    const { rows } = await reach(() => pool.query<Reach>(STREAMS, [after]));
    const stored = await store.readMany(rows.map(({ stream }) => stream));
    for (const { stream, rev: furthest } of rows) {
      const rev = (stored.get(stream) ?? []).reduce((last, event) => (event.position <= until ? Math.max(last, event.rev) : last), -1);
      if (rev < furthest) found.push({ stream, rev });
    }
    after = rows.at(-1)?.stream ?? after;
    if (rows.length < AT_ONCE) return found;
  }
}

async function placesWithout({ pool, store }: Parts, until: bigint): Promise<readonly string[]> {
  const { rows } = await reach(() => pool.query<Place>(PLACES, [until]));
  const found: string[] = [];
  for (const { id, stream, rev, position } of rows) {
    const event = await store.at(position);
    if (event === null || event.stream !== stream || event.rev !== rev) found.push(id);
  }
  return found;
}
