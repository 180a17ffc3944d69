import { randomUUID } from 'node:crypto';
import type { EventBytes } from '../../../src/application/shared/event-store.js';
import { openCheckpoint } from '../../../src/infrastructure/seal/note/checkpoint.js';
import { Monitor } from '../../../src/infrastructure/seal/monitor.js';
import { bundleOf, verifyBundle } from '../../../src/infrastructure/seal/proof-bundle.js';
import { Prover } from '../../../src/infrastructure/seal/prover.js';
import { receiptOf } from '../../../src/infrastructure/seal/sealed-receipts.js';
import { verifyTlogProof } from '../../../src/infrastructure/seal/tlog-proof.js';
import { proveInclusion } from '../../../src/infrastructure/seal/tree/prove.js';
import { verifyInclusion } from '../../../src/infrastructure/seal/tree/verify.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { naiveRoot } from '../../support/naive-merkle.js';
import { appendSealable, fill, leafByHand, ORIGIN, sealed, sealOn, signer, type Seal } from '../../support/sealing.js';
import { allOf, identity, type OpenedStore } from '../event-store/samples.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The seal over any adapter of the port EventStore is the tree over the events in their order: the same over every store. Positions are opaque to it. */
export const sealingContract = (name: string, open: () => Promise<OpenedStore>): void => {
  describe(`The seal over ${name}`, () => {
    let opened: OpenedStore;
    let database: TestDatabase;
    let appended: EventBytes[];
    const seals: Seal[] = [];
    const seal = (options = {}): Seal => {
      const made = sealOn(database.url, opened.store, options);
      seals.push(made);
      return made;
    };
    beforeAll(async () => {
      [opened, database] = await Promise.all([open(), freshDatabase()]);
      appended = [...(await fill(opened.store, 90))];
    });
    afterAll(async () => {
      for (const one of seals) await one.close();
      await opened.close();
      await database.drop();
    });

    const expectTree = async ({ tree }: Seal): Promise<void> => {
      const signed = await tree.signed();
      const root = naiveRoot(appended.map(leafByHand));
      expect(signed && { size: signed.size, root: hex(signed.root) }).toEqual({ size: appended.length, root: hex(root) });
      expect(openCheckpoint(signed?.note ?? '', [signer])).toEqual({ origin: ORIGIN, size: appended.length, root });
    };

    it('is the tree over its events in their order, signed', async () => {
      const one = seal();
      one.sealer.start();
      await sealed(one, opened.store);
      await expectTree(one);
      expect(one.alarms).toEqual([]);
    });

    it('knows each leaf by stream, revision and position', async () => {
      const [{ tree } = seal()] = seals;
      const tiles = await tree.leafTiles(0, 10);
      const events = await allOf(opened.store, 0n);
      expect(tiles.flatMap(({ entries }) => entries)).toEqual(events.map(({ stream, rev, position }) => ({ stream, rev, position })));
      expect(events.map(identity)).toHaveLength(appended.length);
    });

    it('proves each event', async () => {
      const [{ tree } = seal()] = seals;
      const size = appended.length;
      const root = naiveRoot(appended.map(leafByHand));
      for (const index of [0, 1, 127, size - 2, size - 1]) {
        const leaf = leafByHand(appended[index]!);
        expect(verifyInclusion({ leaf, index, size, proof: await proveInclusion(tree, index, size), root })).toBe(true);
      }
    });

    it('hands out proofs of single events, by place and by id, that hold without it', async () => {
      const [{ tree, heads } = seal()] = seals;
      const prover = new Prover(opened.store, tree, heads);
      const [, , stored] = await allOf(opened.store, 0n);
      const proof = await prover.prove(stored!.stream, stored!.rev);
      const bundle = bundleOf(proof);
      expect(verifyBundle(bundle, [signer])).toMatchObject({ size: appended.length });
      expect(bundle.index).toBe(2);
      const { proof: text, event } = receiptOf(proof);
      expect(verifyTlogProof(text, event, (note) => openCheckpoint(note, [signer]))).toMatchObject({
        index: 2,
        head: { size: appended.length },
      });
      expect(await prover.proveById(String(bundle.header['id']))).toEqual(proof);
    });

    it('is found to agree with the log, in whole and in part', async () => {
      const [{ tree } = seal()] = seals;
      const monitor = new Monitor(opened.store, tree, [signer]);
      expect(await monitor.check()).toMatchObject({ count: 0, to: appended.length });
      expect(await monitor.check({ from: 40, to: 90 })).toMatchObject({ count: 0 });
    });

    it('goes on where it was when one process ends and another one takes over, while events come in', async () => {
      const [first = seal()] = seals;
      const second = seal();
      second.sealer.start();
      for (let n = 0; n < 40; n += 1) {
        appended.push(...(await appendSealable(opened.store, `space-${randomUUID()}`, -1, 1 + (n % 9))));
        if (n === 20) await first.sealer.stop();
      }
      await sealed(second, opened.store);
      await expectTree(second);
      expect([...first.alarms, ...second.alarms]).toEqual([]);
    });
  });
};
