import { pause } from '../../../src/application/shared/pause.js';
import { Leases, type Lease } from '../../../src/application/shared/leases.js';
import { StoreUnavailable } from '../../../src/application/shared/ports.js';
import type { ExportJob, ExportJobs } from '../../../src/infrastructure/export/export-jobs.js';
import { ExportWorker } from '../../../src/infrastructure/export/export-worker.js';

/** The only process there is. */
class OwnLeases extends Leases {
  readonly term = 1_000;
  held = 0;
  async take(names: readonly string[]): Promise<readonly Lease[]> {
    this.held = names.length;
    return names.map((name) => ({ name, fence: 1n }));
  }
  renew = async (held: readonly Lease[]): Promise<readonly Lease[]> => held;
  giveUp = async (): Promise<void> => void (this.held = 0);
  attend = async (): Promise<number> => 1;
  leave = async (): Promise<void> => undefined;
}

describe('Making what is due from the command line', () => {
  it('ends what is under way and gives the lease up when a look at the queue fails', async () => {
    let looks = 0;
    let ended = false;
    const job = { id: 'one', step: 'BUILD', failures: 0, queuedAt: '' } as ExportJob;
    const jobs = {
      next: async () => {
        looks += 1;
        if (looks > 3) throw new StoreUnavailable('away');
        return job;
      },
    } as unknown as ExportJobs;
    const steps = {
      take: async (_: ExportJob, signal: AbortSignal) => {
        while (!signal.aborted) await pause(5);
        ended = true;
        return 'DONE' as const;
      },
    };
    const leases = new OwnLeases();
    const worker = new ExportWorker({ jobs, steps, leases, alarm: () => undefined });
    await expect(worker.drain(new AbortController().signal)).rejects.toThrow(StoreUnavailable);
    expect([ended, leases.held]).toEqual([true, 0]);
  });
});
