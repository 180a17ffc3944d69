import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { CopyEvent, MadeCopy } from '../../domain/portability/copy-vocabulary.js';
import { REACTOR } from '../../domain/shared/actor.js';
import type { Of } from '../../domain/shared/decider.js';
import type { Recorded } from '../../domain/shared/fact.js';
import { Receipts } from '../history/receipts.js';
import { DocumentBytes } from '../record/document-bytes.js';
import { DocumentReads } from '../record/document-reads.js';
import { Gate } from '../shared/gate.js';
import { Journal, KeyGone, Secrets, StoreUnavailable } from '../shared/ports.js';
import { isFinal, Refused } from '../shared/refused.js';
import { DeliverCopy, FailCopy } from './copies.commands.js';
import { CopyContents, type Tally } from './copy-contents.js';
import { CopyPacking, CopyReads, type CopyReading } from './copy-ports.js';

/** A copy that was asked for. */
export interface CopyJob {
  readonly space: string;
  readonly copy: string;
}
/** `waits`: the line of the wish itself has no receipt yet, a moment later it has. */
export type CopyOutcome = 'done' | 'waits';
type Wish = Recorded<Of<CopyEvent, 'CopyRequested'>>;

/**
 * Puts copies together, through the eyes of who asked and with his rights of this moment. Nothing is shown to anybody here: the line of who takes data with
 * him is written when the copy is fetched.
 */
@Injectable()
export class CopyMaker {
  private readonly contents: CopyContents;

  constructor(
    private readonly bus: CommandBus,
    private readonly gate: Gate,
    private readonly journal: Journal,
    private readonly secrets: Secrets,
    private readonly reads: CopyReads,
    private readonly places: DocumentReads,
    private readonly bytes: DocumentBytes,
    private readonly receipts: Receipts,
    private readonly packing: CopyPacking,
  ) {
    this.contents = new CopyContents({ reads, places, bytes, receipts });
  }

  /**
   * Makes a copy, or finds that there is nothing to make: made before, not allowed any more (which is written down), nothing left to read. `patient`: waits
   * until the log is sealed up to the wish. Throws StoreUnavailable, also once `signal` says that the process ends, and whatever putting it together throws: then
   * nothing is left that anybody can read.
   */
  async make(job: CopyJob, patient = true, signal?: AbortSignal): Promise<CopyOutcome> {
    try {
      const wish = await this.wishFor(job);
      if (wish === null) return 'done';
      if (patient && !(await this.isSealed(wish))) return 'waits';
      await this.made(job, wish, signal);
      return 'done';
    } catch (error) {
      await this.giveUp(job, whyNever(error));
      return 'done';
    }
  }

  /** Says that there will be no copy; of a space that is closed by now its reopening does. */
  async giveUp({ space, copy }: CopyJob, reason: 'NOT_ALLOWED' | 'NOT_MADE'): Promise<void> {
    try {
      await this.bus.execute(new FailCopy(space, { copy, reason }, { actor: REACTOR, messageId: `copies/${copy}/failed` }));
    } catch (error) {
      if (!(error instanceof KeyGone)) throw error;
    }
  }

  /** Null when it is made, or ended, already. */
  private async wishFor({ space, copy }: CopyJob): Promise<Wish | null> {
    const { facts } = await this.journal.read<CopyEvent>(`record-${space}`);
    const its = facts.filter(({ event }) => 'copy' in event && event.copy === copy);
    const [first] = its;
    return its.length === 1 && first?.event.type === 'CopyRequested' ? (first as Wish) : null;
  }

  private async isSealed({ stream, rev }: Wish): Promise<boolean> {
    try {
      await this.receipts.of({ stream, rev });
      return true;
    } catch (error) {
      if (error instanceof Refused) return false;
      throw error;
    }
  }

  private async made(job: CopyJob, wish: Wish, signal?: AbortSignal): Promise<void> {
    const { space, copy } = job;
    const actor = wish.meta.who;
    const admission = await this.gate.admit({ actor, action: 'RequestCopy', space, messageId: `copies/${copy}` });
    const reading: CopyReading = { space, actor, admission, position: wish.position };
    const tally: Tally = { documents: [], lines: 0 };
    const packed = this.packing.pack(this.contents.files(reading, tally), admission.at);
    const { blob, size } = await this.bytes.write({ space, document: copy, stream: `record-${space}` }, whileGoingOn(packed.bytes, signal));
    await this.deliver(job, { copy, blob, size, sha256: packed.sha256(), documents: tally.documents, lines: tally.lines });
  }

  /** What was stored and is not named by the fact is removed again: somebody else was faster, or it cannot be said. */
  private async deliver({ space }: CopyJob, made: MadeCopy): Promise<void> {
    const { copy, blob } = made;
    try {
      await this.stillThere(space, made.documents);
      await this.bus.execute(new DeliverCopy(space, { ...made }, { actor: REACTOR, messageId: `copies/${copy}/${blob}` }));
    } finally {
      if (!(await this.isNamed(space, blob))) await this.bytes.discard(space, copy, blob);
    }
  }

  /** What was taken back while the copy was put together must not live on in it. */
  private async stillThere(space: string, documents: readonly string[]): Promise<void> {
    const after = this.secrets.positionToken(await this.journal.head());
    for (const document of documents)
      if ((await this.places.placeOf(space, document, { after })) === null)
        throw new StoreUnavailable('a document went while it was copied');
  }

  private async isNamed(space: string, blob: string): Promise<boolean> {
    const { facts } = await this.journal.read<CopyEvent>(`record-${space}`);
    return facts.some(({ event }) => event.type === 'CopyReady' && event.blob === blob);
  }
}

/** The same bytes; what is large takes longer than whoever ends a process waits. */
async function* whileGoingOn(bytes: AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    if (signal?.aborted === true) throw new StoreUnavailable('the process that makes the copy ends');
    yield piece;
  }
}

/** Why there will never be a copy. Throws what may pass, and what was not foreseen. */
function whyNever(error: unknown): 'NOT_ALLOWED' | 'NOT_MADE' {
  // Closed or destroyed meanwhile, nobody can fetch it, and nothing can be said; or its key alone is dead, because it had been made in a log that was lost.
  if (error instanceof KeyGone) return 'NOT_MADE';
  if (!(error instanceof Refused)) throw error;
  if (!isFinal(error.rejection)) throw new StoreUnavailable(error.rejection.rejected);
  return 'NOT_ALLOWED';
}
