import { randomUUID } from 'node:crypto';
import { streamIn, type BlobName } from '../../src/application/record/blob-store.js';
import { namedInLog } from '../../src/application/record/named-blobs.js';
import { sweepOrphans, type SweepCounts } from '../../src/application/record/orphan-sweep.js';
import type { EventStore } from '../../src/application/shared/event-store.js';
import type { FactReader } from '../../src/application/shared/fact-reader.js';
import type { Tagged } from '../../src/domain/shared/decider.js';
import type { StreamName } from '../../src/domain/shared/fact.js';
import { instantOf } from '../../src/domain/shared/time.js';
import { LogReader } from '../../src/infrastructure/eventstore/log-reader.js';
import * as d from '../support/documents.js';
import { spaceFacts } from '../support/enrolment-facts.js';
import { flip } from '../support/lying-log.js';
import { copyFacts, documentFacts } from '../support/record-facts.js';
import { callerAs, recordWorld, textDeposit, upload, type RecordWorld } from '../support/record-world.js';

const A_DAY_LATER = 25 * 3_600_000;
const HIDDEN = { confidentiality: ['INVISIBLE_PATIENT'] } as const;
const counts = (more: Partial<SweepCounts>): SweepCounts => ({ seen: 0, kept: 0, deleted: 0, tooYoung: 0, outOfReach: 0, ...more });

let world: RecordWorld;
let asked: StreamName[];
beforeEach(async () => {
  world = await recordWorld();
  asked = [];
});
afterEach(() => world.close());

/** A store that can be asked for chosen streams and for nothing else, not for its log. */
const reader = (): Pick<FactReader, 'readMany'> => {
  const readMany: EventStore['readMany'] = (streams) => {
    asked.push(...streams);
    return world.log.store.readMany(streams);
  };
  return new LogReader({ readMany } as EventStore, world.log.journal);
};
const sweep = (log = reader()): Promise<SweepCounts> =>
  sweepOrphans({ blobs: world.blobs, named: namedInLog(log), now: Date.now() + A_DAY_LATER });
const lying = async () => (await world.names()).toSorted();

interface Lying {
  readonly space: string;
  readonly document: string;
  readonly stream: StreamName;
  readonly blob: BlobName;
}
/** Bytes whose event was never written. */
const orphanIn = async (space: string, stream: StreamName = `record-${space}`): Promise<Lying> => {
  const document = randomUUID();
  const { blob } = await world.bytes.write({ space, document, stream }, upload('octets').bytes);
  return { space, document, stream, blob: blob as BlobName };
};
/** A document in a stream of its own. */
const documentIn = async (space: string = randomUUID(), stream: StreamName = `record-${space}`): Promise<Lying> => {
  const lies = await orphanIn(space, stream);
  const { VeilOpened, DocumentDeposited, DocumentDescribed } = documentFacts(space, lies.document, { blob: lies.blob });
  const veil = stream.startsWith('veil-') ? [VeilOpened] : [];
  await world.write(stream, -1, [...veil, DocumentDeposited, DocumentDescribed]);
  return lies;
};
/** A closed space with a document and an orphan. */
const closed = async (): Promise<{ readonly space: string; readonly blobs: readonly BlobName[] }> => {
  const { space, blob } = await documentIn();
  const orphan = await orphanIn(space);
  await world.log.vault.moveContent(space, 'archived');
  return { space, blobs: [blob, orphan.blob] };
};
const settle = async (): Promise<void> => {
  for (const { id } of await world.log.quarantine.all()) await world.log.quarantine.settle(id, 'RELEASED');
};

describe('The sweep of orphans', () => {
  it('goes on although a space is closed: what belongs to that one is kept and counted apart', async () => {
    const shut = await closed();
    const open = await documentIn();
    await orphanIn(open.space);
    expect(await sweep()).toEqual(counts({ seen: 4, kept: 1, deleted: 1, outOfReach: 2 }));
    expect(await lying()).toEqual([...shut.blobs, open.blob].toSorted());
  });

  it('takes a space that was reopened for one as any other', async () => {
    const { space, blobs } = await closed();
    await sweep();
    await world.log.vault.moveContent(space, 'active');
    expect(await sweep()).toEqual(counts({ seen: 2, kept: 1, deleted: 1 }));
    expect(await lying()).toEqual([blobs[0]]);
  });

  it('keeps what lies in a space that is reopened at the very moment it was read', async () => {
    const { space, blobs } = await closed();
    const inner = reader();
    const reopening: typeof inner = {
      readMany: async (streams) => {
        const met = await inner.readMany(streams);
        await world.log.vault.moveContent(space, 'active');
        return met;
      },
    };
    expect(await sweep(reopening)).toEqual(counts({ seen: 2, outOfReach: 2 }));
    expect(await lying()).toEqual(blobs.toSorted());
  });

  it('takes away what a destroyed space left, whether its stream is still there or was never', async () => {
    const { space } = await documentIn();
    await orphanIn(space);
    await orphanIn(randomUUID());
    const stays = await documentIn();
    await world.log.vault.destroyRing(space, instantOf(Date.now()));
    expect(await sweep()).toEqual(counts({ seen: 4, kept: 1, deleted: 3 }));
    expect(await lying()).toEqual([stays.blob]);
  });

  it('keeps the bytes of a document whose key died alone: another one takes care of those', async () => {
    const { space, document, blob } = await documentIn();
    await world.log.vault.destroy(space, `document:${document}`, instantOf(Date.now()));
    expect(await sweep()).toEqual(counts({ seen: 1, kept: 1 }));
    expect(await lying()).toEqual([blob]);
  });

  it('finds what is hidden under its veil, in an open space and in a closed one', async () => {
    const space = randomUUID();
    const veil: StreamName = `veil-${randomUUID()}`;
    const hidden = await documentIn(space, veil);
    await documentIn(space);
    await orphanIn(space, veil);
    await world.log.vault.moveContent(space, 'archived');
    // The deposit can be read; that the entry beside it names nothing more cannot.
    expect(await sweep()).toEqual(counts({ seen: 3, kept: 1, outOfReach: 2 }));
    await world.log.vault.moveContent(space, 'active');
    expect(await sweep()).toEqual(counts({ seen: 3, kept: 2, deleted: 1 }));
    expect(await lying()).toContain(hidden.blob);
  });

  it('takes away what a veil left that died with its space', async () => {
    const veil: StreamName = `veil-${randomUUID()}`;
    const { space } = await documentIn(randomUUID(), veil);
    const died = instantOf(Date.now());
    await world.log.vault.destroyRing(space, died);
    await world.log.vault.destroy(veil.slice('veil-'.length), 'own', died);
    expect(await sweep()).toEqual(counts({ seen: 1, deleted: 1 }));
  });

  it('keeps the copy of a space, which a fact of its record names', async () => {
    const { space, blob, stream } = await orphanIn(randomUUID());
    await orphanIn(space);
    await world.write(stream, -1, [{ ...copyFacts.CopyReady, blob } as Tagged]);
    expect(await sweep()).toEqual(counts({ seen: 2, kept: 1, deleted: 1 }));
    expect(await lying()).toEqual([blob]);
  });

  it('an event that cannot be read keeps what belongs to its stream, also once it was released; all else is swept', async () => {
    const ill = await documentIn();
    const orphan = await orphanIn(ill.space);
    const { blob, space } = await documentIn();
    await orphanIn(space);
    await flip(world.house, ill.stream, 0);
    expect(await sweep()).toEqual(counts({ seen: 4, kept: 1, deleted: 1, outOfReach: 2 }));
    expect(await world.log.quarantine.all()).toMatchObject([{ stream: ill.stream, rev: 0, state: 'HELD' }]);
    await settle();
    expect(await sweep()).toEqual(counts({ seen: 3, kept: 1, outOfReach: 2 }));
    expect(await lying()).toEqual([ill.blob, orphan.blob, blob].toSorted());
  });

  it('keeps objects with names of before, named or not; the bytes are still found under them', async () => {
    const { space, document, blob } = await orphanIn(randomUUID());
    const before = 'q0W_zT1-9yYh7b2a5c8D0e4F6gH_i1J2' as BlobName;
    await world.blobs.put(before, (await world.blobs.get(blob)) ?? (async function* () {})());
    await world.blobs.delete(blob);
    await world.write(`record-${space}`, -1, [documentFacts(space, document, { blob: before }).DocumentDeposited]);
    expect(await sweep()).toEqual(counts({ seen: 1, outOfReach: 1 }));
    const parts: Uint8Array[] = [];
    for await (const part of await world.bytes.read(space, document, before, 6)) parts.push(part);
    expect(Buffer.concat(parts).toString()).toBe('octets');
    expect(asked).toEqual([]);
  });

  it('reads the streams that old objects name, and nothing else of the log', async () => {
    const [one, other] = [await documentIn(), await documentIn()];
    await orphanIn(one.space);
    await world.write(`record-${randomUUID()}`, -1, [documentFacts(randomUUID(), randomUUID()).DocumentDeposited]);
    await sweep();
    expect(asked.toSorted()).toEqual([one.stream, other.stream].toSorted());
    asked = [];
    expect(await sweepOrphans({ blobs: world.blobs, named: namedInLog(reader()), now: Date.now() })).toMatchObject({ tooYoung: 2 });
    expect(asked).toEqual([]);
  });
});

describe('The name of an object says where its deposit lies', () => {
  const named = async (stream: StreamName) =>
    (await world.facts(stream)).flatMap(({ event }) => (event.type === 'DocumentDeposited' ? [event.blob as BlobName] : []));
  const hiddenStream = async (): Promise<StreamName> => {
    const [veil, ...more] = (await world.streams()).filter((stream) => stream.startsWith('veil-'));
    if (veil === undefined || more.length > 0) throw new Error('one veil');
    return veil;
  };

  it('visible, hidden, a later version of what is hidden, and after it was announced: never the space of what is hidden', async () => {
    const { id, handle } = await world.openSpace();
    const caller = () => callerAs(d.AUTHOR);
    await world.orders.deposit(handle, textDeposit('visible'), caller());
    const { document } = await world.orders.deposit(handle, textDeposit('caché', HIDDEN), caller());
    const later = await world.orders.deposit(handle, textDeposit('suite', { ...HIDDEN, replaces: document }), caller());
    const veil = await hiddenStream();
    expect((await named(`record-${id}`)).map(streamIn)).toEqual([`record-${id}`]);
    expect((await named(veil)).map(streamIn)).toEqual([veil, veil]);
    expect((await named(veil)).join()).not.toContain(id);

    await world.orders.recordAnnouncement(handle, later.document, caller());
    await world.orders.deposit(handle, textDeposit('au grand jour', { replaces: later.document }), caller());
    const all = [...(await named(veil)), ...(await named(`record-${id}`))];
    expect(await lying()).toEqual(all.toSorted());
    expect(all).toHaveLength(4);
    for (const stream of [veil, `record-${id}`] as const)
      expect((await named(stream)).every((name) => streamIn(name) === stream)).toBe(true);
    expect(await sweep()).toEqual(counts({ seen: 4, kept: 4 }));

    await world.write(`space-${id}`, 1, [spaceFacts.SpaceClosed]);
    await world.log.vault.moveContent(id, 'archived');
    expect(await sweep()).toMatchObject({ seen: 4, deleted: 0 });
  });
});
