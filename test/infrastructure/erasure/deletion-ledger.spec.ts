import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrokenLedger, DeletionLedger, type Destroyed, type LedgerEntry } from '../../../src/infrastructure/erasure/deletion-ledger.js';

const entryOf = (space: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  v: 1,
  on: '2026-11-22T08:00:00.000Z',
  space,
  scope: 'SPACE',
  ground: 'ERASURE',
  streams: [`space-${space}`],
  blobs: [],
  ...more,
});

const pagesOf = async (ledger: DeletionLedger, most?: number) => {
  const pages: (readonly Destroyed[])[] = [];
  for await (const page of ledger.pages(most)) pages.push(page);
  return pages;
};
const linesOf = async (ledger: DeletionLedger) => (await pagesOf(ledger)).flat();
const wholeOf = async (ledger: DeletionLedger) => ledger.whole(await linesOf(ledger));

describe('The deletion ledger', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mes-ledger-'));
    path = join(folder, 'apart', 'ledger.jsonl');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is empty where nothing was destroyed yet, and for its owner alone', async () => {
    expect(await pagesOf(new DeletionLedger(path))).toEqual([]);
    await new DeletionLedger(path).add(entryOf('a'), null);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('tells every destruction once, however often it was written', async () => {
    const ledger = new DeletionLedger(path);
    for (const entry of [entryOf('a'), entryOf('b'), entryOf('a'), entryOf('a', { scope: 'TRACE' })]) await ledger.add(entry, null);
    expect(await wholeOf(ledger)).toEqual([entryOf('a'), entryOf('b'), entryOf('a', { scope: 'TRACE' })]);
  });

  it('bears a line that a crash cut, at the end and when the next one follows', async () => {
    const ledger = new DeletionLedger(path);
    await ledger.add(entryOf('a'), null);
    await ledger.add(entryOf('b'), null);
    const whole = await readFile(path);
    const second = whole.lastIndexOf('{"v"');
    for (let end = whole.length - 3; end >= second; end -= 1) {
      await writeFile(path, whole.subarray(0, end));
      expect(await wholeOf(ledger)).toEqual([entryOf('a')]);
      await ledger.add(entryOf('b'), null);
      expect(await wholeOf(ledger)).toEqual([entryOf('a'), entryOf('b')]);
    }
  });

  it('is read piece by piece, and remembers of each destruction no more than it needs: together they are more than memory holds', async () => {
    const ledger = new DeletionLedger(path);
    const many = Array.from({ length: 40 }, (_, n) =>
      entryOf(`é${n}`, { blobs: Array.from({ length: 300 }, (__, m) => `blob é ${n} ${m}`) }),
    );
    for (const entry of many) await ledger.add(entry, null);
    expect((await stat(path)).size).toBeGreaterThan(2 * 65_536);
    const entries = await linesOf(ledger);
    expect(entries).toEqual(many.map(({ streams: _, blobs: __, ...entry }) => entry));
    expect(await ledger.whole(entries.slice(20, 22))).toEqual(many.slice(20, 22));
  });

  it('is handed out page by page, every line of it, so that nobody holds more than one page', async () => {
    const ledger = new DeletionLedger(path);
    for (const space of ['a', 'b', 'c', 'a', 'd']) await ledger.add(entryOf(space), null);
    const spacesOf = async () => (await pagesOf(ledger, 2)).map((page) => page.map(({ space }) => space));
    expect(await spacesOf()).toEqual([['a', 'b'], ['c', 'a'], ['d']]);
    await appendFile(path, '{"v":1,"on":"2026-11-22T08:0');
    expect(await spacesOf()).toEqual([['a', 'b'], ['c', 'a'], ['d']]);
    await appendFile(path, '\nnot ours\n');
    await expect(spacesOf()).rejects.toThrow(BrokenLedger);
  });

  it('says which streams it names, whatever else lies in it, and that it is not there', async () => {
    const ledger = new DeletionLedger(path);
    const asked = new Set(['space-a', 'space-b', 'passage-a'] as const);
    expect(await ledger.naming(asked)).toBeNull();
    await ledger.add(entryOf('a'), null);
    await appendFile(path, '\nnull\nnot ours\n{"v":1,"streams":["space-b"');
    expect(await ledger.naming(asked)).toEqual(new Set(['space-a']));
    await ledger.add(entryOf('a', { scope: 'TRACE', streams: ['passage-a'] }), null);
    expect(await ledger.naming(asked)).toEqual(new Set(['space-a', 'passage-a']));
  });

  it('opens nothing when something else wrote into it', async () => {
    const ledger = new DeletionLedger(path);
    await ledger.add(entryOf('a'), null);
    await appendFile(path, 'not ours\n');
    await expect(linesOf(ledger)).rejects.toThrow(BrokenLedger);
  });

  const digests = [1, 2].map((n) => Buffer.alloc(32, n));
  const [one = Buffer.alloc(0), other = Buffer.alloc(0)] = digests;
  const known = (digest: Buffer, lifted = 0) => ({ digest, lifted });

  it('says of nobody which space was his: digests lie apart, by themselves, all with the same date', async () => {
    const ledger = new DeletionLedger(path);
    await ledger.add(entryOf('a'), known(other));
    await ledger.add(entryOf('b'), known(one));
    const text = await readFile(path, 'utf8');
    for (const form of ['base64', 'hex'] as const) for (const digest of digests) expect(text).not.toContain(digest.toString(form));
    const apart = await readdir(`${path}.persons`);
    expect(apart.sort()).toEqual(digests.map((digest) => digest.toString('hex')));
    const files = await Promise.all(apart.map((name) => stat(join(`${path}.persons`, name))));
    expect(files.map(({ mtimeMs, size, mode }) => [mtimeMs, size, mode & 0o777])).toEqual([
      [0, 1, 0o600],
      [0, 1, 0o600],
    ]);
  });

  it('counts how often a person was destroyed, by lines of before too, each once, which alone make nobody known', async () => {
    const ledger = new DeletionLedger(path);
    for (let n = 0; n < 2; n++) await ledger.add({ ...entryOf('a'), suppression: one.toString('base64') }, null);
    expect(await ledger.suppressed()).toEqual(new Map());
    await ledger.add(entryOf('b'), known(one));
    await ledger.add(entryOf('c'), known(other));
    expect(await ledger.suppressed()).toEqual(
      new Map([
        [one.toString('hex'), 2],
        [other.toString('hex'), 1],
      ]),
    );
  });

  it('counts a destruction once, however often its line was written; the next one is counted when he was let back in between', async () => {
    const ledger = new DeletionLedger(path);
    for (let n = 0; n < 3; n++) await ledger.add(entryOf('a'), known(one));
    expect([...(await ledger.suppressed()).values()]).toEqual([1]);
    for (let n = 0; n < 2; n++) await ledger.add(entryOf('b'), known(one, 1));
    expect([...(await ledger.suppressed()).values()]).toEqual([2]);
  });

  it('is half a ledger without the folder of digests, and then opens nothing; lines of before need none', async () => {
    const ledger = new DeletionLedger(path);
    await ledger.add({ ...entryOf('a'), suppression: null }, null);
    await rm(`${path}.persons`, { recursive: true });
    expect(await linesOf(ledger)).toHaveLength(1);
    await ledger.add(entryOf('b'), known(one));
    await rm(`${path}.persons`, { recursive: true });
    await expect(linesOf(ledger)).rejects.toThrow(`${path}.persons`);
  });
});
