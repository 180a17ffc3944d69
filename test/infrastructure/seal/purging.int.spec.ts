import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventBytes, EventStore } from '../../../src/application/shared/event-store.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { instantOf } from '../../../src/domain/shared/time.js';
import type { PostgresEventStore } from '../../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
import { DeletionLedger } from '../../../src/infrastructure/erasure/deletion-ledger.js';
import { writeHeader } from '../../../src/infrastructure/eventstore/header.js';
import { Monitor } from '../../../src/infrastructure/seal/monitor.js';
import { connected, freshDatabase, type TestDatabase } from '../../support/database.js';
import { appendSealable, fill, leafByHand, sealed, sealOn, signer, type Seal } from '../../support/sealing.js';
import { silenceGuards } from '../../support/tampering.js';
import { storeOn } from '../event-store/postgres.js';
import { written } from '../event-store/samples.js';

/** As a certificate of destruction lies in the log: clear, number and digest of leaf hashes for each stream, no stream named. */
const certificateOf = (stream: StreamName, at: number, doomed: readonly (readonly EventBytes[])[]): EventBytes => {
  const parts = doomed.map((events) => {
    const digest = createHash('sha256');
    for (const event of events) digest.update(leafByHand(event));
    return { digest: digest.digest('base64url'), events: events.length };
  });
  return {
    header: writeHeader({
      at: instantOf(at),
      by: 'system',
      id: randomUUID(),
      key: randomUUID(),
      rev: 0,
      stream,
      tv: 1,
      type: 'SpaceDestroyed',
      v: 1,
    }),
    body: Buffer.concat([
      Buffer.of(0),
      Buffer.from(JSON.stringify({ d: { ground: 'ERASURE', parts }, m: {}, t: 'SpaceDestroyed', tv: 1 })),
    ]),
  };
};

describe('Streams that were removed', () => {
  let database: TestDatabase;
  let store: PostgresEventStore;
  let seal: Seal;
  let certified: readonly EventBytes[];
  beforeEach(async () => {
    database = await freshDatabase();
    store = storeOn(database);
    seal = sealOn(database.url, store);
    certified = await appendSealable(store, 'space-one', -1, 3);
    await fill(store, 130);
    await appendSealable(store, 'space-two', -1, 2);
    certified = [...certified, ...(await appendSealable(store, 'space-one', 2, 2))];
    seal.sealer.start();
    await sealed(seal, store);
  });
  afterEach(async () => {
    await seal.close();
    await store.close();
    await database.drop();
  });

  const certify = async (doomed: readonly (readonly EventBytes[])[]): Promise<void> => {
    const at = Date.now();
    const event = certificateOf('audit-202611-a', at, doomed);
    await written(store, { stream: 'audit-202611-a', expected: -1, at, events: [event] });
  };
  const remove = (...streams: readonly string[]): Promise<void> =>
    connected(database.url, async (db) => {
      await silenceGuards(db);
      await db.query('DELETE FROM log.event WHERE stream = ANY ($1)', [streams]);
    });
  const check = (range = {}) => new Monitor(store, seal.tree, [signer]).check(range);

  it('under a sealed certificate that covers them are no finding, in the whole log and in each part of it', async () => {
    await certify([certified]);
    await sealed(seal, store);
    await remove('space-one');
    expect(await check()).toMatchObject({ purged: 5, count: 0 });
    expect(await check({ to: 10 })).toMatchObject({ purged: 3, count: 0 });
    expect(await check({ from: 10 })).toMatchObject({ purged: 2, count: 0 });
  });

  it('are no finding, however few of their leaves may wait', async () => {
    await certify([certified]);
    await sealed(seal, store);
    await remove('space-one');
    const patient = (waiting: number) => new Monitor(store, seal.tree, [signer], { limits: { waiting } }).check();
    for (const waiting of [1, 2, 3]) expect(await patient(waiting)).toMatchObject({ purged: 5, count: 0 });
  });

  it('let the comparison give way and stop while it looks for their certificates', async () => {
    await certify([certified]);
    await sealed(seal, store);
    await remove('space-one', 'space-two');
    const to = 3;
    const steps: number[] = [];
    const stop = new Error('enough');
    const stoppedAt = (last: number) =>
      new Monitor(store, seal.tree, [signer]).check({ from: 0, to: 3 }, (done) => {
        if (steps.push(done) === last) throw stop;
      });
    await stoppedAt(Infinity);
    expect(steps).toEqual([0, to, to]);
  });

  it('besides those that it covers are found', async () => {
    await certify([certified]);
    await sealed(seal, store);
    await remove('space-one', 'space-two');
    const { purged, findings } = await check();
    expect(purged).toBe(5);
    expect(findings.map(({ kind, stream, rev }) => ({ kind, stream, rev }))).toEqual([
      { kind: 'deleted', stream: 'space-two', rev: 0 },
      { kind: 'deleted', stream: 'space-two', rev: 1 },
    ]);
  });

  describe('and a ledger of what was destroyed, outside of the database', () => {
    let folder: string;
    let path: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mes-ledger-'));
      path = join(folder, 'ledger.jsonl');
      await certify([certified]);
      await sealed(seal, store);
      await remove('space-one');
    });
    afterEach(() => rm(folder, { recursive: true }));
    const checkBeside = (limits = {}) => new Monitor(store, seal.tree, [signer], { ledger: new DeletionLedger(path), limits }).check();
    const destroyed = (...streams: readonly string[]) =>
      writeFile(path, `\n${JSON.stringify({ v: 1, space: 'one', scope: 'SPACE', streams })}\n`);

    it('that names them are no finding', async () => {
      await destroyed('passage-one', 'space-one');
      expect(await checkBeside()).toMatchObject({ purged: 5, count: 0, left: [] });
    });

    it('that names others are found: somebody wrote the certificate himself', async () => {
      await destroyed('space-two');
      for (const limits of [{}, { waiting: 2 }]) {
        const { purged, findings } = await checkBeside(limits);
        expect(purged).toBe(0);
        expect(findings.map(({ kind, stream, rev }) => ({ kind, stream, rev }))).toEqual(
          [0, 1, 2, 3, 4].map((rev) => ({ kind: 'deleted', stream: 'space-one', rev })),
        );
        expect(new Set(findings.map(({ detail }) => detail))).toEqual(
          new Set(['under a certificate that the deletion ledger does not know']),
        );
      }
    });

    it('that is on another machine are believed, and that is said', async () => {
      const left = ['certificates of destruction with the deletion ledger: it is not on this machine'];
      expect(await checkBeside()).toMatchObject({ purged: 5, count: 0, left, settles: true });
      expect(await check()).toMatchObject({ purged: 5, count: 0, left });
      expect((await check({ from: 20 })).left).toEqual(left);
      expect((await check({ from: 20, to: 30 })).left).toEqual([]);
    });
  });

  it('under a certificate over less than the stream are found', async () => {
    await certify([certified.slice(0, 4)]);
    await sealed(seal, store);
    await remove('space-one');
    expect(await check()).toMatchObject({ purged: 0, count: 5 });
  });

  /** Compares a log from which the stream is removed once the comparison has begun. */
  const checkWhileRemoved = async (afterwards: () => Promise<void> = () => Promise.resolve()) => {
    let removing: Promise<void> | undefined;
    const removed = async (): Promise<void> => {
      await certify([certified]);
      await sealed(seal, store);
      await remove('space-one');
      await afterwards();
    };
    const readAll: EventStore['readAll'] = async function* (after, categories) {
      await (removing ??= removed());
      yield* store.readAll(after, categories);
    };
    return new Monitor({ readAll }, seal.tree, [signer]).check();
  };

  it('while they were compared are no finding, under a certificate that was sealed meanwhile', async () => {
    const { size } = await seal.tree.head();
    expect(await checkWhileRemoved()).toMatchObject({ size, purged: 5, count: 0 });
    expect((await seal.tree.head()).size).toBe(size + 1);
  });

  it.each([
    ['head nobody signed', `UPDATE seal.checkpoint SET note = 'no note' WHERE size = (SELECT max(size) FROM seal.checkpoint)`],
    ['leaf is another', `UPDATE seal.tile SET hashes = substr(hashes, 1, length(hashes) - 1) || '\\x00' WHERE level = 0 AND index = 1`],
  ])('while they were compared are found, where of what was sealed meanwhile the %s', async (_, harm) => {
    const { findings, purged } = await checkWhileRemoved(() =>
      connected(database.url, async (db) => (await silenceGuards(db), void (await db.query(harm)))),
    );
    expect(purged).toBe(0);
    expect(findings[0]).toMatchObject({ kind: 'seal', index: null });
    expect(findings.slice(1).map(({ stream }) => stream)).toEqual(Array(5).fill('space-one'));
  });

  it('under a certificate that is not sealed itself are found', async () => {
    await seal.sealer.stop();
    await certify([certified]);
    await remove('space-one');
    expect(await check()).toMatchObject({ purged: 0, count: 5 });
  });
});
