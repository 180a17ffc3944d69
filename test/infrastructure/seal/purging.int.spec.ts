import { createHash, randomUUID } from 'node:crypto';
import type { EventBytes } from '../../../src/application/shared/event-store.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import { instantOf } from '../../../src/domain/shared/time.js';
import type { PostgresEventStore } from '../../../src/infrastructure/eventstore/postgres/postgres-event-store.js';
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

  it('under a certificate over less than the stream are found', async () => {
    await certify([certified.slice(0, 4)]);
    await sealed(seal, store);
    await remove('space-one');
    expect(await check()).toMatchObject({ purged: 0, count: 5 });
  });

  it('under a certificate that is not sealed itself are found', async () => {
    await seal.sealer.stop();
    await certify([certified]);
    await remove('space-one');
    expect(await check()).toMatchObject({ purged: 0, count: 5 });
  });
});
