import type { CommandBus } from '@nestjs/cqrs';
import { LIST_NAMES } from '../../application/record/code-tables.js';
import { Leftovers } from '../erasure/leftovers.js';
import { whileNothingLeaves } from '../erasure/purge-lock.js';
import { ExportFiles } from '../export/export-files.js';
import { ExportJobs } from '../export/export-jobs.js';
import { PackageSteps } from '../export/export-steps.js';
import { ExportWorker } from '../export/export-worker.js';
import type { Service } from '../fhir/refs.js';
import { fhirWriters } from '../export/fhir-writer.js';
import { Identities } from '../export/identities.js';
import { Opening } from '../export/opening.js';
import type { PackageParts } from '../export/package-writer.js';
import { purgedEvents } from '../export/purged-events.js';
import { Shelf } from '../export/shelf.js';
import { Prover } from '../seal/prover.js';
import { SealWriter } from '../seal/seal-writer.js';
import { PublishedHeads } from '../seal/witness/published-heads.js';
import { SealedTree } from '../seal/sealed-tree.js';
import { catalogue, knownFacts } from './known-facts.js';
import type { Platform } from './platform.js';
import { rootsOnDemand, SEAL_PATIENCE_MS, streamHeadsOf } from './sealed-log.js';

const serviceOf = ({ settings }: Platform): Service => ({
  observer: { type: 'Device', display: 'Mon espace santé' },
  address: settings.sealOrigin,
});

/** What packages are made of, on this platform. */
export function packagePartsOf(platform: Platform): PackageParts {
  const { store, pools, vault, reader, codeTables, settings } = platform;
  const rows = pools.pool('mes_projector');
  const opening = new Opening({ vault: { keysById: (ids) => vault.keysInPassing(ids) }, catalogue, purged: purgedEvents(rows) });
  const leftovers = new Leftovers(rows, pools.pool('mes_vault'), reader);
  return {
    store,
    tree: new SealedTree(pools.pool('mes_reader')),
    heads: new PublishedHeads(pools.pool('mes_reader')),
    streamHeads: streamHeadsOf(platform),
    patience: SEAL_PATIENCE_MS,
    opening,
    sealedRevisions: (streams) => new SealWriter(pools.pool('mes_sealer')).revisions(streams),
    veilsOf: (space) => leftovers.veilsOf(space),
    origin: settings.sealOrigin,
    knownFacts,
    codeLists: () => LIST_NAMES.map((list) => codeTables.current(list)),
    fhir: fhirWriters(serviceOf(platform), new Identities({ store, opening })),
    whileNothingLeaves: whileNothingLeaves(rows),
  };
}

const jobsOf = ({ pools }: Platform): ExportJobs => new ExportJobs(pools.pool('mes_projector'));
const filesOf = ({ settings }: Platform): ExportFiles => new ExportFiles(settings.exportDir);

/** Exports as doors see them. */
export const shelfOf = (platform: Platform): Shelf =>
  new Shelf({
    jobs: jobsOf(platform),
    files: filesOf(platform),
    folder: platform.settings.exportDir,
    pack: packagePartsOf(platform),
    clock: platform.clock,
  });

/** What makes exports, and the queue of those that were approved. Nothing runs yet. */
export interface Exporting {
  readonly worker: ExportWorker;
  readonly jobs: ExportJobs;
}
export function exportingOn(platform: Platform, bus: CommandBus): Exporting {
  const { store, vault, journal, clock, leases, alarm } = platform;
  const jobs = jobsOf(platform);
  const pack = packagePartsOf(platform);
  const receipts = { store, vault, prover: new Prover(store, pack.tree, new PublishedHeads(platform.pools.pool('mes_reader'))) };
  const steps = new PackageSteps({
    bus,
    journal,
    clock,
    jobs,
    files: filesOf(platform),
    pack,
    receipts,
    roots: rootsOnDemand(platform),
    alarm,
  });
  return { jobs, worker: new ExportWorker({ jobs, steps, leases, alarm }) };
}
