import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPools, type Pools } from '../../../src/infrastructure/postgres/pools.js';
import type { ActiveKey, RingPurpose, VaultKey } from '../../../src/application/shared/key-vault.js';
import { KeyBroken, KeyGone, StoreUnavailable } from '../../../src/application/shared/ports.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import { FileKeks } from '../../../src/infrastructure/keys/file-keks.js';
import { EpochInUse } from '../../../src/application/audit/wrapping-keys.js';
import { KekEpochs } from '../../../src/infrastructure/keys/kek-epochs.js';
import { PostgresKeyVault } from '../../../src/infrastructure/keys/postgres-key-vault.js';
import { SecretFile } from '../../../src/infrastructure/keys/secret-file.js';
import { connected, freshDatabase, type TestDatabase } from '../../support/database.js';
import { FLIP_WRAPPED, whole } from '../../support/whole-keys.js';

let database: TestDatabase;
let pools: Pools;
let folder: string;
let path: string;
const died = '2036-02-01T00:00:00.000Z' as Instant;

/** Another process of the same installation: its own file, cache and epochs. */
const another = async () => {
  const file = await SecretFile.open(path, {});
  const keks = new FileKeks(file);
  const epochs = new KekEpochs(pools.pool('mes_vault'), file, keks);
  await epochs.ensure();
  const alarms: string[] = [];
  const alarm = (reason: string): void => void alarms.push(reason);
  return { file, epochs, alarms, vault: new PostgresKeyVault(pools.pool('mes_vault'), keks, { alarm }) };
};
const derived = (key: VaultKey | null) => Buffer.from((key as ActiveKey).derive(Buffer.from('test'))).toString('hex');
const rows = (sql: string, values: unknown[] = []) => connected(database.url, async (client) => (await client.query(sql, values)).rows);

/** Until so many wait for somebody's lock. */
const waiting = async (most: number) => {
  const lock = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  // Who does not wait as he should is not waited for either: what came of it shows.
  for (let looks = 0; looks < 500 && (await rows(lock)).length < most; looks += 1) await new Promise((again) => setTimeout(again, 5));
};

beforeAll(async () => {
  database = await freshDatabase();
  pools = openPools(database.url);
  folder = await mkdtemp(join(tmpdir(), 'mes-vault-'));
});
beforeEach(() => {
  path = join(folder, `${randomUUID()}.json`);
  return rows('TRUNCATE vault.key, vault.epoch');
});
afterAll(async () => {
  await pools.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

describe('a ring', () => {
  it('makes a key at first use and gives the same one ever after, in every process', async () => {
    const [one, other] = [(await another()).vault, (await another()).vault];
    const key = await one.keyFor('s-1', 'life');
    expect(key.state).toBe('active');
    for (const vault of [one, other]) {
      expect(derived(await vault.keyFor('s-1', 'life'))).toBe(derived(key));
      expect(derived(await vault.keyById(key.id))).toBe(derived(key));
    }
  });

  it('has one key only, however many ask for it at once', async () => {
    const vaults = await Promise.all(Array.from({ length: 20 }, another));
    const owner = randomUUID();
    const keys = await Promise.all(vaults.map(({ vault }) => vault.keyFor(owner, 'content')));
    expect(new Set(keys.map(derived)).size).toBe(1);
    expect(await rows('SELECT count(*)::int FROM vault.key')).toEqual([{ count: 1 }]);
  });

  it('has one key per slot when batches in opposite order cross each other', async () => {
    const slots = Array.from({ length: 300 }, () => ({ owner: randomUUID(), purpose: 'life' as const }));
    const vaults = await Promise.all(Array.from({ length: 4 }, another));
    const answers = await Promise.all(vaults.map(async ({ vault }, i) => whole(await vault.keysFor(i % 2 ? slots : slots.toReversed()))));
    const [first, ...others] = answers.map((keys, i) => (i % 2 ? keys : keys.toReversed()).map(derived));
    for (const other of others) expect(other).toEqual(first);
    expect(new Set(first).size).toBe(300);
  });

  it('has no two batches that wait for each other in a circle', async () => {
    const [{ vault: one }, { vault: other }] = [await another(), await another()];
    const [first, middle, last] = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
    const slots = [first, middle, last].map((owner) => ({ owner: owner!, purpose: 'life' as const }));
    const waiting = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    await connected(database.url, async (client) => {
      // Whoever comes to the middle waits there, holding what it made before.
      await client.query('BEGIN');
      await client.query('INSERT INTO vault.key (id, owner, part, purpose, state, died) VALUES ($1, $2, $3, 1, 3, now())', [
        randomUUID(),
        middle,
        '00000000-0000-0000-0000-000000000000',
      ]);
      const batches = Promise.all([one.keysFor(slots), other.keysFor(slots.toReversed())]);
      while ((await rows(waiting)).length < 2) await new Promise((again) => setTimeout(again, 5));
      await client.query('ROLLBACK');
      const [there, back] = (await batches).map(whole) as [readonly VaultKey[], readonly VaultKey[]];
      expect(there.map(derived)).toEqual(back.map(derived).toReversed());
    });
  });

  it('has independent keys for every owner, purpose and document', async () => {
    const { vault } = await another();
    const purposes: RingPurpose[] = ['life', 'content', 'trace', 'own', 'monthly', 'document:1', 'document:2'];
    const slots = ['202611-api1', randomUUID()].flatMap((owner) => purposes.map((purpose) => ({ owner, purpose })));
    expect(new Set(whole(await vault.keysFor(slots)).map(derived)).size).toBe(slots.length);
    expect(await vault.keysFor([])).toEqual([]);
  });

  it('answers in the order asked, the same slot twice included', async () => {
    const { vault } = await another();
    const life = await vault.keyFor('a', 'life');
    const keys = whole(
      await vault.keysFor([
        { owner: 'b', purpose: 'life' },
        { owner: 'a', purpose: 'life' },
        { owner: 'b', purpose: 'life' },
      ]),
    );
    expect(keys.map(({ id }) => id)).toEqual([keys[2]?.id, life.id, keys[0]?.id]);
  });

  it('does not know what it never made', async () => {
    expect(await (await another()).vault.keyById(randomUUID())).toBeNull();
  });
});

describe('the states of a key', () => {
  it('archived: not to be used, until it is restored, in every process at once', async () => {
    const [{ vault }, { vault: other }] = [await another(), await another()];
    const key = await vault.keyFor('s', 'content');
    await vault.archive('s', 'content');
    for (const each of [vault, other]) expect(await each.keyById(key.id)).toEqual({ id: key.id, state: 'archived' });
    expect((await vault.keyFor('s', 'content')).state).toBe('archived');
    await other.restore('s', 'content');
    for (const each of [vault, other]) expect(derived(await each.keyFor('s', 'content'))).toBe(derived(key));
  });

  it('destroyed: the bytes are gone, id, state and date stay, and nothing brings it back', async () => {
    const { vault } = await another();
    const key = await vault.keyFor('s', 'content');
    const trace = await vault.keyFor('s', 'trace');
    await vault.destroy('s', 'content', died);
    await vault.destroy('s', 'content', '2040-01-01T00:00:00.000Z' as Instant);
    expect(await vault.keyById(key.id)).toEqual({ id: key.id, state: 'destroyed', died });
    expect(await vault.keyFor('s', 'content')).toEqual({ id: key.id, state: 'destroyed', died });
    await expect(vault.restore('s', 'content')).rejects.toThrow(KeyGone);
    await expect(vault.archive('s', 'content')).rejects.toThrow(KeyGone);
    expect(await rows('SELECT wrapped, epoch FROM vault.key WHERE id = $1', [key.id])).toEqual([{ wrapped: null, epoch: null }]);
    await expect(
      rows("UPDATE vault.key SET state = 1, died = NULL, epoch = 1, wrapped = decode(repeat('00', 40), 'hex') WHERE id = $1", [key.id]),
    ).rejects.toThrow('stays destroyed');
    expect((await vault.keyById(trace.id))?.state).toBe('active');
  });

  it('destroyed, of a document: at once in every process, also one that has used it', async () => {
    const [{ vault }, { vault: other }] = [await another(), await another()];
    const key = await other.keyFor('s', 'document:1');
    await other.keyById(key.id);
    await vault.destroy('s', 'document:1', died);
    expect((await other.keyFor('s', 'document:1')).state).toBe('destroyed');
    expect((await other.keyById(key.id))?.state).toBe('destroyed');
  });

  it('destroyed before its first use: a late writer gets no new one', async () => {
    const { vault } = await another();
    await vault.destroy('s', 'content', died);
    expect(await vault.keyFor('s', 'content')).toMatchObject({ state: 'destroyed', died });
  });

  it('is told to another process when it forgets what it remembers', async () => {
    const [{ vault }, { vault: other }] = [await another(), await another()];
    const key = await other.keyFor('s', 'life');
    await vault.destroy('s', 'life', died);
    expect((await other.keyById(key.id))?.state).toBe('active');
    other.invalidate('s');
    expect((await other.keyById(key.id))?.state).toBe('destroyed');
  });

  it('is not remembered when it was handed out in passing', async () => {
    const [{ vault }, { vault: other }] = [await another(), await another()];
    const { id } = await vault.keyFor('s', 'life');
    expect((await other.keysInPassing([id])).get(id)?.state).toBe('active');
    await vault.destroy('s', 'life', died);
    expect((await other.keysInPassing([id])).get(id)?.state).toBe('destroyed');
  });

  it('may be asked of a slot without a key: archive and restore leave it empty', async () => {
    const { vault } = await another();
    await vault.archive('s', 'life');
    await vault.restore('s', 'life');
    expect(await rows('SELECT id FROM vault.key')).toEqual([]);
  });
});

describe('the key of a document that comes late', () => {
  const [ring, later] = [1, 2].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [string, string];
  const NO_PART = '00000000-0000-0000-0000-000000000000';
  const statesOf = (owner: string) => rows('SELECT DISTINCT state FROM vault.key WHERE owner = $1', [owner]);
  /** While somebody makes the key of a document, held up behind it by another slot of his batch. */
  const whileMaking = async (vault: PostgresKeyVault, meanwhile: () => Promise<void>) =>
    connected(database.url, async (client) => {
      await client.query('BEGIN');
      await client.query('INSERT INTO vault.key (id, owner, part, purpose, state, died) VALUES ($1, $2, $3, 1, 3, now())', [
        randomUUID(),
        later,
        NO_PART,
      ]);
      const making = vault.keysFor([
        { owner: ring, purpose: 'document:1' },
        { owner: later, purpose: 'life' },
      ]);
      await waiting(1);
      const done = meanwhile();
      await waiting(2);
      await client.query('ROLLBACK');
      await Promise.all([making, done]);
    });

  it('is destroyed from the start where its ring was, in every process', async () => {
    const [{ vault }, { vault: other }] = [await another(), await another()];
    await other.keysFor((['life', 'content'] as const).map((purpose) => ({ owner: ring, purpose })));
    await vault.destroyRing(ring, died, ['trace']);
    for (const each of [vault, other]) expect(await each.keyFor(ring, 'document:1')).toMatchObject({ state: 'destroyed', died });
    expect(await rows('SELECT epoch, wrapped FROM vault.key WHERE owner = $1', [ring])).toEqual(
      Array.from({ length: 3 }, () => ({ epoch: null, wrapped: null })),
    );
    expect(await vault.living([ring])).toEqual(new Set());
  });

  it('leaves everything else to be made: the traces of that space, its veils, other rings of the same batch', async () => {
    const { vault } = await another();
    await vault.destroyRing(ring, died, ['trace']);
    const slots = [
      { owner: ring, purpose: 'document:1' },
      { owner: ring, purpose: 'trace' },
      { owner: later, purpose: 'document:1' },
      { owner: randomUUID(), purpose: 'own' },
    ] as const;
    expect(whole(await vault.keysFor(slots)).map(({ state }) => state)).toEqual(['destroyed', 'active', 'active', 'active']);
  });

  it('is destroyed with its ring when it was being made meanwhile', async () => {
    const [{ vault }, { vault: other }] = [await another(), await another()];
    await vault.keyFor(ring, 'life');
    await whileMaking(other, () => vault.destroyRing(ring, died));
    expect(await statesOf(ring)).toEqual([{ state: 3 }]);
    expect((await other.keyFor(ring, 'document:1')).state).toBe('destroyed');
  });

  it('waits for whoever is destroying its ring', async () => {
    const { vault } = await another();
    const { id } = await vault.keyFor(ring, 'life');
    await connected(database.url, async (client) => {
      await client.query('BEGIN');
      await client.query('UPDATE vault.key SET state = 3, died = $2, epoch = NULL, wrapped = NULL WHERE id = $1', [id, died]);
      const making = vault.keyFor(ring, 'document:1');
      await waiting(1);
      await client.query('COMMIT');
      expect(await making).toMatchObject({ state: 'destroyed', died });
    });
  });

  it('is archived where the content of its space is, and in use once that is reopened', async () => {
    const [{ vault }, { vault: other }] = [await another(), await another()];
    await other.keyFor(ring, 'content');
    await vault.moveContent(ring, 'archived');
    const late = await other.keyFor(ring, 'document:1');
    expect(late.state).toBe('archived');
    await vault.moveContent(ring, 'active');
    expect(derived(await other.keyFor(ring, 'document:1'))).toBe(derived(await vault.keyById(late.id)));
  });

  it('is archived with the content of its space when it was being made meanwhile', async () => {
    const [{ vault }, { vault: other }] = [await another(), await another()];
    await vault.keyFor(ring, 'content');
    await whileMaking(other, () => vault.moveContent(ring, 'archived'));
    expect(await statesOf(ring)).toEqual([{ state: 2 }]);
  });
});

describe('a wrapped key that was altered', () => {
  const owners = Array.from({ length: 100 }, () => randomUUID());
  const slots = owners.map((owner) => ({ owner, purpose: 'life' as const }));
  const [ill = ''] = owners;
  let good: readonly VaultKey[];
  let bad: VaultKey;

  beforeEach(async () => {
    [bad, ...good] = whole(await (await another()).vault.keysFor(slots)) as [VaultKey, ...VaultKey[]];
    await rows(FLIP_WRAPPED, [bad.id]);
  });

  it('is unknown to whoever reads, among others that open, and rings once', async () => {
    const { vault, alarms } = await another();
    const ids = [bad, ...good].map(({ id }) => id);
    for (const read of [() => vault.keysById(ids), () => vault.keysInPassing(ids), () => vault.openArchived(ids)]) {
      const found = await read();
      expect(found.has(bad.id)).toBe(false);
      expect(good.map(({ id }) => derived(found.get(id) ?? null))).toEqual(good.map(derived));
    }
    expect(await vault.keyById(bad.id)).toBeNull();
    expect(alarms).toEqual([expect.stringContaining('keys that do not open: 1 were met')]);
    expect(alarms.join()).not.toMatch(new RegExp(`${bad.id}|${ill}`));
  });

  it('stands against its own slot alone for whoever writes, and no other is made beside it', async () => {
    const { vault } = await another();
    const [its, ...others] = await vault.keysFor(slots);
    expect(its).toBeInstanceOf(KeyBroken);
    expect(whole(others).map(derived)).toEqual(good.map(derived));
    await expect(vault.keyFor(ill, 'life')).rejects.toThrow(KeyBroken);
    expect((await vault.keyFor(ill, 'trace')).state).toBe('active');
    expect(await rows('SELECT id FROM vault.key WHERE owner = $1 AND purpose = 1', [ill])).toEqual([{ id: bad.id }]);
  });

  it('opens again in every process once its bytes are back', async () => {
    const { vault } = await another();
    await vault.keysById([bad, ...good].map(({ id }) => id));
    await rows(FLIP_WRAPPED, [bad.id]);
    expect(derived(await vault.keyById(bad.id))).toBe(derived(bad));
    expect(derived(await vault.keyFor(ill, 'life'))).toBe(derived(bad));
  });

  it('is destroyed with its ring like any other', async () => {
    const { vault } = await another();
    await vault.keysFor(slots);
    expect(await vault.living([ill])).toEqual(new Set([ill]));
    await vault.destroyRing(ill, died);
    expect(await vault.keyById(bad.id)).toEqual({ id: bad.id, state: 'destroyed', died });
    expect(await vault.living([ill])).toEqual(new Set());
  });

  it('blames no row while nothing opens: then it is the secrets file that is not the right one', async () => {
    path = join(folder, 'foreign.json');
    const { vault, alarms } = await another();
    await expect(vault.keysById([bad, ...good].map(({ id }) => id))).rejects.toThrow(StoreUnavailable);
    await expect(vault.keysFor(slots)).rejects.toThrow(StoreUnavailable);
    expect(alarms).toEqual([]);
  });
});

describe('epochs of the wrapping key', () => {
  it('are walked while spaces are closed and destroyed: neither waits for the other in a circle', async () => {
    const { vault } = await another();
    const owner = randomUUID();
    await vault.keysFor(Array.from({ length: 12 }, (_, n) => ({ owner, purpose: `document:${n}` as const })));
    const byPart = (await rows('SELECT id FROM vault.key ORDER BY part')).map(({ id }) => id as string);
    // Of two keys, that which comes later in the order of ids and sooner in every other.
    const turned = byPart.flatMap((high, n) => byPart.slice(n + 1).flatMap((low) => (low < high ? [{ low, high }] : [])));
    const { low, high } = turned[0]!;
    const ways = [() => vault.moveContent(owner, 'archived'), () => vault.destroyRing(owner, died)];
    for (const way of ways) {
      await connected(database.url, async (client) => {
        await client.query('BEGIN');
        await client.query('SELECT FROM vault.key WHERE id = $1 FOR UPDATE', [low]);
        const moving = way();
        await waiting(1);
        await client.query('SELECT FROM vault.key WHERE id = $1 FOR UPDATE NOWAIT', [high]);
        await client.query('COMMIT');
        await moving;
      });
    }
    expect(await rows('SELECT DISTINCT state FROM vault.key WHERE owner = $1', [owner])).toEqual([{ state: 3 }]);
  });

  it('change without a reader noticing, and an old one goes only when it wraps nothing', async () => {
    const { vault, epochs } = await another();
    const keys = whole(await vault.keysFor(Array.from({ length: 1500 }, () => ({ owner: randomUUID(), purpose: 'life' as const }))));
    await vault.destroy('gone', 'life', died);
    expect(await epochs.begin()).toBe(2);
    const young = await vault.keyFor('young', 'life');
    await expect(epochs.destroy(1)).rejects.toThrow(EpochInUse);
    const steps: number[] = [];
    expect(await epochs.rewrap((done) => steps.push(done))).toEqual({ wrapped: 1500, left: 0 });
    expect(steps.length).toBeGreaterThan(1);
    await epochs.destroy(1);
    await expect(epochs.destroy(2)).rejects.toThrow(EpochInUse);
    const reader = (await another()).vault;
    const found = await reader.keysById([...keys, young].map(({ id }) => id));
    for (const key of [...keys, young]) expect(derived(found.get(key.id) ?? null)).toBe(derived(key));
    expect(await rows('SELECT DISTINCT epoch FROM vault.key WHERE wrapped IS NOT NULL')).toEqual([{ epoch: 2 }]);
  });

  it('are learnt by a process that was running when another one changed them', async () => {
    const [old, { epochs, vault }] = [await another(), await another()];
    await epochs.begin();
    const key = await vault.keyFor('s', 'life');
    expect(derived(await old.vault.keyById(key.id))).toBe(derived(key));
  });

  it('are followed by a process that would still wrap with a destroyed one', async () => {
    const [old, { epochs }] = [await another(), await another()];
    await epochs.begin();
    await epochs.rewrap();
    await epochs.destroy(1);
    expect((await old.vault.keyFor('s', 'life')).state).toBe('active');
    expect(await rows('SELECT epoch FROM vault.key')).toEqual([{ epoch: 2 }]);
  });

  it('are begun by one process at a time: none is lost', async () => {
    const processes = await Promise.all(Array.from({ length: 5 }, another));
    const begun = await Promise.all(processes.map(({ epochs }) => epochs.begin()));
    expect(begun.toSorted()).toEqual([2, 3, 4, 5, 6]);
    expect((await another()).file.all('kek').map(({ epoch }) => epoch)).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('that are not here make the vault unavailable, never the key new', async () => {
    const { vault } = await another();
    await vault.keyFor('s', 'life');
    path = join(folder, 'lost.json');
    await rows('INSERT INTO vault.epoch VALUES (9)');
    await rows('UPDATE vault.key SET epoch = 9');
    await expect((await another()).vault.keyFor('s', 'life')).rejects.toThrow(StoreUnavailable);
  });

  it('that were retired are not brought back by a file that was left behind', async () => {
    const [{ epochs }, old] = [await another(), await another()];
    await epochs.begin();
    await epochs.rewrap();
    await epochs.destroy(1);
    await old.epochs.ensure();
    expect(await rows('SELECT epoch FROM vault.epoch')).toEqual([{ epoch: 2 }]);
  });
});

describe('the role of the vault', () => {
  it.each(['DELETE FROM vault.key', 'TRUNCATE vault.key', 'ALTER TABLE vault.key DISABLE TRIGGER ALL', 'DROP TABLE vault.key'])(
    'may not: %s',
    async (sql) => {
      await expect(pools.pool('mes_vault').query(sql)).rejects.toMatchObject({ code: '42501' });
    },
  );

  it.each(['mes_writer', 'mes_projector', 'mes_reader'] as const)(
    'is the only one that sees keys and registry: %s does not',
    async (role) => {
      for (const table of ['vault.key', 'vault.epoch', 'registry.person', 'registry.suppression', 'registry.code', 'registry.checkpoint'])
        await expect(pools.pool(role).query(`SELECT * FROM ${table}`)).rejects.toMatchObject({ code: '42501' });
    },
  );
});

it('shows a database that is away as StoreUnavailable', async () => {
  const away = openPools('postgres://nobody:x@127.0.0.1:1/none');
  const file = await SecretFile.open(path, {});
  const vault = new PostgresKeyVault(away.pool('mes_vault'), new FileKeks(file));
  await expect(vault.keyFor('s', 'life')).rejects.toThrow(StoreUnavailable);
  await away.close();
});
