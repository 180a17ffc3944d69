import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import type { ActiveKey, VaultKey } from '../../../src/application/shared/key-vault.js';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import { FileKeks } from '../../../src/infrastructure/keys/file-keks.js';
import { KekEpochs } from '../../../src/infrastructure/keys/kek-epochs.js';
import { PostgresKeyVault } from '../../../src/infrastructure/keys/postgres-key-vault.js';
import { SecretFile } from '../../../src/infrastructure/keys/secret-file.js';
import { openPools, type Pools } from '../../../src/infrastructure/postgres/pools.js';
import { connected, freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/read-side.js';
import { FLIP_WRAPPED, whole } from '../../support/whole-keys.js';

const KEYS = 2_500;
const derivedOf = (key: VaultKey | undefined): string => Buffer.from((key as ActiveKey).derive(Buffer.from('test'))).toString('hex');
const waiting = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

describe('The walk over the keys of older epochs', () => {
  let database: TestDatabase;
  let pools: Pools;
  let folder: string;

  const installation = async (pool: Pool = pools.pool('mes_vault')) => {
    const file = await SecretFile.open(join(folder, 'secrets.json'), {});
    const keks = new FileKeks(file);
    const epochs = new KekEpochs(pool, file, keks);
    await epochs.ensure();
    return { epochs, vault: new PostgresKeyVault(pool, keks) };
  };
  const usesOf = async (epochs: KekEpochs) => (await epochs.all()).map(({ epoch, use }) => [epoch, use]);

  beforeEach(async () => {
    database = await freshDatabase();
    pools = openPools(database.url);
    folder = await mkdtemp(join(tmpdir(), 'mes-walk-'));
  });
  afterEach(async () => {
    await pools.close();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  it('asks for no sequential scan of the table of keys, from its beginning until the epoch is retired', async () => {
    const { vault, epochs } = await installation();
    await vault.keysFor(Array.from({ length: KEYS }, () => ({ owner: randomUUID(), purpose: 'life' as const })));
    await database.rows('ANALYZE vault.key');
    const plans: string[] = [];
    const explained = new Pool({ connectionString: database.url, max: 1 });
    explained.on('connect', (client) => {
      client.on('notice', ({ message = '' }) => void plans.push(message));
      const said = `SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on; SET client_min_messages = log`;
      client.query(`LOAD 'auto_explain'; ${said}; SET ROLE mes_vault`).catch((error: unknown) => void plans.push(String(error)));
    });
    try {
      const { epochs: walked } = await installation(explained);
      expect(await epochs.begin()).toBe(2);
      expect(await walked.rewrap()).toEqual({ wrapped: KEYS, left: 0 });
      await walked.destroy(1);
    } finally {
      await explained.end();
    }
    const ofKeys = plans.filter((plan) => /\bkey k\b|\bkey_pkey\b/.test(plan));
    expect(ofKeys.some((plan) => /UPDATE vault\.key/.test(plan))).toBe(true);
    expect(plans.some((plan) => /DELETE FROM vault\.epoch/.test(plan))).toBe(true);
    expect(plans.filter((plan) => /Seq Scan on (vault\.)?key\b/.test(plan))).toEqual([]);
    expect(await usesOf(epochs)).toEqual([[2, 'open']]);
  });

  it('waits for whoever is making a key under an older epoch, and takes that key along', async () => {
    const { vault, epochs } = await installation();
    const key = await vault.keyFor('there', 'life');
    await epochs.begin();
    await connected(database.url, async (late) => {
      await late.query('BEGIN');
      await late.query(
        'INSERT INTO vault.key (id, owner, part, purpose, epoch, wrapped) SELECT $2, $2, part, purpose, epoch, wrapped FROM vault.key WHERE id = $1',
        [key.id, randomUUID()],
      );
      const walk = epochs.rewrap();
      await eventually(async () => expect(await database.rows(waiting)).toHaveLength(1));
      await late.query('COMMIT');
      expect(await walk).toEqual({ wrapped: 2, left: 0 });
    });
    expect(await usesOf(epochs)).toEqual([
      [2, 'open'],
      [1, 'empty'],
    ]);
  });

  it('closes older epochs: a process that knows nothing of it wraps its new keys by the newest', async () => {
    const [late, { epochs }] = [await installation(), await installation()];
    await epochs.begin();
    await epochs.rewrap();
    expect((await late.vault.keyFor('s', 'life')).state).toBe('active');
    expect(await database.rows('SELECT epoch FROM vault.key')).toEqual([{ epoch: 2 }]);
    await expect(database.rows('UPDATE vault.key SET epoch = 1')).rejects.toMatchObject({ code: '23503' });
  });

  it('leaves a machine without the newest key out: it makes no key until it has it, and then goes on by itself', async () => {
    const there = join(folder, 'there');
    await mkdir(there, { mode: 0o700 });
    const { epochs } = await installation();
    await copyFile(join(folder, 'secrets.json'), join(there, 'secrets.json'));
    const far = new PostgresKeyVault(pools.pool('mes_vault'), new FileKeks(await SecretFile.open(join(there, 'secrets.json'), {})));
    await epochs.begin();
    await epochs.rewrap();
    await expect(far.keyFor('s', 'life')).rejects.toThrow(StoreUnavailable);
    await copyFile(join(folder, 'secrets.json'), join(there, 'secrets.json'));
    expect((await far.keyFor('s', 'life')).state).toBe('active');
  });

  it('leaves no key behind: the database refuses the step that would', async () => {
    const { vault, epochs } = await installation();
    await vault.keyFor('s', 'life');
    await epochs.begin();
    const pool = pools.pool('mes_vault');
    await pool.query('SELECT vault.close_older(2::smallint)');
    await expect(pool.query(`SELECT vault.take_over(2::smallint, NULL, '{}', '{}')`)).rejects.toThrow('leave keys behind');
    expect(await usesOf(epochs)).toEqual([
      [2, 'open'],
      [1, 'closed'],
    ]);
    expect(await epochs.rewrap()).toEqual({ wrapped: 1, left: 0 });
  });

  it('passes a key that does not open: it stays under its epoch, which stays closed until its bytes are back', async () => {
    const { vault, epochs } = await installation();
    const keys = whole(await vault.keysFor(Array.from({ length: KEYS }, () => ({ owner: randomUUID(), purpose: 'life' as const }))));
    const [bad, good] = keys as [VaultKey, VaultKey];
    await database.rows(FLIP_WRAPPED, [bad.id]);
    await epochs.begin();
    expect(await epochs.rewrap()).toEqual({ wrapped: KEYS - 1, left: 1 });
    const stands = async () => {
      expect(await database.rows('SELECT id FROM vault.key WHERE epoch = 1')).toEqual([{ id: bad.id }]);
      expect(await usesOf(epochs)).toEqual([
        [2, 'open'],
        [1, 'closed'],
      ]);
      await expect(epochs.destroy(1)).rejects.toThrow('may still wrap keys');
    };
    await stands();
    expect(await epochs.rewrap()).toEqual({ wrapped: 0, left: 1 });
    await stands();
    await database.rows(FLIP_WRAPPED, [bad.id]);
    expect(await epochs.rewrap()).toEqual({ wrapped: 1, left: 0 });
    await epochs.destroy(1);
    const found = await (await installation()).vault.keysById([bad.id, good.id]);
    expect([bad, good].map(({ id }) => derivedOf(found.get(id)))).toEqual([bad, good].map(derivedOf));
  });

  it('passes no key while none opens: then it is the secrets file that is not the right one', async () => {
    const { vault, epochs } = await installation();
    await vault.keyFor('s', 'life');
    await database.rows("UPDATE vault.key SET wrapped = decode(repeat('00', 40), 'hex')");
    await epochs.begin();
    await expect(epochs.rewrap()).rejects.toThrow(StoreUnavailable);
  });

  it('takes archived keys along: they come back as they were, after their epoch is gone', async () => {
    const { vault, epochs } = await installation();
    const derived = async () =>
      Buffer.from(((await vault.keyFor('s', 'content')) as ActiveKey).derive(Buffer.from('test'))).toString('hex');
    const before = await derived();
    await vault.archive('s', 'content');
    await epochs.begin();
    expect(await epochs.rewrap()).toEqual({ wrapped: 1, left: 0 });
    await epochs.destroy(1);
    expect((await vault.keyFor('s', 'content')).state).toBe('archived');
    await vault.restore('s', 'content');
    expect(await derived()).toBe(before);
  });

  it('begins anew when an older epoch comes back with a backup, and the epoch stays until then', async () => {
    const { vault, epochs } = await installation();
    await vault.keyFor('s', 'life');
    await database.rows('CREATE TABLE public.backup AS SELECT * FROM vault.key');
    await epochs.begin();
    await epochs.rewrap();
    await database.rows('DELETE FROM vault.epoch WHERE epoch = 1');
    await database.rows('INSERT INTO vault.epoch (epoch) VALUES (1)');
    await database.rows('DELETE FROM vault.key');
    await database.rows('INSERT INTO vault.key SELECT * FROM public.backup');
    await expect(epochs.destroy(1)).rejects.toThrow('may still wrap keys');
    expect(await epochs.rewrap()).toEqual({ wrapped: 1, left: 0 });
    await epochs.destroy(1);
  });

  it('is nobody else’s to skip: the role of the vault neither says that an epoch is empty nor removes one', async () => {
    const pool = pools.pool('mes_vault');
    for (const sql of [
      'UPDATE vault.epoch SET state = 3',
      'DELETE FROM vault.epoch',
      'INSERT INTO vault.epoch (epoch, state) VALUES (7, 3)',
    ])
      await expect(pool.query(sql)).rejects.toMatchObject({ code: '42501' });
  });
});
