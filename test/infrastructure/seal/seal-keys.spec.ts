import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnsafeSecrets } from '../../../src/infrastructure/keys/private-file.js';
import { openCheckpoint, signCheckpoint } from '../../../src/infrastructure/seal/note/checkpoint.js';
import { verifierKey } from '../../../src/infrastructure/seal/note/signed-note.js';
import { SealKeys } from '../../../src/infrastructure/seal/seal-keys.js';

const ORIGIN = 'log.example/essai';

describe('The keys of the seal', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mes-seal-keys-'));
    path = join(folder, 'seal-keys.json');
  });
  afterEach(() => rm(folder, { recursive: true }));
  const open = (env: Record<string, string> = {}, sealed = false) => SealKeys.open(path, ORIGIN, { env, isSealed: async () => sealed });

  it('lie in a file that only its owner may read, made once by whoever comes first', async () => {
    const opened = await Promise.all([open(), open(), open()]);
    expect(new Set(opened.map(({ signers: [signer] }) => verifierKey(signer))).size).toBe(1);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await chmod(path, 0o640);
    await expect(open()).rejects.toThrow(UnsafeSecrets);
  });

  it('are not taken from a file in production, unless it is said that this is meant', async () => {
    await expect(open({ NODE_ENV: 'production' })).rejects.toThrow(UnsafeSecrets);
    expect((await open({ NODE_ENV: 'production', ALLOW_EMBEDDED_KEK: '1' })).signers).toHaveLength(1);
  });

  it('change one by one: the new one and the one before sign together, with ids of their own', async () => {
    const keys = await open();
    const [first] = keys.signers;
    const [second, overlapping] = await keys.rotate();
    expect(overlapping).toMatchObject({ id: first.id });
    expect(second.id).not.toBe(first.id);
    const { signers } = await open();
    const root = Buffer.alloc(32, 1);
    const note = signCheckpoint({ origin: ORIGIN, size: 1, root }, signers);
    for (const verifier of [first, second]) expect(openCheckpoint(note, [verifier]).size).toBe(1);
    const third = await keys.rotate();
    expect(third.map(({ id }) => id)).not.toContain(first.id);
    expect(third).toHaveLength(2);
    expect(await readFile(path, 'utf8')).not.toContain('undefined');
  });
  it('that formerly signed still verify, however often they were changed without a start in between', async () => {
    const {
      signers: [first],
    } = await open();
    const [second] = await (await open()).rotate();
    const [third] = await (await open()).rotate();
    const [fourth] = await (await open()).rotate();
    const { signers, verifiers } = await open();
    expect(signers.map(({ id }) => id)).toEqual([fourth.id, third.id]);
    expect(verifiers.map(({ id }) => id)).toEqual([fourth.id, third.id, second.id, first.id]);
    const note = signCheckpoint({ origin: ORIGIN, size: 1, root: Buffer.alloc(32, 1) }, [first]);
    expect(openCheckpoint(note, verifiers).size).toBe(1);
    const { retired, keys } = JSON.parse(await readFile(path, 'utf8')) as { retired: string[]; keys: Record<string, string> };
    expect(retired).toEqual([verifierKey(second), verifierKey(first)]);
    expect(Object.keys(keys)).toEqual(['3', '4']);
  });

  it('are read from a file that was written before there were retired ones', async () => {
    await writeFile(path, JSON.stringify({ v: 1, keys: { 1: Buffer.alloc(32, 1).toString('base64') } }), { mode: 0o600 });
    const { signers, verifiers } = await open();
    expect(verifiers).toEqual(signers);
  });

  it('are not read from a file with a retired one that is none', async () => {
    await writeFile(path, JSON.stringify({ v: 1, keys: { 1: Buffer.alloc(32, 1).toString('base64') }, retired: ['x'] }), { mode: 0o600 });
    await expect(open()).rejects.toThrow(UnsafeSecrets);
  });

  it('that were lost are not made anew once the log is sealed: it says what to do', async () => {
    await expect(open({}, true)).rejects.toThrow(/seal-keys\.json is not there, and the log is sealed under its keys: put it back/);
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
    await open();
    expect((await open({}, true)).signers).toHaveLength(1);
  });

  it('verify also what lost ones signed, once somebody named these', async () => {
    const {
      signers: [lost],
    } = await open();
    await rm(path);
    await (await open()).rotate([lost]);
    const { signers, verifiers } = await open();
    expect(signers.map(({ id }) => id)).not.toContain(lost.id);
    expect(verifiers.map(({ id }) => id)).toContain(lost.id);
  });
});
