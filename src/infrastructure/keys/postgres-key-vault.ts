import { randomUUID, type KeyObject } from 'node:crypto';
import type { Pool } from 'pg';
import { KeyVault, type RingPurpose, type RingSlot, type VaultKey } from '../../application/shared/key-vault.js';
import { KeyBroken, KeyGone } from '../../application/shared/ports.js';
import type { Instant } from '../../domain/shared/time.js';
import { reach } from '../postgres/reach.js';
import { keyInUse } from './active-key.js';
import { BrokenKeys } from './broken-keys.js';
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
  /** Told of wrapped keys that do not open; absent: nobody is. Never names one. */
  readonly alarm?: (reason: string) => void;
}

/** Rings of keys in PostgreSQL (schema vault, role mes_vault), wrapped by the key of an epoch that lies elsewhere. */
export class PostgresKeyVault extends KeyVault {
  private readonly table: KeyTable;
  private readonly cache: KeyCache;
  private readonly broken: BrokenKeys;

  constructor(
    private readonly pool: Pool,
    private readonly keks: FileKeks,
    { max = 50_000, ttlMs = 60_000, reader = pool, alarm = () => undefined }: VaultOptions = {},
  ) {
    super();
    this.table = new KeyTable(pool, keks, reader);
    this.cache = new KeyCache({ max, ttlMs });
    this.broken = new BrokenKeys(alarm);
  }

  async keyFor(owner: string, purpose: RingPurpose): Promise<VaultKey> {
    const [key] = await this.keysFor([{ owner, purpose }]);
    if (key === undefined || key instanceof KeyBroken) throw key ?? new Error(UNANSWERED);
    return key;
  }

  async keysFor(slots: readonly RingSlot[]): Promise<readonly (VaultKey | KeyBroken)[]> {
    const places = slots.map(placeOf);
    const known = new Map<string, VaultKey | KeyBroken>();
    const missing = places.filter((place) => !this.recall(place, known));
    if (missing.length > 0) {
      const generation = this.cache.generation;
      const rows = await reach(() => this.table.findOrMake(missing));
      for (const row of rows) known.set(placeName(row), new KeyBroken('a wrapped key does not open'));
      for (const { row, key } of await this.opened(rows)) {
        this.cache.remember(row, key, generation);
        known.set(placeName(row), key);
      }
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
    return new Map(opened.map(({ key }) => [key.id, key]));
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

  private recall(place: KeyPlace, known: Map<string, VaultKey | KeyBroken>): boolean {
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
    for (const { row, key } of await this.opened(rows)) {
      known.set(key.id, key);
      met(row, key);
    }
    return known;
  }

  /** Without those that do not open: whoever asks meets them as unknown, never as destroyed. */
  private async opened(rows: readonly KeyRow[]): Promise<readonly OpenedRow[]> {
    const wrapped = rows.filter((row) => stateOf(row) === ACTIVE && row.secret === undefined);
    const secrets = new Map<string, KeyObject | null | undefined>(rows.map(({ id, secret }) => [id, secret]));
    (await this.keks.ready(wrapped.map(wrappedIn))).forEach((secret, n) => secrets.set((wrapped[n] as KeyRow).id, secret));
    this.broken.met(wrapped.flatMap(({ id }) => (secrets.get(id) === null ? id : [])));
    return rows.flatMap((row) => {
      const secret = secrets.get(row.id);
      return secret === null ? [] : { row, key: vaultKey(row, secret) };
    });
  }
}

interface OpenedRow {
  readonly row: KeyRow;
  readonly key: VaultKey;
}

const UNANSWERED = 'a slot was asked for and none was answered';

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

const required = (known: ReadonlyMap<string, VaultKey | KeyBroken>, name: string): VaultKey | KeyBroken => {
  const key = known.get(name);
  if (!key) throw new Error(UNANSWERED);
  return key;
};
