import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ActiveKey } from '../../../src/application/shared/key-vault.js';
import { BadBody, sealAgainst, unsealAgainst } from '../../../src/infrastructure/eventstore/sealed-body.js';
import { activeKey, keyInUse } from '../../../src/infrastructure/keys/active-key.js';
import { unwrapKey, wrapKey } from '../../../src/infrastructure/keys/key-wrap.js';
import { pack, unpack } from '../../../src/infrastructure/threads/packed.js';
import { CryptoThreads } from '../../../src/infrastructure/threads/crypto-threads.js';

const MANY = 700;
const keys = Array.from({ length: 20 }, (_, n) => activeKey(`key-${n}`, randomBytes(32)));
const keyOf = (n: number): ActiveKey => keys[n % keys.length] as ActiveKey;
const closings = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    key: keyOf(n),
    header: Buffer.from(`{"n":${n}}`),
    plaintext: Buffer.from(`what is said in ${n}`),
  }));
const sealedOf = (count: number) =>
  closings(count).map(({ key, header, plaintext }) => ({ key, header, body: sealAgainst(key, header, plaintext) }));
const textOf = (opened: Uint8Array | BadBody | null): string => {
  if (opened === null || opened instanceof BadBody) throw new Error('it did not open');
  return Buffer.from(opened).toString('utf8').trimEnd();
};

describe('Threads beside the main one', () => {
  let threads: CryptoThreads;
  beforeEach(() => void (threads = new CryptoThreads(2)));
  afterEach(() => threads.close());

  it('seal what then opens in place, each under its own key and header, in the order given', async () => {
    const bodies = await threads.seal(closings(MANY));
    expect(bodies).toHaveLength(MANY);
    closings(MANY).forEach(({ key, header, plaintext }, n) =>
      expect(textOf(unsealAgainst(key, header, bodies[n] as Uint8Array))).toBe(plaintext.toString()),
    );
  });

  it('open what was sealed in place', async () => {
    const opened = await threads.open(sealedOf(MANY));
    expect(opened.map(textOf)).toEqual(closings(MANY).map(({ plaintext }) => plaintext.toString()));
  });

  it('refuse an altered body alone, in the words of the codec', async () => {
    const all = sealedOf(MANY);
    const [altered, cut] = [all[3]?.body, all[500]];
    if (altered === undefined || cut === undefined) throw new Error('too few');
    altered[20] = (altered[20] ?? 0) ^ 1;
    all[500] = { ...cut, body: cut.body.subarray(1) };
    const opened = await threads.open(all);
    expect(opened[3]).toEqual(new BadBody('the body was altered, or belongs to another event or key'));
    expect(opened[500]).toEqual(new BadBody('the body is not of the sealed form'));
    expect(opened.filter((one) => one instanceof BadBody)).toHaveLength(2);
  });

  it('leave to the caller what is not worth handing over, and what lies under a key that cannot be handed over', async () => {
    expect(await threads.open(sealedOf(3))).toEqual([null, null, null]);
    const own = { ...keyOf(0), id: 'own', state: 'active' as const, derive: (context: Uint8Array) => keyOf(0).derive(context) };
    const foreign = closings(100).map((closing) => ({ ...closing, key: own }));
    const bodies = await threads.seal(foreign);
    foreign.forEach(({ header, plaintext }, n) =>
      expect(textOf(unsealAgainst(keyOf(0), header, bodies[n] as Uint8Array))).toBe(plaintext.toString()),
    );
  });

  it('make keys whose wrapped form gives the same key again', async () => {
    const kek = createSecretKey(randomBytes(32));
    const { secrets, wrapped } = await threads.freshKeys(MANY, kek);
    const again = (await threads.unwrap({ keks: [kek], kekOf: new Uint32Array(MANY), wrapped })).flatMap((one) => one ?? []);
    const context = Buffer.from('use\0');
    const derived = (some: typeof secrets) => some.map((secret) => Buffer.from(keyInUse('', secret).derive(context)).toString('hex'));
    expect(derived(again)).toEqual(derived(secrets));
    expect(new Set(derived(secrets)).size).toBe(MANY);
    const [first] = unpack(wrapped);
    expect(derived([createSecretKey(unwrapKey(kek, first as Buffer))])).toEqual(derived(secrets).slice(0, 1));
  });

  it('give nothing for a wrapped key that does not open, and all the others', async () => {
    const [kek, other] = [createSecretKey(randomBytes(32)), createSecretKey(randomBytes(32))];
    const wrapped = pack(Array.from({ length: 100 }, (_, n) => wrapKey(n === 50 ? other : kek, randomBytes(32))));
    for (const some of [threads, new CryptoThreads(0)]) {
      const opened = await some.unwrap({ keks: [kek], kekOf: new Uint32Array(100), wrapped });
      expect(opened.flatMap((one, n) => (one === null ? n : []))).toEqual([50]);
    }
  });

  it('that were closed, or end early, leave everything to be done in place', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mes-threads-'));
    const program = join(folder, 'ends.mjs');
    await writeFile(program, 'import { parentPort } from "node:worker_threads"; parentPort.once("message", () => process.exit(3));');
    const dying = new CryptoThreads(2, pathToFileURL(program));
    await threads.close();
    for (const some of [threads, dying]) {
      const bodies = await some.seal(closings(MANY));
      closings(MANY).forEach(({ key, header, plaintext }, n) =>
        expect(textOf(unsealAgainst(key, header, bodies[n] as Uint8Array))).toBe(plaintext.toString()),
      );
    }
    await dying.close();
    await rm(folder, { recursive: true });
  });
});
