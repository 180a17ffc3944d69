import type { Client } from 'pg';
import type { EventBytes, StoredEvent } from '../../src/application/shared/event-store.js';
import type { StreamName } from '../../src/domain/shared/fact.js';
import type { Finding } from '../../src/infrastructure/seal/findings.js';
import type { Dice } from '../attacks/dice.js';
import { sealable } from './sealing.js';

/** What a tampering leaves to be found: kind and index, with the event that was there. */
export type Trace = Pick<Finding, 'kind' | 'index' | 'stream' | 'rev'>;

/** Switches off every trigger of log and seal, as only the owner of the tables can. */
export async function silenceGuards(db: Client): Promise<void> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT DISTINCT tgrelid::regclass::text AS name FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
      WHERE relnamespace IN ('log'::regnamespace, 'seal'::regnamespace) AND NOT tgisinternal`,
  );
  for (const { name } of rows) await db.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`);
}

/** One way to alter the log behind the back of the system. Gives what must be found. */
type Tampering = (db: Client, log: readonly StoredEvent[], dice: Dice) => Promise<readonly Trace[]>;

const at = (log: readonly StoredEvent[], index: number): StoredEvent => {
  const event = log[index];
  if (event === undefined) throw new RangeError(`no event ${index}`);
  return event;
};
const trace = (kind: Finding['kind'], log: readonly StoredEvent[], index: number): Trace => {
  const { stream, rev } = at(log, index);
  return { kind, index, stream, rev };
};
const several = (dice: Dice, bound: number, count: number): number[] => {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(dice.below(bound));
  return [...chosen].sort((a, b) => a - b);
};
const setBytes = (db: Client, column: 'header' | 'body', { position }: StoredEvent, bytes: Uint8Array) =>
  db.query(`UPDATE log.event SET ${column} = $2 WHERE position = $1`, [position, bytes]);
const flip = (bytes: Uint8Array, dice: Dice): Buffer => {
  const other = Buffer.from(bytes);
  other[dice.below(other.length)]! ^= 1 << dice.below(8);
  return other;
};
/** Every event takes the place of the next one in the list, the last that of the first. */
async function rotate(db: Client, events: readonly StoredEvent[]): Promise<void> {
  for (const { position } of events) await db.query('UPDATE log.event SET position = -position WHERE position = $1', [position]);
  for (const [n, { position }] of events.entries())
    await db.query('UPDATE log.event SET position = $2 WHERE position = $1', [-position, at(events, (n + 1) % events.length).position]);
}
/** Those behind everything that is left were cut off, the others taken out. */
async function remove(db: Client, log: readonly StoredEvent[], indexes: readonly number[]): Promise<readonly Trace[]> {
  await db.query('DELETE FROM log.event WHERE position = ANY ($1)', [indexes.map((index) => at(log, index).position)]);
  const left = log.findLastIndex((_, index) => !indexes.includes(index));
  return indexes.map((index) => trace(index > left ? 'truncated' : 'deleted', log, index));
}

/** An event at the place of another one, as the first of a stream; gives the name of that. */
export async function slipIn(db: Client, position: bigint, made: (stream: StreamName) => EventBytes): Promise<StreamName> {
  // Positions are unique within a partition of streams only: whoever owns the server finds a place.
  for (let n = 0; ; n += 1) {
    const stream = `space-forged_${n}` as const;
    const { header, body } = made(stream);
    await db.query('SAVEPOINT slip');
    try {
      await db.query('INSERT INTO log.event VALUES ($1, 0, 0, $2, $3, $4)', [position, stream, header, body]);
      return stream;
    } catch {
      await db.query('ROLLBACK TO slip');
    }
  }
}

export const tamperings: Readonly<Record<string, Tampering>> = {
  'a bit of a body': async (db, log, dice) => {
    const index = dice.below(log.length);
    await setBytes(db, 'body', at(log, index), flip(at(log, index).body, dice));
    return [trace('altered', log, index)];
  },
  'a bit of a header': async (db, log, dice) => {
    const index = dice.below(log.length);
    await setBytes(db, 'header', at(log, index), flip(at(log, index).header, dice));
    return [trace('altered', log, index)];
  },
  'who did it, in a header that stays canonical': async (db, log, dice) => {
    const index = dice.below(log.length);
    const { header } = at(log, index);
    await setBytes(db, 'header', at(log, index), Buffer.from(Buffer.from(header).toString().replace('"by":"system"', '"by":"person"')));
    return [trace('altered', log, index)];
  },
  'two bodies exchanged': async (db, log, dice) => {
    const [one = 0, other = 0] = several(dice, log.length, 2);
    await setBytes(db, 'body', at(log, one), at(log, other).body);
    await setBytes(db, 'body', at(log, other), at(log, one).body);
    return [trace('altered', log, one), trace('altered', log, other)];
  },
  'an event put into another stream': async (db, log, dice) => {
    const index = dice.below(log.length);
    await db.query(`UPDATE log.event SET stream = 'space-forged' WHERE position = $1`, [at(log, index).position]);
    return [trace('altered', log, index)];
  },
  'another revision': async (db, log, dice) => {
    const index = dice.below(log.length);
    await db.query('UPDATE log.event SET rev = rev + 1000 WHERE position = $1', [at(log, index).position]);
    return [trace('altered', log, index)];
  },
  'one event deleted': (db, log, dice) => remove(db, log, [dice.below(log.length)]),
  'several events deleted': (db, log, dice) => remove(db, log, several(dice, log.length, 2 + dice.below(20))),
  'a stream deleted': (db, log, dice) => {
    const { stream } = at(log, dice.below(log.length));
    return remove(
      db,
      log,
      log.flatMap((event, index) => (event.stream === stream ? [index] : [])),
    );
  },
  'two events exchanged': async (db, log, dice) => {
    const places = several(dice, log.length, 2);
    await rotate(
      db,
      places.map((index) => at(log, index)),
    );
    return places.map((index) => trace('moved', log, index));
  },
  'some events in another order': async (db, log, dice) => {
    const places = several(dice, log.length, 3 + dice.below(5));
    await rotate(
      db,
      places.map((index) => at(log, index)),
    );
    return places.map((index) => trace('moved', log, index));
  },
  'the end cut off': async (db, log, dice) => {
    const first = log.length - 1 - dice.below(60);
    await db.query('UPDATE log.head SET position = $1', [at(log, first - 1).position]);
    return remove(
      db,
      log,
      log.flatMap((_, index) => (index >= first ? [index] : [])),
    );
  },
  'the end cut off, the head left': (db, log, dice) => {
    const first = log.length - 1 - dice.below(60);
    return remove(
      db,
      log,
      log.flatMap((_, index) => (index >= first ? [index] : [])),
    );
  },
  'an event slipped in': async (db, log, dice) => {
    const index = dice.below(log.length);
    const { position } = at(log, index);
    return [{ kind: 'inserted', index, stream: await slipIn(db, position, (stream) => sealable(stream, 0)), rev: 0 }];
  },
};
