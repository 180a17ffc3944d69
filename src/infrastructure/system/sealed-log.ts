import { SealDesk } from '../seal/seal-desk.js';
import { SealKeys } from '../seal/seal-keys.js';
import { SealWriter } from '../seal/seal-writer.js';
import { SealedTree } from '../seal/sealed-tree.js';
import { Sealer } from '../seal/sealer.js';
import type { Platform } from './platform.js';

const keysOf = ({ settings: { sealKeyFile, sealOrigin, environment, embeddedKekAllowed } }: Platform): Promise<SealKeys> =>
  SealKeys.open(sealKeyFile, sealOrigin, { NODE_ENV: environment, ALLOW_EMBEDDED_KEK: embeddedKekAllowed ? '1' : '0' });

/** The worker of the role `sealer`. Nobody waits for it: what was written counts before it is sealed. Only where it runs the keys are opened. */
export function sealing(platform: Platform) {
  const { store, pools, leases, alarm, settings } = platform;
  let sealer: Sealer | null = null;
  return {
    name: 'sealer',
    start: async (): Promise<void> => {
      const { signers } = await keysOf(platform);
      const writer = new SealWriter(pools.pool('mes_sealer'));
      sealer = new Sealer({ store, writer, leases, signers, origin: settings.sealOrigin, every: settings.sealEvery, alarm });
      sealer.start();
    },
    stop: async (): Promise<void> => sealer?.stop(),
  };
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
