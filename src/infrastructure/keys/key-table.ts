import { randomUUID } from 'node:crypto';
import { DatabaseError, type Pool } from 'pg';
import { StoreUnavailable } from '../../application/shared/ports.js';
import { byteaArray } from '../eventstore/postgres/binary-array.js';
import { AskTogether } from '../postgres/ask-together.js';
import type { FileKeks } from './file-keks.js';
import { ACTIVE, DOCUMENT, isOfDocument, placeName, type KeyPlace, type KeyRow } from './key-row.js';

const COLUMNS = 'k.id, k.owner, k.purpose, k.part, k.state, k.epoch, k.wrapped, k.died';
// Wrapped keys come through functions that count them (migration 0016): the table itself shows them to nobody.
const FIND = `SELECT ${COLUMNS} FROM vault.hand_out_at($1::uuid[], $2::smallint[], $3::uuid[]) k`;
const NOT_IN_USE = `SELECT k.owner, string_agg(k.id || ' ' || k.state, ',' ORDER BY k.id) AS ids FROM vault.key k
  WHERE k.owner = ANY ($1::uuid[]) AND k.state <> ${ACTIVE} GROUP BY k.owner`;
const BY_ID = `SELECT ${COLUMNS} FROM vault.hand_out($1::uuid[]) k`;
const ASKED = `unnest($1::uuid[], $2::smallint[], $3::uuid[], $4::uuid[], $5::smallint[], $6::bytea[]) AS a (owner, purpose, part, id, epoch, wrapped)`;
// Whoever comes second waits for the first, writes nothing, and reads the row of the first.
const ONCE = `ON CONFLICT (owner, purpose, part) DO NOTHING RETURNING k.id, k.owner, k.purpose, k.part, k.state, k.epoch, NULL::bytea AS wrapped, k.died`;
const MAKE = `INSERT INTO vault.key AS k (owner, purpose, part, id, epoch, wrapped) SELECT * FROM ${ASKED} ${ONCE}`;
/**
 * The key of a document is no better off than `life` and `content` of its ring: nobody who comes late has one in a space that was destroyed or closed. These two
 * are locked until the key is written: who destroys or archives moves them first, and then sees every document that came before. In the order of ids, as
 * whoever wraps keys anew locks them. Apart from the other, which is for every key and is planned once.
 */
const MAKE_DOCUMENTS = `WITH ring AS MATERIALIZED (SELECT k.owner, k.state, k.died FROM vault.key k WHERE k.owner = ANY ($7::uuid[]) AND k.purpose IN (1, 2)
    ORDER BY k.id FOR SHARE),
  its AS (SELECT owner, max(state) AS state, max(died) AS died FROM ring GROUP BY owner)
  INSERT INTO vault.key AS k (owner, purpose, part, id, state, died, epoch, wrapped)
  SELECT a.owner, a.purpose, a.part, a.id, coalesce(i.state, ${ACTIVE}), i.died,
    CASE WHEN i.died IS NULL THEN a.epoch END, CASE WHEN i.died IS NULL THEN a.wrapped END
  FROM ${ASKED} LEFT JOIN its i ON i.owner = a.owner AND a.purpose = ${DOCUMENT} ${ONCE}`;

/** The epoch was closed or destroyed elsewhere while this process still wrapped with it: there is a newer one. */
const isOver = (error: unknown): boolean => error instanceof DatabaseError && error.code === '23503';

const columns = (places: readonly KeyPlace[]): unknown[] => [
  places.map(({ owner }) => owner),
  places.map(({ purpose }) => purpose),
  places.map(({ part }) => part),
];

/** The same order for everybody: two batches that make the same keys cannot wait for each other in a circle. */
const inOrder = (places: readonly KeyPlace[]): readonly KeyPlace[] =>
  [...new Map(places.map((place) => [placeName(place), place])).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);

/** Who asks for keys at the same time shares a statement. */
const TOGETHER = { most: 128, lanes: 2 };
/** A server that does not answer for so long is away, milliseconds. */
const LIMIT = { query_timeout: 15_000 };

/** Reads and makes rows of vault.key, in sets. */
export class KeyTable {
  private readonly wanted = new AskTogether((all: readonly (readonly string[])[]) => this.handedOut(all), TOGETHER);
  private readonly owners = new AskTogether((all: readonly string[]) => this.notInUseOf(all), TOGETHER);

  constructor(
    private readonly pool: Pool,
    private readonly keks: FileKeks,
    /** Under whose role keys are handed out, which says where they are counted. */
    private readonly reader: Pool,
  ) {}

  async byIds(ids: readonly string[]): Promise<readonly KeyRow[]> {
    return this.wanted.ask(ids);
  }

  /** Ids and states of the keys of an owner that are archived or destroyed. */
  async notInUse(owner: string): Promise<string> {
    return this.owners.ask(owner);
  }

  /** The rows of these places, made where there are none: one row per place, for ever. */
  async findOrMake(places: readonly KeyPlace[]): Promise<readonly KeyRow[]> {
    const asked = inOrder(places);
    const found = await this.find(asked);
    const missing = without(asked, found);
    if (missing.length === 0) return found;
    const made = await this.make(missing);
    const lost = without(missing, made);
    return [...found, ...made, ...(lost.length === 0 ? [] : await this.find(lost))];
  }

  private async handedOut(all: readonly (readonly string[])[]): Promise<readonly (readonly KeyRow[])[]> {
    const values = [[...new Set(all.flat())]];
    const { rows } = await this.reader.query<KeyRow>({ name: 'vault-by-id', text: BY_ID, values, ...LIMIT });
    const found = new Map(rows.map((row) => [row.id, row]));
    return all.map((ids) => [...new Set(ids)].flatMap((id) => found.get(id) ?? []));
  }

  private async notInUseOf(owners: readonly string[]): Promise<readonly string[]> {
    const values = [[...new Set(owners)]];
    const { rows } = await this.pool.query<{ owner: string; ids: string }>({
      name: 'vault-not-in-use',
      text: NOT_IN_USE,
      values,
      ...LIMIT,
    });
    const found = new Map(rows.map(({ owner, ids }) => [owner, ids]));
    return owners.map((owner) => found.get(owner) ?? '');
  }

  private async find(places: readonly KeyPlace[]): Promise<readonly KeyRow[]> {
    return (await this.reader.query<KeyRow>({ name: 'vault-find', text: FIND, values: columns(places), ...LIMIT })).rows;
  }

  /** Throws StoreUnavailable where a newer epoch wraps, whose key is not on this machine. */
  private async make(places: readonly KeyPlace[]): Promise<readonly KeyRow[]> {
    try {
      return await this.insert(places);
    } catch (error) {
      if (!isOver(error)) throw error;
      await this.keks.reload();
    }
    try {
      return await this.insert(places);
    } catch (error) {
      throw isOver(error) ? new StoreUnavailable('the key of the epoch that wraps now is not here', { cause: error }) : error;
    }
  }

  private async insert(places: readonly KeyPlace[]): Promise<readonly KeyRow[]> {
    const fresh = await this.keks.fresh(places.length);
    const ids = places.map(() => randomUUID());
    const bytes = byteaArray(fresh.map(({ wrapped }) => wrapped));
    const values = [...columns(places), ids, fresh.map(({ epoch }) => epoch), bytes];
    const rings = [...new Set(places.filter(isOfDocument).map(({ owner }) => owner))];
    const making =
      rings.length === 0
        ? { name: 'vault-make', text: MAKE, values }
        : { name: 'vault-make-documents', text: MAKE_DOCUMENTS, values: [...values, rings] };
    const { rows } = await this.pool.query<KeyRow>({ ...making, ...LIMIT });
    const secrets = new Map(ids.map((id, n) => [id as string, fresh[n]?.secret]));
    return rows.map((row) => ({ ...row, secret: secrets.get(row.id) }));
  }
}

const without = (places: readonly KeyPlace[], rows: readonly KeyRow[]): readonly KeyPlace[] => {
  const there = new Set(rows.map(placeName));
  return places.filter((place) => !there.has(placeName(place)));
};
