import { LIST_NAMES } from '../../application/record/code-tables.js';
import { Leftovers } from '../erasure/leftovers.js';
import type { FhirWriter } from '../export/fhir-lines.js';
import { Opening } from '../export/opening.js';
import type { PackageParts } from '../export/package-writer.js';
import { purgedEvents } from '../export/purged-events.js';
import { SealedTree } from '../seal/sealed-tree.js';
import { catalogue, knownFacts } from './known-facts.js';
import type { Platform } from './platform.js';

/** What packages are made of, on this platform. */
export function packagePartsOf(platform: Platform, fhir: FhirWriter | null = null): PackageParts {
  const { store, pools, vault, reader, codeTables, settings } = platform;
  const rows = pools.pool('mes_projector');
  const leftovers = new Leftovers(rows, pools.pool('mes_vault'), reader);
  return {
    store,
    tree: new SealedTree(pools.pool('mes_reader')),
    opening: new Opening({ vault, catalogue, purged: purgedEvents(rows) }),
    veilsOf: (space) => leftovers.veilsOf(space),
    origin: settings.sealOrigin,
    knownFacts,
    codeLists: () => LIST_NAMES.map((list) => codeTables.current(list)),
    fhir,
  };
}
