import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { BlobName } from '../../../src/application/record/blob-store.js';
import type { AuditEvent } from '../../../src/domain/audit/destruction.js';
import type { Of, Tagged } from '../../../src/domain/shared/decider.js';
import type { DestructionGround, DestructionScope } from '../../../src/domain/shared/destruction-ground.js';
import type { StreamName } from '../../../src/domain/shared/fact.js';
import type { Platform } from '../../../src/infrastructure/system/platform.js';
import { allOf } from '../../infrastructure/event-store/samples.js';
import type { TestDatabase } from '../database.js';
import { endingFacts, passageFacts, spaceFacts } from '../enrolment-facts.js';
import { tell } from '../read-side.js';
import { documentFacts } from '../record-facts.js';

const OPEN_DOCUMENTS = 3;
const LOOKS = 2;
/** Whatever else is written of a space goes with it. */
const KINDS = ['space', 'record', 'access', 'notices'] as const;

/** A space with everything in it: a life, documents of which one lies under a veil, their files, and looks. */
export interface Doomed {
  readonly id: string;
  readonly handle: string;
  readonly ins: string;
  readonly ground: DestructionGround | null;
  readonly blobs: readonly string[];
  /** Its streams but the traces. */
  readonly own: readonly StreamName[];
  readonly traces: StreamName;
}
export type Certificate = Of<AuditEvent, 'SpaceDestroyed'>;

async function stored({ blobs }: Platform): Promise<string> {
  const name = randomUUID();
  await blobs.put(
    name as BlobName,
    (async function* () {
      yield Buffer.from(name);
    })(),
  );
  return name;
}

/** Somebody's closed space, whose destruction is decided on this ground; with none he lives in it. */
export async function doomed(platform: Platform, n: number, ground: DestructionGround | null): Promise<Doomed> {
  const ins = `2581133999${String(80_000 + n).padStart(5, '0')}`;
  const address = await platform.registry.reserve(ins);
  if (address === 'suppressed') throw new Error('nobody was destroyed before');
  const { id, handle } = address;
  const veil: StreamName = `veil-${randomUUID()}`;
  const files: string[] = [];
  for (let count = 0; count <= OPEN_DOCUMENTS; count++) files.push(await stored(platform));
  const [hidden, ...open] = files.map((blob) => documentFacts(id, randomUUID(), { blob }));
  if (hidden === undefined) throw new Error('one document lies under a veil');
  await tell(platform, veil, -1, hidden.VeilOpened, hidden.DocumentDeposited, hidden.DocumentDescribed);
  await tell(
    platform,
    `record-${id}`,
    -1,
    ...open.flatMap(({ DocumentDeposited, DocumentDescribed }) => [DocumentDeposited, DocumentDescribed]),
  );
  await tell(platform, `passage-${id}`, -1, ...Array.from({ length: LOOKS }, () => passageFacts.AccessGranted));
  const ending =
    ground === null ? [] : [spaceFacts.SpaceClosed, endingFacts.ErasureRequested, { ...spaceFacts.DestructionRequested, ground }];
  await tell(
    platform,
    `space-${id}`,
    -1,
    { ...spaceFacts.PersonDeclaredEligible, ins, handle } as Tagged,
    { ...spaceFacts.ProvisionalCodeIssued, codeDigest: randomBytes(32).toString('base64url') } as Tagged,
    spaceFacts.SpaceActivated,
    ...(ending as readonly Tagged[]),
  );
  return {
    id,
    handle,
    ins,
    ground,
    blobs: files,
    own: [...KINDS.map((kind): StreamName => `${kind}-${id}`), veil],
    traces: `passage-${id}`,
  };
}

/** The destructions that this space has to go through, and the streams of each: traces outlive an erasure, and have their own. */
export const destructionsOf = ({ ground, own, traces }: Doomed): readonly (readonly [DestructionScope, readonly StreamName[]])[] =>
  ground === null
    ? []
    : ground === 'RETENTION'
      ? [['SPACE', [...own, traces]]]
      : [
          ['SPACE', own],
          ['TRACE', [traces]],
        ];

const idsOf = ({ id, own }: Doomed): readonly string[] => [
  id,
  ...own.flatMap((stream) => (stream.startsWith('veil-') ? stream.slice(5) : [])),
];

/** All that is there of a space anywhere, as an administrator finds it: counts, and in which states its keys are. */
export async function leftOf(platform: Platform, rows: TestDatabase['rows'], space: Doomed) {
  const events = await platform.store.readMany([...space.own, space.traces]);
  const names = new Set<string>();
  for await (const page of platform.blobs.list()) for (const { name } of page) names.add(name);
  const keys = await rows('SELECT DISTINCT state FROM vault.key WHERE owner = ANY($1) ORDER BY 1', [idsOf(space)]);
  const tables = await rows(
    `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'read' AND column_name = 'space_id'`,
  );
  const shown = await Promise.all(tables.map(({ name }) => rows(`SELECT FROM read."${String(name)}" WHERE space_id = $1`, [space.id])));
  // It begins with the first destruction.
  const path = platform.settings.deletionLedger;
  const ledger = existsSync(path) ? await readFile(path, 'utf8') : '';
  return {
    events: [...events.values()].reduce((sum, its) => sum + its.length, 0),
    blobs: space.blobs.filter((name) => names.has(name)).length,
    keys: keys.map(({ state }) => state),
    rows: shown.reduce((sum, its) => sum + its.length, 0),
    address: await platform.registry.byHandle(space.handle),
    suppressed: await platform.registry.isSuppressed(space.ins),
    ledger: (['SPACE', 'TRACE'] as const).filter((scope) =>
      ledger.split('\n').some((line) => line.includes(space.id) && line.includes(`"${scope}"`)),
    ),
  };
}

/** Every fact of the audit streams, each once. */
export async function audited({ store, journal }: Platform): Promise<readonly AuditEvent[]> {
  const streams = new Set((await allOf(store, 0n, ['audit'])).map(({ stream }) => stream));
  const read = await Promise.all([...streams].map((stream) => journal.read<AuditEvent>(stream)));
  return read.flatMap(({ facts }) => facts.map(({ event }) => event));
}
export const certificatesAmong = (events: readonly AuditEvent[]): readonly Certificate[] =>
  events.filter((event): event is Certificate => event.type === 'SpaceDestroyed');
