import { WrappingKeys, type EpochState, type Rewrapped, type RotationProgress } from '../../application/audit/wrapping-keys.js';
import type { KekEpochs } from './kek-epochs.js';

/** What stands against destroying an epoch, by what it is used for. */
const AGAINST: { readonly [U in EpochState['use']]: ((epoch: number) => string) | null } = {
  open: (epoch) => `epoch ${epoch} still wraps keys: mes keys rotate wraps them anew`,
  closed: (epoch) => `epoch ${epoch} still wraps keys: mes keys rotate goes on with them`,
  empty: null,
  unknown: null,
};

/** The keys that wrap keys, of a secrets file and the table of keys. */
export class KekRotation extends WrappingKeys {
  constructor(private readonly keks: KekEpochs) {
    super();
  }

  epochs(): Promise<readonly EpochState[]> {
    return this.keks.all();
  }

  count(): Promise<ReadonlyMap<number, number>> {
    return this.keks.count();
  }

  begin(): Promise<number> {
    return this.keks.begin();
  }

  async rewrap(progress: RotationProgress): Promise<Rewrapped> {
    const about = await this.keks.about();
    return this.keks.rewrap((done) => progress(done, Math.max(done, about)));
  }

  async hindrance(epoch: number): Promise<string | null> {
    const all = await this.keks.all();
    const its = all.find((one) => one.epoch === epoch);
    if (its === undefined) throw new RangeError(`there is no epoch ${epoch}`);
    if (its === all[0]) return `epoch ${epoch} is the newest and wraps every new key`;
    return AGAINST[its.use]?.(epoch) ?? null;
  }

  destroy(epoch: number): Promise<void> {
    return this.keks.destroy(epoch);
  }
}
