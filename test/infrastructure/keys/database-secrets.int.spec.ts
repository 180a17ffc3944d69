import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSecrets } from '../../../src/infrastructure/keys/database-secrets.js';
import { FileKeks } from '../../../src/infrastructure/keys/file-keks.js';
import { KekEpochs } from '../../../src/infrastructure/keys/kek-epochs.js';
import { PostgresKeyVault } from '../../../src/infrastructure/keys/postgres-key-vault.js';
import { UnsafeSecrets } from '../../../src/infrastructure/keys/private-file.js';
import { SecretFile } from '../../../src/infrastructure/keys/secret-file.js';
import { openPools, type Pools } from '../../../src/infrastructure/postgres/pools.js';
import { settingsFrom } from '../../../src/infrastructure/settings/settings.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { inside } from '../../support/system.js';

describe('The secrets of a database', () => {
  let database: TestDatabase;
  let pools: Pools;
  let folder: string;
  beforeEach(async () => {
    database = await freshDatabase();
    pools = openPools(database.url);
    folder = await mkdtemp(join(tmpdir(), 'mes-secrets-of-'));
    for (const machine of ['here', 'there', 'elsewhere']) await mkdir(join(folder, machine), { mode: 0o700 });
  });
  afterEach(async () => {
    await pools.close();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const at = (machine: string): string => join(folder, machine, 'secrets.json');
  const open = (machine: string): Promise<SecretFile> => openSecrets(at(machine), {}, pools.pool('mes_vault'));
  /** A process as it starts on this machine. */
  const start = async (machine: string) => {
    const file = await open(machine);
    const keks = new FileKeks(file);
    const epochs = new KekEpochs(pools.pool('mes_vault'), file, keks);
    await epochs.ensure();
    return { epochs, vault: new PostgresKeyVault(pools.pool('mes_vault'), keks) };
  };
  const lived = async () => {
    const { epochs, vault } = await start('here');
    await vault.keysFor(Array.from({ length: 5 }, () => ({ owner: randomUUID(), purpose: 'life' as const })));
    return { epochs, vault };
  };
  const keksOf = (file: SecretFile): readonly string[] => file.all('kek').map(({ secret }) => secret.export().toString('hex'));
  const epochs = async () => (await database.rows('SELECT epoch FROM vault.epoch ORDER BY epoch')).map(({ epoch }) => epoch);

  it('are made once for a new database, by however many processes of a machine', async () => {
    const opened = await Promise.all(Array.from({ length: 5 }, () => open('here')));
    expect(new Set(opened.flatMap(keksOf)).size).toBe(1);
    expect(await epochs()).toEqual([1]);
  });

  it('are made by one of two machines that start a new database together: the other makes none of its own', async () => {
    const begun = await Promise.allSettled([open('here'), open('there')]);
    expect(begun.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(begun.find(({ status }) => status === 'rejected')).toMatchObject({ reason: expect.any(UnsafeSecrets) });
    expect([...(await readdir(join(folder, 'here'))), ...(await readdir(join(folder, 'there')))]).toEqual(['secrets.json']);
  });

  it('are not made anew where they are missing: the file that is meant is named, and none is left behind', async () => {
    await lived();
    await expect(open('there')).rejects.toThrow(UnsafeSecrets);
    await expect(open('there')).rejects.toThrow(`${at('there')} is not there`);
    await expect(open('nowhere')).rejects.toThrow(`${at('nowhere')} is not there`);
    expect(await readdir(join(folder, 'there'))).toEqual([]);
    await copyFile(at('here'), at('there'));
    expect(keksOf(await open('there'))).toEqual(keksOf(await open('here')));
  });

  it('need their folder: that it is not there is not said of the database', async () => {
    await expect(open('nowhere')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await epochs()).toEqual([]);
  });

  it('are those of this database: a file of another installation is refused before it brings an epoch along', async () => {
    await lived();
    const other = await SecretFile.open(at('elsewhere'), {});
    await expect(open('elsewhere')).rejects.toThrow(`${at('elsewhere')} opens no key of this database`);
    await other.add('kek');
    await expect(open('elsewhere')).rejects.toThrow(UnsafeSecrets);
    await other.remove('kek', 1);
    await expect(open('elsewhere')).rejects.toThrow(UnsafeSecrets);
    expect(await epochs()).toEqual([1]);
  });

  it('hold an epoch of it: a file left behind goes on until the last one that it knows is retired', async () => {
    const { epochs: rotating } = await lived();
    await copyFile(at('here'), at('there'));
    await rotating.begin();
    await rotating.rewrap();
    await expect(open('there')).resolves.toBeDefined();
    await rotating.destroy(1);
    await expect(open('there')).rejects.toThrow(UnsafeSecrets);
    await expect(open('here')).resolves.toBeDefined();
  });

  it('are recognised by keys that nothing is read with, and by the others where one is damaged', async () => {
    const { vault } = await lived();
    const owner = randomUUID();
    for (const purpose of ['content', 'trace'] as const) await vault.keyFor(owner, purpose);
    await database.rows(`DELETE FROM vault.release`);
    await database.rows(
      `UPDATE vault.key SET wrapped = decode(repeat('00', 40), 'hex') WHERE id = (SELECT id FROM vault.key WHERE purpose = 1 ORDER BY id LIMIT 1)`,
    );
    await expect(open('here')).resolves.toBeDefined();
    expect(await database.rows('SELECT * FROM vault.release')).toEqual([]);
  });

  it('are asked for at every start: neither a lost file nor a foreign one gets a process going', async () => {
    const settings = (machine: string) =>
      settingsFrom({ NODE_ENV: 'test', DATABASE_URL: database.url, STATE_DIR: join(folder, machine), LOG_LEVEL: 'silent' }, false);
    await inside(settings('here'), ({ vault }) => vault.keyFor(randomUUID(), 'life'));
    await SecretFile.open(at('elsewhere'), {});
    for (const machine of ['there', 'elsewhere'])
      await expect(inside(settings(machine), () => Promise.resolve())).rejects.toThrow(UnsafeSecrets);
    expect(await readdir(join(folder, 'there'))).not.toContain('secrets.json');
    await inside(settings('here'), () => Promise.resolve());
  });
});
