import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { ActiveKey, VaultKey } from '../../../src/application/shared/key-vault.js';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import type { Instant } from '../../../src/domain/shared/time.js';
import { run } from '../../../src/infrastructure/cli/program.js';
import type { System } from '../../../src/infrastructure/cli/system.js';
import { Log, pinoFor } from '../../../src/infrastructure/log.js';
import { settingsFrom } from '../../../src/infrastructure/settings/settings.js';
import { startSystem } from '../../../src/infrastructure/system/start-system.js';
import { FileKeks } from '../../../src/infrastructure/keys/file-keks.js';
import { PostgresKeyVault } from '../../../src/infrastructure/keys/postgres-key-vault.js';
import { SecretFile } from '../../../src/infrastructure/keys/secret-file.js';
import { openPools, type Pools } from '../../../src/infrastructure/postgres/pools.js';
import { connected, freshDatabase, type TestDatabase } from '../../support/database.js';
import { logOfTest, type LogOfTest } from '../../support/log-of-test.js';
import { Program } from '../../support/program.js';
import { eventually } from '../../support/read-side.js';
import { FLIP_WRAPPED, whole } from '../../support/whole-keys.js';

const KEYS = 3_500;
const DIED = '2036-02-01T00:00:00.000Z' as Instant;
const derived = (key: VaultKey | null | undefined): string => Buffer.from((key as ActiveKey).derive(Buffer.from('test'))).toString('hex');

describe('The key that wraps keys, from the command line', () => {
  let database: TestDatabase;
  let log: LogOfTest;
  let pools: Pools;
  let stateDir: string;
  let system: System;
  let before: ReadonlyMap<string, string>;

  const environment = () => ({
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    STATE_DIR: stateDir,
    SIMULATED_CLOCK: '0',
    ...log.environment,
  });
  const start = (...line: readonly string[]): Program => Program.under(environment(), 'keys', ...line);
  /** The command line on one system of this installation, in this process: starting one takes seconds. */
  const mes = async (...line: readonly string[]) => {
    const said: string[] = [];
    const answers: string[] = [];
    const err = { write: (text: string) => said.push(text) > 0 };
    const out = { write: (text: string) => err.write(text) && answers.push(text) > 0 };
    const runtime = {
      environment: environment(),
      root: false,
      start: async () => ({ ...system, stop: async () => undefined }),
      generate: async () => [],
    };
    const code = await run(['--json', ...line], { runtime, out, err, interrupted: new Promise(() => undefined) });
    return { code, output: said.join(''), answer: answers.join('') };
  };
  const answered = async <T>(...line: readonly string[]): Promise<T> => {
    const { code, output, answer } = await mes(...line);
    expect({ code, output }).toMatchObject({ code: 0 });
    // Where it takes long, progress is told beside the answer.
    return JSON.parse(answer) as T;
  };
  const epochs = async () =>
    (await answered<{ epochs: { epoch: number; use: string; keys: number; here: boolean }[] }>('keys', 'epochs', '--count')).epochs.map(
      ({ epoch, use, keys, here }) => [epoch, use, keys, here] as const,
    );
  /** Another process: it knows the file as it is now. */
  const vault = async () =>
    new PostgresKeyVault(pools.pool('mes_vault'), new FileKeks(await SecretFile.open(join(stateDir, 'secrets.json'), {})));

  beforeAll(async () => {
    database = await freshDatabase();
    log = await logOfTest();
    stateDir = await mkdtemp(join(tmpdir(), 'mes-rotation-'));
    pools = openPools(database.url);
    system = await startSystem(settingsFrom(environment(), false), { roles: ['projections'] }, new Log(pinoFor('silent')));
    const [[epoch, use, there] = [], ...others] = await epochs();
    expect([epoch, use, others]).toEqual([1, 'open', []]);
    // With those that the system makes for itself at its first start, and the one under which it writes down what becomes of keys.
    const month = new Date().toISOString().slice(0, 7).replace('-', '');
    await (await vault()).keyFor(`${month}-keys`, 'monthly');
    const length = KEYS - 1 - Number(there);
    const keys = whole(await (await vault()).keysFor(Array.from({ length }, () => ({ owner: randomUUID(), purpose: 'life' as const }))));
    before = new Map(keys.map((key) => [key.id, derived(key)]));
  });
  afterAll(async () => {
    await system.stop();
    await pools.close();
    await log.stop();
    await database.drop();
    await rm(stateDir, { recursive: true });
  });

  const expectAllOpen = async (): Promise<void> => {
    const found = await (await vault()).keysById([...before.keys()]);
    expect(new Map([...found].map(([id, key]) => [id, derived(key)]))).toEqual(before);
  };
  /** Whoever rotates waits in front of the key with this number, in the order in which keys are wrapped anew. */
  const heldAt = async (number: number, meanwhile: () => Promise<void>): Promise<void> =>
    connected(database.url, async (client) => {
      await client.query('BEGIN');
      await client.query('SELECT id FROM vault.key WHERE id = (SELECT id FROM vault.key ORDER BY id OFFSET $1 LIMIT 1) FOR UPDATE', [
        number,
      ]);
      await meanwhile();
      await client.query('ROLLBACK');
    });
  const waiting = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

  it('is rotated, killed in the middle and gone on with, and every key stays what it was', async () => {
    await heldAt(2_500, async () => {
      const killed = start('rotate');
      await eventually(async () => expect(await database.rows(waiting)).toHaveLength(1));
      await killed.kill();
    });
    await eventually(async () => expect(await database.rows(waiting)).toHaveLength(0));
    expect(await epochs()).toEqual([
      [2, 'open', 2_000, true],
      [1, 'closed', 1_500, true],
    ]);
    await expectAllOpen();
    expect(await answered('keys', 'rotate')).toEqual({ epoch: 2, begun: false, wrapped: KEYS - 2_000, left: 0 });
    expect(await epochs()).toEqual([
      [2, 'open', KEYS, true],
      [1, 'empty', 0, true],
    ]);
    await expectAllOpen();
  });

  it('of an epoch that wraps a key, or of the newest, is not destroyed, nor in a trial', async () => {
    expect(await answered('keys', 'rotate', '--begin-only')).toEqual({ epoch: 3, begun: true, wrapped: 0, left: 0 });
    for (const line of [['2'], ['2', '--dry-run']])
      expect(await mes('keys', 'retire', ...line)).toMatchObject({
        code: 1,
        output: expect.stringContaining('epoch 2 still wraps keys') as string,
      });
    expect(await mes('keys', 'retire', '3')).toMatchObject({ code: 1, output: expect.stringContaining('newest') as string });
    expect(await mes('keys', 'retire', '9')).toMatchObject({ code: 1, output: expect.stringContaining('no epoch 9') as string });
    expect(await answered('keys', 'retire', '1', '--dry-run')).toEqual({ epoch: 1, dryRun: true });
    expect((await epochs()).map(([epoch]) => epoch)).toEqual([3, 2, 1]);
  });

  it('is destroyed once it wraps nothing: a backup of the table from before opens no key that was destroyed since', async () => {
    await database.rows('CREATE TABLE public.backup AS SELECT * FROM vault.key');
    const [doomed] = await database.rows('SELECT id, owner FROM vault.key WHERE purpose = 1 ORDER BY id LIMIT 1');
    const { id, owner } = doomed as { id: string; owner: string };
    await (await vault()).destroy(owner, 'life', DIED);
    // A key that does not open is passed, said, and written down by nobody as wrapped anew.
    const altered = [...before.keys()].find((one) => one !== id);
    await database.rows(FLIP_WRAPPED, [altered]);
    expect(await answered('keys', 'rotate')).toEqual({ epoch: 3, begun: false, wrapped: KEYS - 2, left: 1 });
    expect(await mes('keys', 'retire', '2')).toMatchObject({
      code: 1,
      output: expect.stringContaining('epoch 2 still wraps keys') as string,
    });
    await database.rows(FLIP_WRAPPED, [altered]);
    expect(await answered('keys', 'rotate')).toEqual({ epoch: 3, begun: false, wrapped: 1, left: 0 });
    for (const epoch of ['1', '2']) expect(await answered('keys', 'retire', epoch)).toEqual({ epoch: Number(epoch), dryRun: false });
    expect(await epochs()).toEqual([[3, 'open', KEYS - 1, true]]);
    expect((await (await vault()).keyById(id))?.state).toBe('destroyed');
    await expectToldOnce();
    await database.rows(`INSERT INTO vault.epoch (epoch) VALUES (2)`);
    await database.rows(`ALTER TABLE vault.key DISABLE TRIGGER dead_for_ever`);
    await database.rows('DELETE FROM vault.key');
    await database.rows('INSERT INTO vault.key SELECT * FROM public.backup');
    await expect((await vault()).keyById(id)).rejects.toThrow(StoreUnavailable);
    expect(await epochs()).toEqual([
      [3, 'open', 0, true],
      [2, 'open', KEYS, false],
    ]);
  });

  /** Every act stands in the audit log once, with who did it, whatever was killed on the way. */
  const expectToldOnce = async (): Promise<void> => {
    const acts = await answered<{ at: string; by: string; act: string; epoch: number; keys: number | null }[]>(
      ...['audit', 'keys', '--purpose', 'yearly review'],
    );
    expect(acts.map(({ act, epoch, keys }) => [act, epoch, keys])).toEqual([
      ['KekEpochBegun', 2, null],
      ['KeysRewrapped', 2, KEYS],
      ['KekEpochBegun', 3, null],
      ['KeysRewrapped', 3, KEYS - 1],
      ['KekEpochRetired', 1, null],
      ['KekEpochRetired', 2, null],
    ]);
    for (const { by } of acts) expect(by).toContain(userInfo().username);
    expect(acts.map(({ at }) => at)).toEqual(acts.map(({ at }) => at).toSorted());
  };
});
