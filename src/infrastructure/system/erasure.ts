import type { Provider } from '@nestjs/common';
import { EndingPreviews } from '../../application/enrolment/ending.questions.js';
import type { Messenger } from '../../application/enrolment/messenger.js';
import { StandingDestructions } from '../../application/registers/controls.queries.js';
import type { Destructions } from '../cli/system.js';
import { destroyAgain } from '../erasure/after-restore.js';
import { ArchiveOpening } from '../erasure/archive-opening.js';
import { DeletionLedger } from '../erasure/deletion-ledger.js';
import { previewEnding } from '../erasure/ending-preview.js';
import { DestructionRows } from '../erasure/destruction-rows.js';
import { DestructionSteps } from '../erasure/destruction-steps.js';
import { Leftovers } from '../erasure/leftovers.js';
import { SpaceDestruction } from '../erasure/space-destruction.js';
import { LONGEST_KEY_MEMORY_MS } from '../keys/key-cache.js';
import { SealedTree } from '../seal/sealed-tree.js';
import { catalogue } from './known-facts.js';
import type { Platform } from './platform.js';

/** Clocks drift, timers come late: this long after the last process must have forgotten a key. */
const MARGIN_MS = 10_000;

export interface Erasure {
  readonly destruction: SpaceDestruction;
  readonly rows: DestructionRows;
  readonly destructions: Destructions;
  /** To be called before any door opens; how many destroyed spaces had come back from a backup. */
  readonly afterRestore: () => Promise<number>;
}

/** How spaces stand with regard to their end, and what is being destroyed, for the doors. */
export const endingPorts = ({ journal, store, registry, pools, reader }: Platform): Provider[] => {
  const leftovers = new Leftovers(pools.pool('mes_projector'), pools.pool('mes_vault'), reader);
  const previews: EndingPreviews = { preview: (handle, moment) => previewEnding({ journal, store, registry, leftovers }, handle, moment) };
  const standing: StandingDestructions = new DestructionRows(pools.pool('mes_vault'));
  return [
    { provide: EndingPreviews, useValue: previews },
    { provide: StandingDestructions, useValue: standing },
  ];
};

/** What destroys spaces, on this platform; nothing runs yet. */
export function erasureOf(platform: Platform, messenger: Pick<Messenger, 'tellOfDestruction'>): Erasure {
  const { pools, store, journal, quarantine, secrets, clock, simulatedClock, vault, reader, blobs, peppers, registry, settings, alarm } =
    platform;
  const audit = { journal, secrets, clock };
  const rows = new DestructionRows(pools.pool('mes_vault'), () => simulatedClock?.aheadMs ?? 0);
  const ledger = new DeletionLedger(settings.deletionLedger);
  const archive = new ArchiveOpening({ ...audit, store, vault, catalogue, quarantine });
  const leftovers = new Leftovers(pools.pool('mes_projector'), pools.pool('mes_vault'), reader);
  const steps = new DestructionSteps({
    ...audit,
    store,
    vault,
    blobs,
    archive,
    ledger,
    rows,
    leftovers,
    sealed: new SealedTree(pools.pool('mes_reader')),
    suppressionOf: (ins) => peppers.suppression(ins)[0].digest,
    tell: (fact) => messenger.tellOfDestruction(fact),
    keyMemory: LONGEST_KEY_MEMORY_MS + MARGIN_MS,
  });
  const destruction = new SpaceDestruction({ rows, steps, clock, alarm });
  const destructions: Destructions = {
    underWay: () => rows.underWay(),
    drain: async (handle) => {
      const only = handle === null ? null : (await registry.byHandle(handle))?.id;
      return only === undefined ? 0 : destruction.drain(only);
    },
  };
  return {
    destruction,
    rows,
    destructions,
    afterRestore: () => destroyAgain({ ...audit, ledger, rows, vault, leftovers, destruction, alarm }),
  };
}
