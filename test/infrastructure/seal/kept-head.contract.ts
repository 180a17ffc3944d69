import { randomUUID } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import type { EventStore } from '../../../src/application/shared/event-store.js';
import { KeptHead } from '../../../src/infrastructure/seal/kept-head.js';
import { openCheckpoint } from '../../../src/infrastructure/seal/note/checkpoint.js';
import { Monitor } from '../../../src/infrastructure/seal/monitor.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/read-side.js';
import { newHeadFile, sealable, sealed, sealOn, signer, type Seal } from '../../support/sealing.js';
import { newStream, written, type OpenedStore } from '../event-store/samples.js';

const SHARED = 270;
const LOST = 30;

const fail = (reason: string): never => {
  throw new Error(reason);
};

/** A log and its seal that were taken back together agree with each other. The head that lies outside of both says what was there. */
export const keptHeadContract = (name: string, open: () => Promise<OpenedStore>): void => {
  describe(`The head outside of a seal over ${name}`, () => {
    /** The log as it was, and the one of an earlier moment: both begin with the same events. */
    let logs: readonly [OpenedStore, OpenedStore];
    let databases: readonly [TestDatabase, TestDatabase];
    let headFile: string;
    let seals: Seal[];
    beforeEach(async () => {
      [logs, databases] = await Promise.all([Promise.all([open(), open()]), Promise.all([freshDatabase(), freshDatabase()])]);
      headFile = newHeadFile();
      seals = [];
      await append(
        logs.map(({ store }) => store),
        SHARED,
      );
    });
    afterEach(async () => {
      for (const one of seals) await one.close();
      for (const log of logs) await log.close();
      for (const database of databases) await database.drop();
      await rm(headFile, { force: true });
    });

    /** The same events in each of these stores. */
    const append = async (stores: readonly EventStore[], count: number): Promise<void> => {
      const [stream, at] = [newStream(), Date.now()];
      const events = Array.from({ length: count }, (_, n) => sealable(stream, n, at));
      for (const store of stores) await written(store, { stream, expected: -1, at, events });
    };
    const seal = (which: 0 | 1, options = {}): Seal => {
      const made = sealOn(databases[which].url, logs[which].store, options);
      seals.push(made);
      return made;
    };
    /** Seals all there is, and ends. */
    const sealAll = async (which: 0 | 1, options = {}): Promise<Seal> => {
      const one = seal(which, options);
      one.sealer.start();
      await sealed(one, logs[which].store);
      await one.sealer.stop();
      return one;
    };
    const keptSize = async (): Promise<number> => openCheckpoint(await readFile(headFile, 'utf8'), [signer]).size;
    /** The log as it was is sealed, with its head outside; the other one ends before. */
    const lose = async (): Promise<void> => {
      await append([logs[0].store], LOST);
      await sealAll(0, { headFile });
      await sealAll(1);
    };
    const expectStopped = async (reason: string): Promise<void> => {
      const one = seal(1, { headFile });
      const { size } = await one.tree.head();
      const before = await readFile(headFile, 'utf8');
      one.sealer.start();
      await eventually(async () => expect((await one.tree.head()).trouble).toBe(reason));
      await append([logs[1].store], 2);
      await one.sealer.stop();
      expect((await one.tree.head()).size).toBe(size);
      expect(one.alarms).toEqual([`sealing stopped: ${reason}`]);
      expect(await readFile(headFile, 'utf8')).toBe(before);
      const found = await new Monitor(logs[1].store, one.tree, [signer], { kept: one.kept }).check();
      expect(found.findings).toEqual([{ kind: 'seal', index: null, stream: null, rev: null, detail: reason }]);
    };

    it('is the newest one that was signed, in a file of its owner, once its sealer has ended', async () => {
      const one = seal(0, { headFile });
      one.sealer.start();
      await sealed(one, logs[0].store);
      await eventually(async () => expect(await keptSize()).toBe(SHARED));
      expect((await stat(headFile)).mode & 0o777).toBe(0o600);
      for (const count of [3, 2]) {
        await append([logs[0].store], count);
        await sealed(one, logs[0].store);
      }
      await one.sealer.stop();
      expect(await keptSize()).toBe(SHARED + 5);
      expect(one.alarms).toEqual([]);
      const { tree, kept } = one;
      expect(await new Monitor(logs[0].store, tree, [signer], { kept }).check()).toMatchObject({ count: 0, size: SHARED + 5, left: [] });
    });

    it('stops a sealer whose log and seal were taken back together', async () => {
      await lose();
      const sizes = `over ${SHARED + LOST} leaves, and the seal has ${SHARED}`;
      await expectStopped(`the head kept beside SEAL_KEY_FILE is ${sizes}: log and seal were taken back, or they are others`);
    });

    it.each([LOST, LOST + 1, LOST + 400])('stops him also once %i other events were written and sealed behind the gap', async (count) => {
      await lose();
      await append([logs[1].store], count);
      await sealAll(1);
      const [larger, kept] = [SHARED + count, SHARED + LOST];
      await expectStopped(`the seal of ${larger} leaves does not begin with the head kept beside SEAL_KEY_FILE, over ${kept}`);
    });

    it('lets him go on where it is behind the seal: another machine sealed meanwhile, or its sealer was killed before it was written', async () => {
      await sealAll(0, { headFile });
      const first = await readFile(headFile, 'utf8');
      await append([logs[0].store], 300);
      await sealAll(0);
      expect(await readFile(headFile, 'utf8')).toBe(first);
      await append([logs[0].store], 5);
      const { alarms } = await sealAll(0, { headFile });
      expect(alarms).toEqual([]);
      expect(await keptSize()).toBe(SHARED + 305);
    });

    it('lets him go on where it is not there, which a comparison says, and is there with the next head', async () => {
      const { tree, kept } = await sealAll(0);
      const compared = await new Monitor(logs[0].store, tree, [signer], { kept: new KeptHead(headFile, fail) }).check();
      expect(compared).toMatchObject({
        count: 0,
        left: ['the seal with the head kept beside SEAL_KEY_FILE: there is none on this machine'],
      });
      expect(await new Monitor(logs[0].store, tree, [signer], { kept }).check()).toMatchObject({ count: 0, left: [] });
      await append([logs[0].store], 1);
      const { alarms } = await sealAll(0, { headFile });
      expect(alarms).toEqual([]);
      expect(await keptSize()).toBe(SHARED + 1);
    });

    it('stops nobody where it cannot be written: that is told once', async () => {
      const nowhere = `${headFile}-${randomUUID()}/head`;
      const one = seal(0, { headFile: nowhere, every: 1 });
      one.sealer.start();
      for (const count of [1, 2]) {
        await sealed(one, logs[0].store);
        await append([logs[0].store], count);
      }
      await sealed(one, logs[0].store);
      await one.sealer.stop();
      expect((await one.tree.head()).trouble).toBeNull();
      expect(one.alarms).toEqual(['the newest signed head is not kept beside SEAL_KEY_FILE: ENOENT']);
    });
  });
};
