import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultOfKept, KeptHead } from '../../../src/infrastructure/seal/kept-head.js';
import { signCheckpoint } from '../../../src/infrastructure/seal/note/checkpoint.js';
import { signerOf } from '../../../src/infrastructure/seal/note/signed-note.js';
import { EMPTY_EDGE, grow, rootOf } from '../../../src/infrastructure/seal/tree/growth.js';
import type { Tiles } from '../../../src/infrastructure/seal/tree/prove.js';

const ORIGIN = 'log.example/essai';
const signer = signerOf(ORIGIN, Buffer.alloc(32, 7));
const stranger = signerOf(ORIGIN, Buffer.alloc(32, 9));
const other = signerOf('other.example/essai', Buffer.alloc(32, 7));

/** A tree of so many leaves, with its tiles. `from`: the first leaf that is another than in the others. */
const treeOf = (size: number, from = size) => {
  const leaves = Buffer.concat(Array.from({ length: size }, (_, n) => Buffer.alloc(32, n < from ? n % 251 : 255)));
  const { edge, tiles } = grow(EMPTY_EDGE, leaves);
  const found = new Map(tiles.map(({ level, index, hashes }) => [`${level}/${index}`, hashes]));
  const missing = () => Promise.reject(new RangeError('no such tile'));
  const read: Tiles = { tile: async (level, index) => found.get(`${level}/${index}`) ?? missing() };
  return { size, root: rootOf(edge), tiles: read };
};
const headOf = (size: number, by = signer): string => signCheckpoint({ origin: by.name, size, root: treeOf(size).root }, [by]);

describe('The head beside the keys', () => {
  let folder: string;
  let path: string;
  let time: number;
  let alarms: string[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mes-kept-head-'));
    path = join(folder, 'seal-keys.json.head');
    time = 0;
    alarms = [];
  });
  afterEach(() => rm(folder, { recursive: true }));
  const keptAt = (place = path): KeptHead =>
    new KeptHead(
      place,
      (reason) => void alarms.push(reason),
      () => time,
    );
  const there = (): Promise<string> => readFile(path, 'utf8');

  it('is the signed note, in a file that only its owner may read, with nothing left beside it', async () => {
    await keptAt().take(headOf(3));
    expect(await there()).toBe(headOf(3));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['seal-keys.json.head']);
  });

  it('is not there before the first one', async () => {
    expect(await keptAt().read()).toBeNull();
  });

  it('waits for the disk once a second at most, and at an orderly end', async () => {
    const kept = keptAt();
    await kept.take(headOf(1));
    time = 999;
    await kept.take(headOf(2));
    await kept.settle();
    expect(await there()).toBe(headOf(1));
    time = 1_000;
    await kept.settle();
    expect(await there()).toBe(headOf(2));
    await kept.take(headOf(3));
    expect(await there()).toBe(headOf(2));
    await kept.flush();
    expect(await there()).toBe(headOf(3));
  });

  it('stays where another process of the machine wrote a larger one', async () => {
    await keptAt().take(headOf(5));
    await keptAt().take(headOf(4));
    expect(await there()).toBe(headOf(5));
    expect(alarms).toEqual([]);
  });

  it('is not written over what is no head: that is told once', async () => {
    await writeFile(path, 'nothing of ours', { mode: 0o600 });
    const kept = keptAt();
    for (const size of [1, 2, 3]) {
      await kept.take(headOf(size));
      time += 1_000;
    }
    expect(await there()).toBe('nothing of ours');
    expect(alarms).toEqual(['the newest signed head is not kept beside SEAL_KEY_FILE: this is no signed note']);
  });

  it('that cannot be written is told once, tried again, and told anew when it happens again', async () => {
    const place = join(folder, 'mount', 'head');
    const kept = keptAt(place);
    for (const size of [1, 2]) {
      await kept.take(headOf(size));
      time += 1_000;
    }
    expect(alarms).toEqual(['the newest signed head is not kept beside SEAL_KEY_FILE: ENOENT']);
    await mkdir(join(folder, 'mount'));
    await kept.settle();
    expect(await readFile(place, 'utf8')).toBe(headOf(2));
    await rm(join(folder, 'mount'), { recursive: true });
    time += 1_000;
    await kept.take(headOf(3));
    expect(alarms).toHaveLength(2);
  });

  describe('says of a seal', () => {
    const faultOf = async (seal: ReturnType<typeof treeOf>, verifiers = [signer]): Promise<string | null> =>
      faultOfKept(await keptAt().read(), seal, { tiles: seal.tiles, verifiers });

    it('nothing where none was kept', async () => {
      expect(await faultOf(treeOf(4))).toBeNull();
      expect(await faultOf(treeOf(0))).toBeNull();
    });

    it.each([1, 255, 256, 257, 300, 600])('nothing where that begins with its tree of %i leaves, or is of its size', async (size) => {
      await keptAt().take(headOf(size));
      for (const larger of [size, size + 1, 600]) expect(await faultOf(treeOf(larger))).toBeNull();
    });

    it.each([0, 1, 299])('that it was taken back, where it has %i leaves', async (size) => {
      await keptAt().take(headOf(300));
      expect(await faultOf(treeOf(size))).toBe(
        `the head kept beside SEAL_KEY_FILE is over 300 leaves, and the seal has ${size}: log and seal were taken back, or they are others`,
      );
    });

    it.each([
      [300, 299],
      [300, 0],
      [600, 299],
      [600, 255],
    ])('that it does not begin with it, where of %i leaves those from %i on are others', async (size, from) => {
      await keptAt().take(headOf(300));
      expect(await faultOf(treeOf(size, from))).toBe(
        `the seal of ${size} leaves does not begin with the head kept beside SEAL_KEY_FILE, over 300`,
      );
    });

    it('the same where old tiles were put beside new ones: each root alone would be right', async () => {
      await keptAt().take(headOf(300));
      const [old, forged] = [treeOf(300), treeOf(600, 299)];
      const patched = {
        ...forged,
        tiles: { tile: (level: number, index: number) => (level === 0 && index === 1 ? old : forged).tiles.tile(level, index) },
      };
      expect(await faultOf(patched)).toMatch(/^the seal of 600 leaves does not begin with/);
    });

    it('that it does not begin with it, where a tile is gone', async () => {
      await keptAt().take(headOf(300));
      const { tiles } = treeOf(0);
      expect(await faultOf({ ...treeOf(600), tiles })).toMatch(/^the seal of 600 leaves does not begin with/);
    });

    const written = (note: string, mode = 0o600) => writeFile(path, note, { mode }).then(() => chmod(path, mode));
    it.each([
      ['of another log', headOf(3, other), 'it is that of the log other.example/essai, and this one is log.example/essai'],
      ['signed by somebody else', headOf(3, stranger), 'nobody who is known signed the note'],
      ['altered', headOf(3).replace('\n3\n', '\n2\n'), 'a signature of the note does not hold'],
      ['cut off', headOf(3).slice(0, 40), 'this is no signed note'],
      ['empty', '', 'this is no signed note'],
    ])('that it is none of ours, where it was %s', async (_, note, reason) => {
      await written(note);
      expect(await faultOf(treeOf(3))).toBe(`the head kept beside SEAL_KEY_FILE is not one of ours: ${reason}`);
    });

    it('that it cannot be read, where others may read or change it, or it is no file', async () => {
      await written(headOf(3), 0o644);
      expect(await faultOf(treeOf(3))).toMatch(
        /^the head kept beside SEAL_KEY_FILE cannot be read: .* only its owner may \(mode 0600\)\.$/,
      );
      await rm(path);
      await mkdir(path, { mode: 0o600 });
      expect(await faultOf(treeOf(3))).toBe('the head kept beside SEAL_KEY_FILE cannot be read: EISDIR');
    });

    it('nothing where it was signed by a key that formerly signed', async () => {
      await written(headOf(3, stranger));
      expect(await faultOf(treeOf(3), [signer, stranger])).toBeNull();
    });
  });
});
