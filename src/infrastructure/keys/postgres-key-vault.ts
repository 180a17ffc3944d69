import { randomUUID, type KeyObject } from 'node:crypto';
import type { Pool } from 'pg';
import { KeyVault, type RingPurpose, type RingSlot, type VaultKey } from '../../application/shared/key-vault.js';
import { KeyGone } from '../../application/shared/ports.js';
import type { Instant } from '../../domain/shared/time.js';
import { reach } from '../postgres/reach.js';
import { keyInUse } from './active-key.js';
import type { FileKeks, WrappedKey } from './file-keks.js';
import { KeyCache } from './key-cache.js';
import { ACTIVE, ARCHIVED, DESTROYED, DOCUMENT, placeName, placeOf, type KeyPlace, type KeyRow } from './key-row.js';
import { KeyTable } from './key-table.js';

const MOVE = `WITH asked AS (SELECT id, state FROM vault.key WHERE owner = $1 AND purpose = $2 AND part = $3 FOR UPDATE),
  moved AS (UPDATE vault.key k SET state = $4 FROM asked WHERE k.id = asked.id AND asked.state <> ${DESTROYED} AND asked.state <> $4)
  SELECT state FROM asked`;
const DESTROY = `INSERT INTO vault.key AS k (owner, purpose, part, id, state, died) VALUES ($1, $2, $3, $4, ${DESTROYED}, $5)
  ON CONFLICT (owner, purpose, part) DO UPDATE SET state = excluded.state, died = excluded.died, epoch = NULL, wrapped = NULL WHERE k.state <> ${DESTROYED}`;

/** Many keys, in the order of their ids: whoever wraps keys anew takes them in that order too, and neither waits for the other in a circle. */
const inTurn = (which: string): string =>
  `WITH its AS (SELECT id FROM vault.key WHERE ${which} ORDER BY id FOR NO KEY UPDATE) UPDATE vault.key k`;
const MOVE_ALL = `${inTurn('owner = $1 AND purpose = $4 AND state = $3')} SET state = $2 FROM its WHERE k.id = its.id`;
/** `content` first, by itself: who makes the key of a document holds it, and has written when it moves. */
const WITH_CONTENT = [placeOf({ owner: '', purpose: 'content' }).purpose, DOCUMENT];
const DESTROY_RING = `${inTurn(`owner = $1 AND state <> ${DESTROYED} AND NOT purpose = ANY ($3::smallint[])`)}
  SET state = ${DESTROYED}, died = $2, epoch = NULL, wrapped = NULL FROM its WHERE k.id = its.id`;
const LIVING = `SELECT DISTINCT owner FROM vault.key WHERE owner = ANY ($1::uuid[]) AND state <> ${DESTROYED} AND NOT purpose = ANY ($2::smallint[])`;
/** Closed even where they were never used, so that no late writer opens them; and before the rest: what is made from then on is made dead. */
const SLOTS_OF_SPACES = ['life', 'content', 'trace'] as const;

export interface VaultOptions {
  /** Most keys remembered at a time. */
  readonly max?: number;
  /** How long a key is remembered, milliseconds; never more than 60 s. */
  readonly ttlMs?: number;
  /** Under whose role keys are handed out: that of the vault itself for doors (absent), mes_projector for who works behind them. */
  readonly reader?: Pool;
}

/** Rings of keys in PostgreSQL (schema vault, role mes_vault), wrapped by the key of an epoch that lies elsewhere. */
export class PostgresKeyVault extends KeyVault {
  private readonly table: KeyTable;
  private readonly cache: KeyCache;

  constructor(
    private readonly pool: Pool,
    private readonly keks: FileKeks,
    { max = 50_000, ttlMs = 60_000, reader = pool }: VaultOptions = {},
  ) {
    super();
    this.table = new KeyTable(pool, keks, reader);
    this.cache = new KeyCache({ max, ttlMs });
  }

  async keyFor(owner: string, purpose: RingPurpose): Promise<VaultKey> {
    const [key] = await this.keysFor([{ owner, purpose }]);
    if (!key) throw new Error('a slot was asked for and none was answered');
    return key;
  }

  async keysFor(slots: readonly RingSlot[]): Promise<readonly VaultKey[]> {
    const places = slots.map(placeOf);
    const known = new Map<string, VaultKey>();
    const missing = places.filter((place) => !this.recall(place, known));
    if (missing.length > 0) {
      const generation = this.cache.generation;
      const rows = await reach(() => this.table.findOrMake(missing));
      const keys = await this.keysOf(rows, generation);
      rows.forEach((row, n) => known.set(placeName(row), keys[n] as VaultKey));
    }
    return places.map((place) => required(known, placeName(place)));
  }

  async keyById(id: string): Promise<VaultKey | null> {
    return (await this.keysById([id])).get(id) ?? null;
  }

  async keysById(ids: readonly string[]): Promise<ReadonlyMap<string, VaultKey>> {
    const generation = this.cache.generation;
    return this.byIds(ids, (row, key) => this.cache.remember(row, key, generation));
  }

  async keysInPassing(ids: readonly string[]): Promise<ReadonlyMap<string, VaultKey>> {
    return this.byIds(ids, () => undefined);
  }

  async ringState(owner: string): Promise<string> {
    const { owner: place } = placeOf({ owner, purpose: 'life' });
    const known = this.cache.ring(place);
    if (known !== undefined) return known;
    const generation = this.cache.generation;
    const state = await reach(() => this.table.notInUse(place));
    this.cache.rememberRing(place, state, generation);
    return state;
  }

  async archive(owner: string, purpose: RingPurpose): Promise<void> {
    await this.move({ owner, purpose }, ARCHIVED);
  }

  async restore(owner: string, purpose: RingPurpose): Promise<void> {
    await this.move({ owner, purpose }, ACTIVE);
  }

  async destroy(owner: string, purpose: RingPurpose, died: Instant): Promise<void> {
    const place = placeOf({ owner, purpose });
    try {
      await reach(() => this.pool.query(DESTROY, [place.owner, place.purpose, place.part, randomUUID(), died]));
    } finally {
      this.cache.forget(place.owner);
    }
  }

  async moveContent(owner: string, to: 'archived' | 'active'): Promise<void> {
    const { owner: ring } = placeOf({ owner, purpose: 'content' });
    const [from, into] = to === 'archived' ? [ACTIVE, ARCHIVED] : [ARCHIVED, ACTIVE];
    try {
      for (const purpose of WITH_CONTENT) await reach(() => this.pool.query(MOVE_ALL, [ring, into, from, purpose]));
    } finally {
      this.cache.forget(ring);
    }
  }

  async openArchived(ids: readonly string[]): Promise<ReadonlyMap<string, VaultKey>> {
    const rows = await reach(() => this.table.byIds(ids));
    const opened = await this.opened(rows.map((row) => (row.state === ARCHIVED ? { ...row, state: ACTIVE } : row)));
    return new Map(opened.map((key) => [key.id, key]));
  }

  async destroyRing(owner: string, died: Instant, except: readonly RingPurpose[] = []): Promise<void> {
    const { owner: ring } = placeOf({ owner, purpose: 'life' });
    const spared = except.map((purpose) => placeOf({ owner, purpose }).purpose);
    for (const purpose of SLOTS_OF_SPACES) if (!except.includes(purpose)) await this.destroy(owner, purpose, died);
    try {
      await reach(() => this.pool.query(DESTROY_RING, [ring, died, spared]));
    } finally {
      this.cache.forget(ring);
    }
  }

  async living(owners: readonly string[], except: readonly RingPurpose[] = []): Promise<ReadonlySet<string>> {
    const byRing = new Map(owners.map((owner) => [placeOf({ owner, purpose: 'life' }).owner, owner]));
    const spared = except.map((purpose) => placeOf({ owner: '', purpose }).purpose);
    const { rows } = await reach(() => this.pool.query<{ owner: string }>(LIVING, [[...byRing.keys()], spared]));
    return new Set(rows.flatMap(({ owner }) => byRing.get(owner) ?? []));
  }

  invalidate(owner: string): void {
    this.cache.forget(placeOf({ owner, purpose: 'life' }).owner);
  }

  private recall(place: KeyPlace, known: Map<string, VaultKey>): boolean {
    const key = this.cache.at(place);
    if (key) known.set(placeName(place), key);
    return key !== undefined;
  }

  private async move(slot: RingSlot, state: number): Promise<void> {
    const { owner, purpose, part } = placeOf(slot);
    try {
      const { rows } = await reach(() => this.pool.query<{ state: number }>(MOVE, [owner, purpose, part, state]));
      if (rows[0]?.state === DESTROYED) throw new KeyGone('this key was destroyed');
    } finally {
      this.cache.forget(owner);
    }
  }

  /** In the order of the rows; remembered from here on. */
  /** `met`: told of each that had to be read. */
  private async byIds(ids: readonly string[], met: (row: KeyRow, key: VaultKey) => void): Promise<ReadonlyMap<string, VaultKey>> {
    const known = new Map<string, VaultKey>();
    const missing: string[] = [];
    for (const id of new Set(ids)) {
      const key = this.cache.withId(id);
      if (key) known.set(id, key);
      else missing.push(id);
    }
    if (missing.length === 0) return known;
    const rows = await reach(() => this.table.byIds(missing));
    (await this.opened(rows)).forEach((key, n) => {
      known.set(key.id, key);
      met(rows[n] as KeyRow, key);
    });
    return known;
  }

  private async keysOf(rows: readonly KeyRow[], generation: number): Promise<readonly VaultKey[]> {
    const keys = await this.opened(rows);
    keys.forEach((key, n) => this.cache.remember(rows[n] as KeyRow, key, generation));
    return keys;
  }

  private async opened(rows: readonly KeyRow[]): Promise<readonly VaultKey[]> {
    const wrapped = rows.filter((row) => stateOf(row) === ACTIVE && row.secret === undefined);
    const secrets = new Map(rows.map(({ id, secret }) => [id, secret]));
    (await this.keks.ready(wrapped.map(wrappedIn))).forEach((secret, n) => secrets.set((wrapped[n] as KeyRow).id, secret));
    return rows.map((row) => vaultKey(row, secrets.get(row.id)));
  }
}

const stateOf = ({ state, died }: KeyRow): number => (died ? DESTROYED : state);

const wrappedIn = ({ epoch, wrapped }: KeyRow): WrappedKey => {
  if (epoch === null || wrapped === null) throw new Error('a living key without bytes');
  return { epoch, wrapped };
};

const vaultKey = (row: KeyRow, secret: KeyObject | undefined): VaultKey => {
  const { id, died } = row;
  if (died) return { id, state: 'destroyed', died: died.toISOString() as Instant };
  if (stateOf(row) === ARCHIVED) return { id, state: 'archived' };
  if (secret === undefined) throw new Error('a living key without bytes');
  return keyInUse(id, secret);
};

const required = (known: ReadonlyMap<string, VaultKey>, name: string): VaultKey => {
  const key = known.get(name);
  if (!key) throw new Error('a slot was asked for and none was answered');
  return key;
};
