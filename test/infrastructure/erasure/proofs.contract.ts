import type { Tagged } from '../../../src/domain/shared/decider.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { DeletionLedger } from '../../../src/infrastructure/erasure/deletion-ledger.js';
import { Monitor } from '../../../src/infrastructure/seal/monitor.js';
import { bundleOf, verifyBundle, type ProofBundle } from '../../../src/infrastructure/seal/proof-bundle.js';
import { Prover } from '../../../src/infrastructure/seal/prover.js';
import { spaceFacts } from '../../support/enrolment-facts.js';
import { erasureWorld, type ErasureWorld } from '../../support/erasure-world.js';
import type { OpenedLog } from '../../support/logs.js';
import { sealed, signer } from '../../support/sealing.js';
import { allOf } from '../event-store/samples.js';

/** What was proven of a space while it was there stays proven when nothing of it is left. */
export const proofsContract = (name: string, openLog: () => Promise<OpenedLog>): void => {
  describe(`Of a space that was destroyed over ${name}`, () => {
    let opened: OpenedLog;
    let world: ErasureWorld;
    let gone: readonly StreamName[];
    let before: readonly ProofBundle[];

    beforeAll(async () => {
      opened = await openLog();
      world = await erasureWorld(undefined, opened.openStore);
      world.side.projector.start();
      const [doomed, other] = [await world.space(), await world.space()];
      await world.close(doomed);
      const { revision } = await world.log.journal.read(`space-${doomed.id}`);
      await world.write(`space-${doomed.id}`, revision, { ...spaceFacts.DestructionRequested, ground: 'ERASURE' } as Tagged);
      gone = [`space-${doomed.id}`, `record-${doomed.id}`, doomed.veil];
      await sealed(world.seal, world.log.store);
      before = await provenOf([...gone, `passage-${doomed.id}`, `space-${other.id}`]);
      const eraser = await world.eraser();
      await eraser.destruction.request(doomed.id, 'ERASURE', world.archivedUntil);
      await world.toTheEnd(eraser, doomed.id);
      await world.space();
      await sealed(world.seal, world.log.store);
    });
    afterAll(async () => {
      await world.side.projector.stop();
      await world.end();
      await opened.end();
    });

    const provenOf = async (streams: readonly StreamName[]): Promise<readonly ProofBundle[]> => {
      const prover = new Prover(world.log.store, world.seal.tree, world.seal.heads);
      return (await Promise.all(streams.map((stream) => prover.prove(stream, 0)))).map(bundleOf);
    };
    const check = () => new Monitor(world.log.store, world.seal.tree, [signer], { ledger: new DeletionLedger(world.ledgerPath) }).check();
    const lying = async (): Promise<number> => (await allOf(world.log.store, 0n)).filter(({ stream }) => gone.includes(stream)).length;

    it('nothing can be read by its names any more', async () => {
      const read = await world.log.store.readMany(gone);
      expect(gone.map((stream) => read.get(stream))).toEqual([[], [], []]);
    });

    it('the proofs that were handed out still hold, without anybody who would have to be asked', () => {
      for (const bundle of before) expect(verifyBundle(bundle, [signer]).size).toBeGreaterThan(bundle.index);
      expect(before).toHaveLength(5);
    });

    it('the comparison of log and seal finds nothing wrong, as long as its bytes lie on disks and when they do not', async () => {
      const { size } = await world.seal.tree.head();
      const left = await lying();
      expect(await check()).toMatchObject({ count: 0, to: size, purged: 10 - left, left: [] });
      await opened.scavenge();
      expect(await lying()).toBe(0);
      expect(await check()).toMatchObject({ count: 0, to: size, purged: 10, left: [] });
    });

    it('whoever seals goes on behind the hole, also when it starts anew, and proves what comes then', async () => {
      await world.seal.sealer.stop();
      const { id } = await world.space();
      world.seal.sealer.start();
      await sealed(world.seal, world.log.store);
      expect(world.seal.alarms).toEqual([]);
      expect((await provenOf([`space-${id}`])).map((bundle) => verifyBundle(bundle, [signer]).size)).toEqual([
        (await world.seal.tree.head()).size,
      ]);
      expect(await check()).toMatchObject({ count: 0, purged: 10 });
    });
  });
};
