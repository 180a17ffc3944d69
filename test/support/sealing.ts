import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventBytes, EventStore, StoredEvent } from '../../src/application/shared/event-store.js';
import { NO_STREAM } from '../../src/application/shared/ports.js';
import type { StreamName } from '../../src/domain/shared/fact.js';
import { instantOf } from '../../src/domain/shared/time.js';
import { writeHeader } from '../../src/infrastructure/eventstore/header.js';
import { PostgresLeases } from '../../src/infrastructure/postgres/leases/postgres-leases.js';
import { openPools } from '../../src/infrastructure/postgres/pools.js';
import { KeptHead } from '../../src/infrastructure/seal/kept-head.js';
import { signerOf, type Verifier } from '../../src/infrastructure/seal/note/signed-note.js';
import { SealWriter } from '../../src/infrastructure/seal/seal-writer.js';
import { SealedTree } from '../../src/infrastructure/seal/sealed-tree.js';
import { Sealer } from '../../src/infrastructure/seal/sealer.js';
import { PublishedHeads } from '../../src/infrastructure/seal/witness/published-heads.js';
import { allOf, written } from '../infrastructure/event-store/samples.js';
import { naiveLeaf } from './naive-merkle.js';
import { eventually } from './read-side.js';

export const ORIGIN = 'log.example/essai';
export const signer = signerOf(ORIGIN, Buffer.alloc(32, 7));

/** An event as the codec would write it, as far as the sealed log looks. */
export const sealable = (stream: StreamName, rev: number, at = Date.now()): EventBytes => ({
  header: writeHeader({
    at: instantOf(at),
    by: 'system',
    id: randomUUID(),
    key: randomUUID(),
    rev,
    stream,
    tv: 1,
    type: 'SampleRecorded',
    v: 1,
  }),
  body: Buffer.concat([Buffer.of(1), randomBytes(80)]),
});

/** Appends `count` events of the stream, which has `expected` as its last revision so far. */
export async function appendSealable(
  store: EventStore,
  stream: StreamName,
  expected = NO_STREAM,
  count = 1,
): Promise<readonly EventBytes[]> {
  const at = Date.now();
  const events = Array.from({ length: count }, (_, n) => sealable(stream, expected + 1 + n, at));
  await written(store, { stream, expected, at, events });
  return events;
}

/** Streams of all sorts, two or three events each, some with more later on. Gives the events in the order in which they were appended. */
export async function fill(store: EventStore, streams: number): Promise<readonly EventBytes[]> {
  const all: EventBytes[] = [];
  const known: StreamName[] = [];
  for (let n = 0; n < streams; n += 1) {
    const stream: StreamName =
      n % 7 === 3 ? `campaign-essai_${randomUUID().slice(0, 8)}` : `${n % 2 === 0 ? 'space' : 'passage'}-${randomUUID()}`;
    known.push(stream);
    all.push(...(await appendSealable(store, stream, NO_STREAM, 2)));
    const again = known[Math.floor(n / 2)]!;
    const last = (await store.read(again)).length - 1;
    if (n % 3 === 0) all.push(...(await appendSealable(store, again, last)));
  }
  return all;
}

/** The leaf of docs/reference/event-format.md, by JSON and by hand: shares no code with the sealer. */
export const leafByHand = ({ header, body }: EventBytes): Buffer => {
  const h = JSON.parse(Buffer.from(header).toString('utf8')) as unknown;
  const c = createHash('sha256').update(body).digest('base64url');
  return naiveLeaf(Buffer.from(`{"c":${JSON.stringify(c)},"h":${JSON.stringify(h)}}`));
};

/** Where no head is kept yet. */
export const newHeadFile = (): string => join(tmpdir(), `mes-head-${randomUUID()}`);

/** A seal on a database; the log may lie in another one, or in a store of another kind. Without `headFile` it is on a machine of its own. */
export function sealOn(
  url: string,
  store: EventStore,
  { every = 5, term = 10_000, signers = [signer], verifiers = [signer] as readonly Verifier[], headFile = '' } = {},
) {
  const own = newHeadFile();
  const pools = openPools(url, { applicationName: 'sealer-under-test', onIdleError: () => undefined });
  const alarms: string[] = [];
  const tree = new SealedTree(pools.pool('mes_reader'));
  const heads = new PublishedHeads(pools.pool('mes_reader'));
  const writer = new SealWriter(pools.pool('mes_sealer'));
  const leases = new PostgresLeases(pools.pool('mes_projector'), term);
  const alarm = (reason: string): void => void alarms.push(reason);
  const kept = new KeptHead(headFile === '' ? own : headFile, alarm);
  const sealer = new Sealer({
    store,
    writer,
    leases,
    origin: ORIGIN,
    signers,
    verifiers: async () => verifiers,
    kept,
    every,
    alarm,
  });
  const close = async (): Promise<void> => {
    await sealer.stop();
    await pools.close();
    await rm(own, { force: true });
  };
  return { sealer, tree, heads, writer, leases, kept, alarms, pools, close };
}
export type Seal = ReturnType<typeof sealOn>;

/** Seals until everything that lies in the log now is sealed. */
export async function sealed({ tree }: Pick<Seal, 'tree'>, store: EventStore, milliseconds = 20_000): Promise<void> {
  const events: readonly StoredEvent[] = await allOf(store, 0n);
  await eventually(async () => expect((await tree.head()).position).toBe(events.at(-1)?.position ?? 0n), milliseconds);
}
