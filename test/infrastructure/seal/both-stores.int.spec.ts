import type { Append, EventStore } from '../../../src/application/shared/event-store.js';
import { openCheckpoint } from '../../../src/infrastructure/seal/note/checkpoint.js';
import { BadProof, bundleOf, parseBundle, verifyBundle, type ProofBundle } from '../../../src/infrastructure/seal/proof-bundle.js';
import { Prover } from '../../../src/infrastructure/seal/prover.js';
import { receiptOf } from '../../../src/infrastructure/seal/sealed-receipts.js';
import { verifyTlogProof } from '../../../src/infrastructure/seal/tlog-proof.js';
import { proveConsistency } from '../../../src/infrastructure/seal/tree/prove.js';
import { verifyConsistency } from '../../../src/infrastructure/seal/tree/verify.js';
import { freshDatabase } from '../../support/database.js';
import { fixedLife } from '../../support/fixed-life.js';
import { naiveRoot } from '../../support/naive-merkle.js';
import { leafByHand, ORIGIN, sealed, sealOn, signer, type Seal } from '../../support/sealing.js';
import { openLoopbackStore } from '../event-store/kurrentdb.js';
import { storeOn } from '../event-store/postgres.js';
import { allOf, plain, written } from '../event-store/samples.js';

/** A log with its seal. */
interface Sealed {
  readonly store: EventStore;
  readonly seal: Seal;
  /** Both clocks that judge an append, its own and that of the store, stand where the append says. */
  append(append: Append): Promise<void>;
  close(): Promise<void>;
}

async function overPostgres(): Promise<Sealed> {
  const database = await freshDatabase();
  const store = storeOn(database);
  const seal = sealOn(database.url, store);
  return {
    store,
    seal,
    append: async (append) => {
      await database.rows('UPDATE log.clock SET offset_ms = $1', [append.at - Date.now()]);
      await written(store, append);
    },
    close: async () => {
      await seal.close();
      await store.close();
      await database.drop();
    },
  };
}

async function overKurrentDb(): Promise<Sealed> {
  let now = 0;
  const [database, opened] = await Promise.all([freshDatabase(), openLoopbackStore({}, { ahead: () => now - Date.now() })]);
  const seal = sealOn(database.url, opened.store);
  return {
    store: opened.store,
    seal,
    append: async (append) => {
      now = append.at;
      await written(opened.store, append);
    },
    close: async () => {
      await seal.close();
      await opened.close();
      await database.drop();
    },
  };
}

describe('The same events, appended in the same order to PostgreSQL and to EventStoreDB / KurrentDB', () => {
  // The last one comes later.
  const [life, later] = [fixedLife().slice(0, -1), fixedLife().at(-1)!];
  const SIZE = life.length;
  /** Computed once, by RFC 6962 word for word: nothing that lies in a log may ever give another one. */
  const ROOT = 'BciNoD0IPVny/rSW+85oqXdwiHxRKS1W1HT2EEqGks4=';
  let postgres: Sealed;
  let kurrent: Sealed;
  const both = (): readonly Sealed[] => [postgres, kurrent];

  beforeAll(async () => {
    [postgres, kurrent] = await Promise.all([overPostgres(), overKurrentDb()]);
    for (const { append, seal, store } of both()) {
      for (const one of life) await append(one);
      seal.sealer.start();
      await sealed(seal, store);
    }
  });
  afterAll(async () => {
    for (const log of both()) await log.close();
  });

  const tilesOf = async ({ seal: { tree } }: Sealed): Promise<readonly string[]> => {
    const levels = await Promise.all([0, 1, 2].map((level) => tree.tiles(level, 0, 100)));
    return levels.flatMap((tiles, level) => tiles.map(({ index, hashes }) => `${level}/${index} ${Buffer.from(hashes).toString('hex')}`));
  };
  const noteOf = async ({ seal: { tree } }: Sealed): Promise<string> => (await tree.signed())!.note;
  const proverOf = ({ store, seal: { tree, heads } }: Sealed): Prover => new Prover(store, tree, heads);

  it('lie in both with the same bytes, each store having positions of its own', async () => {
    const [one, other] = [await allOf(postgres.store, 0n), await allOf(kurrent.store, 0n)];
    const sent = life.flatMap(({ events }) => events).map(plain);
    expect(one.map(plain)).toEqual(sent);
    expect(other.map(plain)).toEqual(sent);
    expect(other.map(({ position }) => position)).not.toEqual(one.map(({ position }) => position));
  });

  it('give the same leaves in the same order: the same stream and revision at each index', async () => {
    const [one, other] = await Promise.all(
      both().map(async ({ seal: { tree } }) => (await tree.leafTiles(0, 10)).flatMap(({ entries }) => entries)),
    );
    const expected = life.map(({ stream, expected: before }) => ({ stream, rev: before + 1 }));
    expect(one!.map(({ stream, rev }) => ({ stream, rev }))).toEqual(expected);
    expect(other!.map(({ stream, rev }) => ({ stream, rev }))).toEqual(expected);
  });

  it('give the same tiles, byte by byte: a full one of leaves, one that is not, and the one above', async () => {
    const [one, other] = await Promise.all(both().map(tilesOf));
    expect(other).toEqual(one);
    expect(one!.map((tile) => tile.split(' ')[0])).toEqual(['0/0', '0/1', '1/0']);
  });

  it('give the same root, which is that of RFC 6962 over them, today as on the first day', async () => {
    const byHand = naiveRoot(life.flatMap(({ events }) => events.map(leafByHand)));
    expect(Buffer.from(byHand).toString('base64')).toBe(ROOT);
    for (const log of both()) expect((await log.seal.tree.signed())?.root).toEqual(byHand);
  });

  it('give the same checkpoint to the last letter, signature included, since the key is the same', async () => {
    const [one, other] = await Promise.all(both().map(noteOf));
    expect(other).toBe(one);
    expect(one!.startsWith(`${ORIGIN}\n${SIZE}\n${ROOT}\n\n`)).toBe(true);
  });

  const swapped: readonly (readonly [string, () => Sealed, () => Sealed])[] = [
    ['PostgreSQL', () => postgres, () => kurrent],
    ['KurrentDB', () => kurrent, () => postgres],
  ];
  it.each(swapped)('what was proven over %s holds against the checkpoint of the other one', async (_, of, against) => {
    const checkpoint = await noteOf(against());
    for (const index of [0, 1, 255, 256, SIZE - 1]) {
      const { stream, expected } = life[index]!;
      const proof = { ...(await proverOf(of()).prove(stream, expected + 1)), checkpoint };
      expect(verifyBundle(parseBundle(JSON.stringify(bundleOf(proof))), [signer])).toMatchObject({ size: SIZE });
      const { proof: text, event } = receiptOf(proof);
      expect(verifyTlogProof(text, event, (note) => openCheckpoint(note, [signer]))).toMatchObject({ index, head: { size: SIZE } });
    }
  });

  it.each(swapped)('the events of %s hold under the proofs of the other one, and altered ones do not', async (_, of, by) => {
    const { stream, expected } = life[77]!;
    const proof = bundleOf(await proverOf(by()).prove(stream, expected + 1));
    const { header, bodyDigest } = bundleOf(await proverOf(of()).prove(stream, expected + 1));
    const mixed: ProofBundle = { ...proof, header, bodyDigest };
    expect(verifyBundle(mixed, [signer])).toMatchObject({ size: SIZE });
    expect(() => verifyBundle({ ...mixed, header: { ...header, by: 'staff' } }, [signer])).toThrow(BadProof);
  });

  it('and a log that grew over the one continues the head that was signed over the other', async () => {
    const before = (await postgres.seal.tree.signed())!;
    await kurrent.append(later);
    await sealed(kurrent.seal, kurrent.store);
    const after = (await kurrent.seal.tree.signed())!;
    const proof = await proveConsistency(kurrent.seal.tree, before.size, after.size);
    const claim = { from: before.size, fromRoot: before.root, to: after.size, toRoot: after.root, proof };
    expect([before.size, after.size]).toEqual([SIZE, SIZE + 1]);
    expect(verifyConsistency(claim)).toBe(true);
    await postgres.append({ ...later });
    await sealed(postgres.seal, postgres.store);
    expect(await noteOf(postgres)).toBe(await noteOf(kurrent));
  });

  it('without anything that the sealer of either would raise an alarm for', () => {
    expect(both().flatMap(({ seal }) => seal.alarms)).toEqual([]);
  });
});
