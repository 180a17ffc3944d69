import { createSecretKey } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadWrap, unwrapKey, wrapKey } from '../../../src/infrastructure/keys/key-wrap.js';
import { replacePrivate, UnsafeSecrets } from '../../../src/infrastructure/keys/private-file.js';
import { SecretFile } from '../../../src/infrastructure/keys/secret-file.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mes-secrets-'));
  path = join(folder, 'secrets.json');
});
afterEach(() => rm(folder, { recursive: true }));

const exported = (file: SecretFile) => file.all('kek').map(({ secret }) => secret.export().toString('hex'));

describe('the secrets file', () => {
  it('is created at the first start, for its owner only, and found again at the second', async () => {
    const first = await SecretFile.open(path, {});
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(exported(await SecretFile.open(path, {}))).toEqual(exported(first));
  });

  it('is created once when many processes start together, and nothing is left beside it', async () => {
    const opened = await Promise.all(Array.from({ length: 20 }, () => SecretFile.open(path, {})));
    expect(new Set(opened.map((file) => exported(file)[0])).size).toBe(1);
    expect(await readdir(folder)).toEqual(['secrets.json']);
  });

  it.each([0o640, 0o604, 0o660, 0o700])('is refused with the mode %o', async (mode) => {
    await SecretFile.open(path, {});
    await chmod(path, mode);
    await expect(SecretFile.open(path, {})).rejects.toThrow(UnsafeSecrets);
  });

  it('is refused behind a symbolic link', async () => {
    await SecretFile.open(path, {});
    await symlink(path, join(folder, 'link'));
    await expect(SecretFile.open(join(folder, 'link'), {})).rejects.toThrow();
  });

  it('is refused in production, unless that is said to be meant', async () => {
    await expect(SecretFile.open(path, { NODE_ENV: 'production' })).rejects.toThrow(UnsafeSecrets);
    expect(await readdir(folder)).toEqual([]);
    await expect(SecretFile.open(path, { NODE_ENV: 'production', ALLOW_EMBEDDED_KEK: '1' })).resolves.toBeDefined();
  });

  it('keeps older epochs behind the newest, and forgets one only when told', async () => {
    const file = await SecretFile.open(path, {});
    const [old] = exported(file);
    expect(await file.add('kek')).toBe(2);
    expect(file.all('kek').map(({ epoch }) => epoch)).toEqual([2, 1]);
    expect(exported(file)[1]).toBe(old);
    await expect(file.remove('kek', 2)).rejects.toThrow(UnsafeSecrets);
    await file.remove('kek', 1);
    expect(file.of('kek', 1)).toBeUndefined();
    expect(await readFile(path, 'utf8')).not.toContain(Buffer.from(old!, 'hex').toString('base64'));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('leaves no copy beside it: neither when it cannot be put in its place, nor when a process died before it was', async () => {
    const file = await SecretFile.open(path, {});
    await file.add('kek');
    await writeFile(`${path}.0123456789ab`, await readFile(path));
    await writeFile(`${path}.mine`, 'a copy that somebody made');
    await file.remove('kek', 1);
    expect((await readdir(folder)).sort()).toEqual(['secrets.json', 'secrets.json.mine']);

    const taken = join(folder, 'taken.json');
    await mkdir(join(taken, 'by a folder'), { recursive: true });
    await expect(replacePrivate(taken, { v: 1 })).rejects.toThrow();
    expect((await readdir(folder)).sort()).toEqual(['secrets.json', 'secrets.json.mine', 'taken.json']);
  });
});

describe('wrapping keys', () => {
  const hex = (text: string) => Buffer.from(text, 'hex');
  const kek = createSecretKey(hex('000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F'));
  const bytes = hex('00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F');
  const wrapped = '28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21';

  it('is AES Key Wrap as RFC 3394 section 4.6 has it', () => {
    expect(wrapKey(kek, bytes).toString('hex')).toBe(wrapped);
    expect(unwrapKey(kek, hex(wrapped))).toEqual(bytes);
  });

  it('refuses what this key did not wrap', () => {
    expect(() => unwrapKey(createSecretKey(Buffer.alloc(32)), hex(wrapped))).toThrow(BadWrap);
    expect(() => unwrapKey(kek, hex(wrapped.replace('28', '29')))).toThrow(BadWrap);
  });
});
