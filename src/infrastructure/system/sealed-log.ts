import { Monitor } from '../seal/monitor.js';
import { SealDesk } from '../seal/seal-desk.js';
import { SealKeys } from '../seal/seal-keys.js';
import { SealWatch } from '../seal/seal-watch.js';
import { SealWriter } from '../seal/seal-writer.js';
import { SealedTree } from '../seal/sealed-tree.js';
import { Sealer } from '../seal/sealer.js';
import type { Platform } from './platform.js';

const keysOf = ({ settings: { sealKeyFile, sealOrigin, environment, embeddedKekAllowed } }: Platform): Promise<SealKeys> =>
  SealKeys.open(sealKeyFile, sealOrigin, { NODE_ENV: environment, ALLOW_EMBEDDED_KEK: embeddedKekAllowed ? '1' : '0' });

interface Startable {
  start(): void;
  stop(): Promise<void>;
}
/** A worker that needs the keys, which are opened where it runs only. */
function withKeys(platform: Platform, name: string, made: (keys: SealKeys) => Startable) {
  let worker: Startable | null = null;
  return {
    name,
    start: async (): Promise<void> => {
      worker = made(await keysOf(platform));
      worker.start();
    },
    stop: async (): Promise<void> => worker?.stop(),
  };
}

/** The worker of the role `sealer`. Nobody waits for it: what was written counts before it is sealed. */
export function sealing(platform: Platform) {
  const { store, pools, leases, alarm, settings } = platform;
  return withKeys(platform, 'sealer', ({ signers }) => {
    const writer = new SealWriter(pools.pool('mes_sealer'));
    return new Sealer({ store, writer, leases, signers, origin: settings.sealOrigin, every: settings.sealEvery, alarm });
  });
}

/** The other worker of that role: compares what was sealed with what lies there now. */
export function watchingTheSeal(platform: Platform) {
  const { store, pools, leases, alarm, settings } = platform;
  const { sealCheckEvery, sealCheckSample, sealCheckHour } = settings;
  return withKeys(platform, 'seal watch', ({ signers }) => {
    const tree = new SealedTree(pools.pool('mes_reader'));
    const writer = new SealWriter(pools.pool('mes_sealer'));
    const monitor = new Monitor(store, tree, signers);
    return new SealWatch({
      monitor,
      tree,
      writer,
      leases,
      every: sealCheckEvery * 1_000,
      sample: sealCheckSample,
      hour: sealCheckHour,
      alarm,
    });
  });
}

/** What operators ask of the sealed log. */
export const sealDeskOf = (platform: Platform): SealDesk =>
  new SealDesk({
    store: platform.store,
    tree: new SealedTree(platform.pools.pool('mes_reader')),
    writer: new SealWriter(platform.pools.pool('mes_sealer')),
    origin: platform.settings.sealOrigin,
    keys: () => keysOf(platform),
  });
