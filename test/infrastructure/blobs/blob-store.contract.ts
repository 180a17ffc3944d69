import fc from 'fast-check';
import { BlobNameTaken, type BlobName, type BlobStore, type StoredBlob } from '../../../src/application/record/blob-store.js';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import { bytesOf, collected, failure, freshName, inSteps } from './bytes.js';

/** A store that is empty, and what a test may do to it. */
export interface OpenedBlobs {
  readonly store: BlobStore;
  /** The same place, as another process opens it. */
  another(): Promise<BlobStore>;
  /** What lies there and is no object: drafts, parts. */
  leftovers(): Promise<number>;
  goAway(): Promise<void>;
  close(): Promise<void>;
}

const MIB = 1024 * 1024;
/** Sizes around those where an adapter changes how it writes. */
const SIZES = [0, 1, 70_000, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 12 * MIB];
class SourceBroke extends Error {}
async function* breakingAfter(size: number): AsyncGenerator<Uint8Array> {
  yield* inSteps(bytesOf(size), 500_000);
  throw new SourceBroke();
}
const listed = async (store: BlobStore): Promise<StoredBlob[]> => {
  const all: StoredBlob[] = [];
  for await (const page of store.list()) all.push(...page);
  return all;
};
const put = async (store: BlobStore, bytes: Uint8Array, name = freshName()): Promise<BlobName> => {
  expect(await store.put(name, inSteps(bytes, 500_000))).toEqual({ size: bytes.length });
  return name;
};

/** Every adapter of the port BlobStore passes these rules, unchanged. */
export const blobStoreContract = (adapter: string, open: () => Promise<OpenedBlobs>): void => {
  let opened: OpenedBlobs;
  let store: BlobStore;
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });
  afterEach(() => opened.close());

  describe(`${adapter} keeps what it is given:`, () => {
    it.each(SIZES)('%p bytes, to the byte, also for another process', async (size) => {
      const bytes = bytesOf(size);
      const name = await put(store, bytes);
      expect((await collected(await store.get(name))).equals(bytes)).toBe(true);
      expect((await collected(await (await opened.another()).get(name))).equals(bytes)).toBe(true);
      expect(await opened.leftovers()).toBe(0);
    });

    it('any range is a slice of it, cut to what there is', async () => {
      const bytes = bytesOf(200_000);
      const name = await put(store, bytes);
      const place = fc.oneof(fc.constantFrom(0, 1, 199_999, 200_000, 200_001), fc.nat(250_000));
      await fc.assert(
        fc.asyncProperty(place, place, async (one, other) => {
          const [start, end] = [Math.min(one, other), Math.max(one, other)];
          expect((await collected(await store.get(name, { start, end }))).equals(bytes.subarray(start, end))).toBe(true);
        }),
        { numRuns: 60 },
      );
    });

    it('an empty object has empty ranges', async () => {
      const name = await put(store, bytesOf(0));
      expect(await collected(await store.get(name, { start: 0, end: 10 }))).toHaveLength(0);
      expect(await collected(await store.get(name, { start: 0, end: 0 }))).toHaveLength(0);
    });

    it('many at once', async () => {
      const all = await Promise.all(
        Array.from({ length: 12 }, async (_, index) => [await put(store, bytesOf(1_000 * index)), index] as const),
      );
      for (const [name, index] of all) expect(await collected(await store.get(name))).toEqual(bytesOf(1_000 * index));
    });

    it('whoever stops reading in the middle hinders nobody', async () => {
      const name = await put(store, bytesOf(3 * MIB));
      for await (const part of (await store.get(name)) ?? []) if (part.length > 0) break;
      expect(await collected(await store.get(name, { start: 5, end: 9 }))).toEqual(bytesOf(9).subarray(5));
      await store.delete(name);
    });
  });

  describe(`${adapter} never changes an object:`, () => {
    it.each([10, 6 * MIB])('a name that is taken is refused, and what lay there stays (%p bytes)', async (size) => {
      const name = await put(store, bytesOf(100));
      expect(await failure(store.put(name, inSteps(bytesOf(size))))).toBeInstanceOf(BlobNameTaken);
      expect(await collected(await store.get(name))).toEqual(bytesOf(100));
      expect(await opened.leftovers()).toBe(0);
    });

    it.each([20, 5 * MIB])('of many who put the same name one succeeds, and its bytes are whole (%p bytes and more)', async (size) => {
      const name = freshName();
      const outcomes = await Promise.all(
        [1, 2, 3, 4].map((more) =>
          store.put(name, inSteps(bytesOf(size + more), 500_000)).catch((error: unknown) => {
            expect(error).toBeInstanceOf(BlobNameTaken);
          }),
        ),
      );
      const winners = outcomes.flatMap((outcome) => outcome?.size ?? []);
      expect(winners).toHaveLength(1);
      expect((await collected(await store.get(name))).equals(bytesOf(winners[0] ?? 0))).toBe(true);
      expect(await opened.leftovers()).toBe(0);
    });
  });

  describe(`${adapter} shows nothing that is not whole:`, () => {
    it.each([0, 20, 6 * MIB])('a source that breaks after %p bytes leaves nothing, and its error is the answer', async (size) => {
      const name = freshName();
      expect(await failure(store.put(name, breakingAfter(size)))).toBeInstanceOf(SourceBroke);
      expect(await store.get(name)).toBeNull();
      expect(await listed(store)).toEqual([]);
      expect(await opened.leftovers()).toBe(0);
      await put(store, bytesOf(7), name);
    });

    it('nothing can be read while it is written', async () => {
      const name = freshName();
      const seen: unknown[] = [];
      const source = async function* () {
        yield* inSteps(bytesOf(11 * MIB), 500_000);
        seen.push(await store.get(name), await listed(store));
      };
      await store.put(name, source());
      expect(seen).toEqual([null, []]);
      expect(await listed(store)).toHaveLength(1);
    });
  });

  describe(`${adapter} forgets:`, () => {
    it('what was deleted is not there, twice as well as once', async () => {
      const [gone, kept] = [await put(store, bytesOf(5)), await put(store, bytesOf(6))];
      await store.delete(gone);
      await store.delete(gone);
      expect(await store.get(gone)).toBeNull();
      expect((await listed(store)).map(({ name }) => name)).toEqual([kept]);
    });

    it('what never was there is nothing, whole or in part', async () => {
      const name = freshName();
      for (const range of [undefined, { start: 0, end: 5 }, { start: 3, end: 3 }]) expect(await store.get(name, range)).toBeNull();
    });
  });

  describe(`${adapter} lists:`, () => {
    it('each object once, with its size and when it was written, over as many pages as there are', async () => {
      const before = Date.now();
      const sizes = Array.from({ length: 25 }, (_, index) => index * 10);
      const names = await Promise.all(sizes.map((size) => put(store, bytesOf(size))));
      const found = await listed(store);
      const bySize = [...found].sort((a, b) => a.size - b.size);
      expect(bySize.map(({ name, size }) => [name, size])).toEqual(names.map((name, index) => [name, sizes[index]]));
      // Stores tell the time in seconds, or by the clock of a disk.
      for (const { writtenAt } of found) expect(Math.abs(writtenAt - before)).toBeLessThan(30_000);
    });
  });

  describe(`${adapter} takes no other names:`, () => {
    it.each(['', '.', '..', '../../outside', 'a/b', 'a.b', 'a\\b', 'a\0', '%2e%2e', 'é', 'a'.repeat(101)])('%j', async (text) => {
      const name = text as BlobName;
      expect(await failure(store.put(name, inSteps(bytesOf(1))))).toBeInstanceOf(RangeError);
      expect(await failure(store.get(name))).toBeInstanceOf(RangeError);
      expect(await failure(store.delete(name))).toBeInstanceOf(RangeError);
    });

    it.each(['-', '_', 'A', '0', 'a'.repeat(100)])('but %j is one', async (name) => {
      await put(store, bytesOf(3), name as BlobName);
      expect(await collected(await store.get(name as BlobName))).toEqual(bytesOf(3));
    });
  });

  describe(`${adapter}, when it is away,`, () => {
    it('says so, and does not call anything missing', async () => {
      const name = await put(store, bytesOf(5));
      await opened.goAway();
      for (const attempt of [
        () => store.put(freshName(), inSteps(bytesOf(5))),
        () => store.put(freshName(), inSteps(bytesOf(6 * MIB), MIB)),
        () => store.get(name),
        () => store.get(name, { start: 1, end: 2 }),
        () => store.delete(name),
        () => listed(store),
      ]) {
        expect(await failure(attempt())).toBeInstanceOf(StoreUnavailable);
      }
    });
  });
};
