import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlobName } from '../../src/application/record/blob-store.js';
import type { Clock } from '../../src/application/shared/ports.js';
import type { Tagged } from '../../src/domain/shared/decider.js';
import type { DestructionScope } from '../../src/domain/shared/destruction-ground.js';
import type { StreamName } from '../../src/domain/shared/fact.js';
import type { Instant } from '../../src/domain/shared/time.js';
import { FileBlobStore } from '../../src/infrastructure/blobs/file-blob-store.js';
import { SystemClock } from '../../src/infrastructure/clock/system-clock.js';
import { ArchiveOpening } from '../../src/infrastructure/erasure/archive-opening.js';
import { destroyAgain } from '../../src/infrastructure/erasure/after-restore.js';
import { DeletionLedger } from '../../src/infrastructure/erasure/deletion-ledger.js';
import { DestructionRows, type Destruction, type Progress, type Step } from '../../src/infrastructure/erasure/destruction-rows.js';
import { DestructionSteps } from '../../src/infrastructure/erasure/destruction-steps.js';
import { Leftovers } from '../../src/infrastructure/erasure/leftovers.js';
import { SpaceDestruction } from '../../src/infrastructure/erasure/space-destruction.js';
import { SealedTree } from '../../src/infrastructure/seal/sealed-tree.js';
import { LogReader } from '../../src/infrastructure/eventstore/log-reader.js';
import { catalogue, knownFacts } from '../../src/infrastructure/system/known-facts.js';
import { projections } from '../../src/infrastructure/system/read-side.js';
import type { TestDatabase } from './database.js';
import { passageFacts, spaceFacts } from './enrolment-facts.js';
import { readSide, tell } from './read-side.js';
import { documentFacts } from './record-facts.js';
import { sealedHouse, type OpenStore, type SealedLog } from './sealed-log.js';
import { sealOn } from './sealing.js';

/** The process dies here: after the work of a step, before anybody wrote down that it was done. */
export class Killed extends Error {}

const FAR: Instant = '2099-01-01T00:00:00.000Z' as Instant;
/** Short, so that tests need not wait a minute; what it stands for is tested where keys are remembered. */
const KEY_MEMORY = 30;

/** What lies beside the log. */
interface Outside {
  readonly blobs: FileBlobStore;
  readonly ledgerPath: string;
}

/** One process that destroys spaces. `dieAfter`: the step behind which it is killed. */
function eraserOn(log: SealedLog, { blobs, ledgerPath }: Outside, dieAfter: Step | null, clock: Clock) {
  const told: string[] = [];
  const alarms: string[] = [];
  const alarm = (reason: string) => void alarms.push(reason);
  const reader = new LogReader(log.store, log.journal);
  const audit = { journal: log.journal, secrets: log.secrets, clock };
  const vaultPool = log.pools.pool('mes_vault');
  const rows = new DestructionRows(vaultPool);
  const ledger = new DeletionLedger(ledgerPath);
  const leftovers = new Leftovers(log.pools.pool('mes_projector'), vaultPool, reader);
  const steps = new DestructionSteps({
    ...audit,
    store: log.store,
    vault: log.vault,
    blobs,
    archive: new ArchiveOpening({ ...audit, store: log.store, vault: log.vault, catalogue, quarantine: log.quarantine }),
    ledger,
    rows,
    leftovers,
    sealed: new SealedTree(log.pools.pool('mes_reader')),
    suppressionOf: (ins) => log.peppers.suppression(ins)[0].digest,
    tell: async ({ stream }) => void told.push(stream),
    keyMemory: KEY_MEMORY,
  });
  const take = async (destruction: Destruction): Promise<Progress> => {
    const progress = await steps.take(destruction);
    if (destruction.step === dieAfter) throw new Killed();
    return progress;
  };
  const destruction = new SpaceDestruction({ rows, steps: { take }, clock, alarm });
  return {
    destruction,
    rows,
    ledger,
    vault: log.vault,
    told,
    alarms,
    afterRestore: () => destroyAgain({ ...audit, ledger, rows, vault: log.vault, leftovers, destruction, alarm }),
  };
}

/** Spaces with everything in them, on a database and folders of their own; processes that destroy them. */
export async function erasureWorld(on?: TestDatabase, openStore?: OpenStore) {
  const house = await sealedHouse(on, openStore);
  const folder = await mkdtemp(join(tmpdir(), 'mes-erasure-'));
  const ledgerPath = join(folder, 'apart', 'ledger.jsonl');
  const blobs = await FileBlobStore.open(join(folder, 'blobs'));
  const log = await house.process(knownFacts);
  const side = readSide(log, projections);
  const seal = sealOn(house.url, log.store);
  seal.sealer.start();
  const write = (stream: StreamName, expected: number, ...facts: readonly Tagged[]) => tell(log, stream, expected, ...facts);
  let people = 0;
  let next: Promise<SealedLog> | undefined;
  return {
    house,
    folder,
    log,
    side,
    blobs,
    ledgerPath,
    write,
    /** Who dies is one process, who goes on another. */
    eraser: async (dieAfter: Step | null = null, clock: Clock = new SystemClock()) =>
      eraserOn(dieAfter === null ? await (next ??= house.process(knownFacts)) : log, { blobs, ledgerPath }, dieAfter, clock),
    /** A closed space of somebody: life, rights, two documents (one under a veil), a look, and what it was told. */
    space: async () => {
      const ins = `2581133999${String(90_000 + people++).padStart(5, '0')}`;
      const address = await log.registry.reserve(ins);
      if (address === 'suppressed') throw new Error('this person was destroyed before');
      const { id, handle } = address;
      const veil: StreamName = `veil-${randomUUID()}`;
      const names = [randomUUID(), randomUUID()];
      for (const name of names)
        await blobs.put(
          name as BlobName,
          (async function* () {
            yield Buffer.from(name);
          })(),
        );
      const [open, hidden] = names.map((blob) => documentFacts(id, randomUUID(), { blob }));
      if (!open || !hidden) throw new Error('two documents');
      await write(
        `space-${id}`,
        -1,
        { ...spaceFacts.PersonDeclaredEligible, ins, handle } as Tagged,
        { ...spaceFacts.ProvisionalCodeIssued, codeDigest: randomBytes(32).toString('base64url') } as Tagged,
        spaceFacts.SpaceActivated,
      );
      await write(`record-${id}`, -1, open.DocumentDeposited, open.DocumentDescribed);
      await write(veil, -1, hidden.VeilOpened, hidden.DocumentDeposited, hidden.DocumentDescribed);
      await write(`passage-${id}`, -1, passageFacts.AccessGranted);
      return { id, ins, handle, veil, names };
    },
    close: async (space: { readonly id: string }) => {
      const { revision } = await log.journal.read(`space-${space.id}`);
      await write(`space-${space.id}`, revision, spaceFacts.SpaceClosed);
    },
    reopen: async (space: { readonly id: string }) => {
      const { revision } = await log.journal.read(`space-${space.id}`);
      await write(`space-${space.id}`, revision, spaceFacts.SpaceReopened);
    },
    /** Nothing more is due: waits out what keys may be remembered. */
    toTheEnd: async ({ destruction, rows }: Awaited<ReturnType<typeof eraserOn>>, id: string, scope: DestructionScope = 'SPACE') => {
      for (let step = await rows.stepOf(id, scope); step !== 'DONE'; step = await rows.stepOf(id, scope)) {
        await destruction.drain(id);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    archivedUntil: FAR,
    /** Seals what is written, as it comes; stopped and started by those who test what waits for it. */
    seal,
    end: async () => {
      await seal.close();
      await house.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type ErasureWorld = Awaited<ReturnType<typeof erasureWorld>>;
