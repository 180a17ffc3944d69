import { randomUUID } from 'node:crypto';
import type { CommandBus } from '@nestjs/cqrs';
import * as commands from '../../application/audit/export.commands.js';
import type { Clock, Journal } from '../../application/shared/ports.js';
import { Refused } from '../../application/shared/refused.js';
import type { ExportEvent, ExportResult, ExportState } from '../../domain/audit/export-vocabulary.js';
import { exporting } from '../../domain/audit/export.js';
import { EXPORTER } from '../../domain/shared/actor.js';
import { replay } from '../../domain/shared/decider.js';
import type { Recorded, StreamName } from '../../domain/shared/fact.js';
import { NotSealedYet } from '../seal/prover.js';
import { writeArchive } from './archive-writer.js';
import type { ExportFiles } from './export-files.js';
import type { ExportJob, ExportJobs } from './export-jobs.js';
import type { RootOnDemand } from '../seal/heads/root-on-demand.js';
import { receiptOf, type ReceiptParts } from './export-receipt.js';
import type { ExportSteps, StepOutcome } from './export-worker.js';
import { orderIn } from './order-of-facts.js';
import type { PackageParts } from './package-writer.js';
import { StrangeCheckpoint } from './proofs.js';
import { Watch } from './watch.js';

export interface ExportStepsParts {
  readonly bus: CommandBus;
  readonly journal: Pick<Journal, 'read'>;
  readonly clock: Clock;
  readonly jobs: ExportJobs;
  readonly files: ExportFiles;
  readonly pack: PackageParts;
  readonly receipts: ReceiptParts;
  /** Makes a root of stream heads that takes in the export's own beginning. */
  readonly roots: Pick<RootOnDemand, 'covering'>;
  /** Told of what somebody must look at: never stored data. */
  readonly alarm: (reason: string) => void;
}

/** How long until it is looked again whether anything, or the fact itself, is sealed. */
const SEAL_AGAIN_MS = 1_000;
const SEALED_SOON_MS = 250;
/** How long one is left alone that another process has begun again: longer than it takes to see that the lease is lost. */
const ELSEWHERE_MS = 5_000;

interface History {
  readonly state: ExportState;
  readonly facts: readonly Recorded<ExportEvent>[];
}

/** The package of an export, then the proof that the log names it (checkpoint, bag on it, fact with its digest, next checkpoint). */
export class PackageSteps implements ExportSteps {
  constructor(private readonly parts: ExportStepsParts) {}

  take(job: ExportJob, signal: AbortSignal): Promise<StepOutcome> {
    return job.step === 'BUILD' ? this.build(job.id, signal) : this.prove(job.id);
  }

  private async build(id: string, signal: AbortSignal): Promise<StepOutcome> {
    const attempt = randomUUID();
    const { state } = await this.history(id);
    // Killed after its result was written down: the rest is to be proved.
    if (state.status === 'GENERATED') return 'PROVE';
    // Before anything is sealed there is nothing to begin: waiting is no attempt.
    if ((await this.parts.pack.heads.published()) === null) return { waits: SEAL_AGAIN_MS };
    if (!(await this.begun(id, attempt))) return this.over(id);
    let result: ExportResult;
    try {
      result = await this.made(id, attempt, signal);
    } catch (error) {
      await this.parts.files.remove(id, [attempt]);
      if (!signal.aborted && (await this.isCalledOff(id, attempt))) return this.over(id);
      return this.afterFailure(id, attempt, error);
    }
    // Whether it was written down or not when this throws, the log will say: the package stays until then.
    if (!(await this.completed(id, result))) return this.over(id);
    if (result.counts.missing > 0)
      this.parts.alarm(`an export found ${result.counts.missing} sealed events that are not in the log any more`);
    return 'PROVE';
  }

  private async afterFailure(id: string, attempt: string, error: unknown): Promise<StepOutcome> {
    if (!(error instanceof StrangeCheckpoint)) throw error;
    await this.parts.bus.execute(new commands.FailExport(id, { failure: 'STRANGE_CHECKPOINT' }, this.sender(attempt)));
    return this.over(id);
  }

  /** False when there is nothing to begin. What was begun before counts no more, and goes. */
  private async begun(id: string, attempt: string): Promise<boolean> {
    try {
      await this.parts.bus.execute(new commands.StartExport(id, { attempt }, this.sender(attempt)));
    } catch (error) {
      if (error instanceof Refused) return false;
      throw error;
    }
    const { facts, state } = await this.history(id);
    if (attemptOf(state) !== attempt) return false;
    await this.parts.files.remove(id, attemptsIn(facts, attempt));
    return true;
  }

  private async completed(id: string, result: ExportResult): Promise<boolean> {
    try {
      await this.parts.bus.execute(new commands.CompleteExport(id, result, this.sender(result.attempt)));
      return true;
    } catch (error) {
      if (error instanceof Refused) return false;
      throw error;
    }
  }

  /** Everything that was begun goes, but what belongs to another process: the result, or the attempt that was begun last, which stays to be done. Of one that was removed, the result too. */
  private async over(id: string): Promise<StepOutcome> {
    const { facts, state } = await this.history(id);
    const attempt = attemptOf(state);
    await this.parts.files.remove(id, attemptsIn(facts, attempt));
    if (attempt === null) await this.parts.files.removeIfEmpty(id);
    if (state.status === 'GENERATED') return 'PROVE';
    return state.status === 'RUNNING' ? { waits: ELSEWHERE_MS } : 'DONE';
  }

  private async made(id: string, attempt: string, signal: AbortSignal): Promise<ExportResult> {
    const { facts } = await this.history(id);
    const order = orderIn(id, facts);
    const watch = new Watch(this.parts.jobs, id, async () => this.isCalledOff(id, attempt), signal);
    try {
      await this.closeHeads(id, watch.signal);
      const folder = this.parts.files.folderOf(id, attempt);
      const at = this.parts.clock.now();
      const result = await writeArchive(this.parts.pack, { order, attempt, folder, at, signal: watch.signal, progress: watch.progress });
      await this.parts.files.put(id, result, 'sha256', `${result.archive}  ${result.name}.tar.age\n`);
      return result;
    } finally {
      await watch.end();
    }
  }

  /** So that the package shows of each stream where it ended when the export began. Without, it says from where on that is not shown. */
  private async closeHeads(id: string, signal: AbortSignal): Promise<void> {
    const events = (await this.parts.pack.store.readMany([streamOf(id)])).get(streamOf(id));
    const closed = await this.parts.roots.covering(events?.at(-1)?.position ?? 0n, signal);
    if (!closed && !signal.aborted) this.parts.alarm('an export is made without a new root of the stream heads');
  }

  private async isCalledOff(id: string, attempt: string): Promise<boolean> {
    const { state } = await this.history(id);
    return state.status !== 'RUNNING' || state.attempt !== attempt;
  }

  private async prove(id: string): Promise<StepOutcome> {
    const { facts, state } = await this.history(id);
    const fact = facts.find(({ event }) => event.type === 'ExportGenerated');
    if (fact === undefined || state.status !== 'GENERATED') return this.over(id);
    try {
      const { proof, event } = await receiptOf(this.parts.receipts, streamOf(id), fact.rev);
      await this.parts.files.put(id, state.result, 'event', event);
      await this.parts.files.put(id, state.result, 'proof', proof);
      return 'DONE';
    } catch (error) {
      if (error instanceof NotSealedYet) return { waits: SEALED_SOON_MS };
      throw error;
    }
  }

  private async history(id: string): Promise<History> {
    const { facts } = await this.parts.journal.read<ExportEvent>(streamOf(id));
    const state = replay(
      exporting,
      facts.map(({ event }) => event),
    );
    return { facts, state };
  }

  private sender(attempt: string) {
    return { actor: EXPORTER, messageId: `export-worker/${attempt}` };
  }
}

/** The attempt that counts: the one that is under way, or has the result; null when none does. */
function attemptOf(state: ExportState): string | null {
  if (state.status === 'RUNNING') return state.attempt;
  return state.status === 'GENERATED' ? state.result.attempt : null;
}

/** All attempts that were begun, but this one: only these are ever taken away, so that whoever wakes late takes nothing of those behind him. */
const attemptsIn = (facts: History['facts'], but: string | null): readonly string[] =>
  facts.flatMap(({ event }) => (event.type === 'ExportStarted' && event.attempt !== but ? [event.attempt] : []));

const streamOf = (id: string): StreamName => `export-${id}`;
