import { pause } from '../../../application/shared/pause.js';
import { dayAfter, type LocalDate } from '../../../domain/shared/time.js';
import { MapMoved } from './head-map.js';
import { MapRoots, type MapRootsParts } from './map-roots.js';

export interface RootOnDemandParts extends MapRootsParts {
  /** The day in Paris. */
  readonly today: () => LocalDate;
  /** How long the seal is waited for, milliseconds. */
  readonly patience: number;
}

const LOOK_AGAIN_MS = 50;
/** Somebody else takes in a day: that may be minutes. */
const TRY_AGAIN_MS = 500;

/** A root of stream heads at once, for who cannot wait for the end of the day: beside the one who closes days, and without his lease. */
export class RootOnDemand {
  private readonly roots: MapRoots;

  constructor(private readonly parts: RootOnDemandParts) {
    this.roots = new MapRoots(parts);
  }

  /**
   * Writes a root that takes in the log up to this position at least. False when the sealer does not come so far in time, or the map's tables are damaged: then
   * nothing is written, and the root there is stays the one that proves. Throws StoreUnavailable.
   */
  async covering(position: bigint, signal: AbortSignal): Promise<boolean> {
    if (!(await this.sealed(position, signal))) return false;
    const until = performance.now() + this.parts.patience;
    for (;;)
      try {
        await this.roots.publish(dayAfter(this.parts.today(), { days: -1 }), [], signal);
        return !signal.aborted;
      } catch (error) {
        if (error instanceof RangeError || (error instanceof MapMoved && performance.now() >= until)) return false;
        if (!(error instanceof MapMoved)) throw error;
        await pause(TRY_AGAIN_MS, signal);
      }
  }

  /** Without the sealer the fact of a new root would never be proved, and the proofs of the root there is would be lost. */
  private async sealed(position: bigint, signal: AbortSignal): Promise<boolean> {
    for (const until = performance.now() + this.parts.patience; !signal.aborted; await pause(LOOK_AGAIN_MS, signal)) {
      const head = await this.parts.tree.head();
      if (head.trouble !== null) return false;
      if (head.position >= position) return true;
      if (performance.now() >= until) return false;
    }
    return false;
  }
}
