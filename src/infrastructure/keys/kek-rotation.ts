import { EpochInUse, type EpochState, type KekEpochs } from './kek-epochs.js';

/** What a rotation came to. */
export interface Rotated {
  /** The epoch that wraps now. */
  readonly epoch: number;
  /** False when a rotation that had not come to its end was gone on with. */
  readonly begun: boolean;
  /** How many keys were wrapped anew. */
  readonly wrapped: number;
}
/** Told how many of how many keys are wrapped anew. */
export type RotationProgress = (done: number, total: number) => void;

const keysOf = (epochs: readonly EpochState[]): number => epochs.reduce((sum, { keys }) => sum + keys, 0);

/** The rotation of the key that wraps keys, as an operator does it: each step may be killed and done again. Every method throws StoreUnavailable. */
export class KekRotation {
  constructor(private readonly keks: KekEpochs) {}

  /** Every epoch, the newest first. */
  epochs(): Promise<readonly EpochState[]> {
    return this.keks.all();
  }

  /**
   * Begins a new epoch, unless an older one still wraps keys: then the last rotation has not come to its end, and is gone on with. `beginOnly`: nothing is
   * wrapped anew yet, so that the file can be brought to other machines first.
   */
  async rotate({ beginOnly }: { readonly beginOnly: boolean }, progress: RotationProgress): Promise<Rotated> {
    const before = await this.keks.all();
    const waiting = keysOf(before.slice(1));
    const begun = waiting === 0;
    const epoch = begun ? await this.keks.begin() : (before[0]?.epoch ?? 0);
    const total = begun ? keysOf(before) : waiting;
    const wrapped = beginOnly ? 0 : await this.keks.rewrap((done) => progress(done, total));
    return { epoch, begun, wrapped };
  }

  /** What stands against destroying an epoch; null when nothing does. Throws RangeError when there is no such epoch. */
  async hindrance(epoch: number): Promise<string | null> {
    const all = await this.keks.all();
    const its = all.find((one) => one.epoch === epoch);
    if (its === undefined) throw new RangeError(`there is no epoch ${epoch}`);
    if (its === all[0]) return `epoch ${epoch} is the newest and wraps every new key`;
    return its.keys === 0 ? null : `epoch ${epoch} still wraps ${its.keys} keys: mes keys rotate goes on with them`;
  }

  /** Destroys the bytes of an epoch, for ever. Throws EpochInUse while anything stands against it, RangeError when there is no such epoch. */
  async retire(epoch: number): Promise<void> {
    const hindrance = await this.hindrance(epoch);
    if (hindrance !== null) throw new EpochInUse(hindrance);
    await this.keks.destroy(epoch);
  }
}
