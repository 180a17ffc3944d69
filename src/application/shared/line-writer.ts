import type { Tagged } from '../../domain/shared/decider.js';
import type { Circumstances, StreamName } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import { Waiting, type Line } from './line.js';
import { inNextTurn } from './next-turn.js';
import { ConcurrencyConflict, KeyBroken, KeyGone, NO_STREAM, StoreUnavailable } from './ports.js';
import type { Clock, Entry, EntryOutcome, History, Journal, Revision } from './ports.js';

const REMEMBERED_STREAMS = 50_000;
/** Lines of one stream in one append: at 8 KiB each still less than an append may hold. */
const LINES_AT_ONCE = 128;
/** Facts looked at first when others were faster; more only where those of the moment in question reach further back. */
const FIRST_LOOK = 64;

/** What goes out to one stream in one append. */
interface Batch {
  readonly stream: StreamName;
  readonly lines: readonly Waiting[];
}

const LATE = 'the line could not be written in time';

/**
 * One writer per stream and process. While an append to a stream is under way, its lines gather and then go out together; lines of different
 * streams that wait at the same moment share one journey to the store. Conflicts are retried here.
 */
export class LineWriter {
  private readonly revisions = new Map<StreamName, Revision>();
  private readonly waiting = new Map<StreamName, Waiting[]>();
  private readonly underWay = new Set<StreamName>();
  /** Whoever comes in this turn of the event loop goes with it. */
  private readonly schedule = inNextTurn(() => this.setOut());

  constructor(
    private readonly journal: Pick<Journal, 'appendMany' | 'read'>,
    private readonly clock: Clock,
  ) {}

  /** Resolves when the line is durable, or needless; StoreUnavailable when it could not be written in time. */
  write(line: Line): Promise<void> {
    return new Promise((resolve, reject) => {
      this.queue(line.stream).push(new Waiting(line, resolve, reject, (late) => this.giveUp(late)));
      this.schedule();
    });
  }

  /** The next line of this stream meets what lies there, as if this process had never written to it. */
  forget(stream: StreamName): void {
    this.revisions.delete(stream);
  }

  private queue(stream: StreamName): Waiting[] {
    const lines = this.waiting.get(stream) ?? [];
    this.waiting.set(stream, lines);
    return lines;
  }

  private setOut(): void {
    const batches = [...this.waiting.keys()].filter((stream) => !this.underWay.has(stream)).map((stream) => this.gather(stream));
    if (batches.length === 0) return;
    const home = () => {
      for (const { stream } of batches) this.underWay.delete(stream);
      if (this.waiting.size > 0) this.schedule();
    };
    this.send(batches).then(home, home);
  }

  private gather(stream: StreamName): Batch {
    const queue = this.queue(stream);
    const lines = queue.splice(0, LINES_AT_ONCE);
    if (queue.length === 0) this.waiting.delete(stream);
    this.underWay.add(stream);
    return { stream, lines };
  }

  /** Never rejects: every failure goes to those who wait. */
  private async send(batches: readonly Batch[]): Promise<void> {
    const outcomes = await this.journal.appendMany(batches.map((batch) => this.entryOf(batch))).catch((error: unknown) => ({ error }));
    if ('error' in outcomes) return this.sendApart(batches, outcomes.error);
    await Promise.all(batches.map((batch, i) => this.settle(batch, outcomes[i])));
  }

  /** Nothing was sent, because of one of them perhaps: that one must not stop the others. */
  private async sendApart(batches: readonly Batch[], error: unknown): Promise<void> {
    const lines = batches.flatMap((batch) => batch.lines);
    if (lines.length === 1 || error instanceof StoreUnavailable) return lines.forEach((line) => line.failed(error));
    await Promise.all(batches.map((batch) => this.sendOneByOne(batch)));
  }

  private async sendOneByOne({ stream, lines }: Batch): Promise<void> {
    for (const line of lines) await this.send([{ stream, lines: [line] }]);
  }

  private expected(stream: StreamName): Revision {
    return this.revisions.get(stream) ?? NO_STREAM;
  }

  private entryOf({ stream, lines }: Batch): Entry {
    const expected = this.expected(stream);
    const at = this.clock.now();
    const facts: Tagged[] = [];
    const meta: Circumstances[] = [];
    for (const { line } of lines) {
      const place = expected + facts.length;
      const its = { ...line.circumstances, command: { id: line.idOn(at, place), digest: '' } };
      for (const fact of line.factsOn(place)) {
        facts.push(fact);
        meta.push(its);
      }
    }
    return { stream, expected, facts, at, meta };
  }

  private async settle(batch: Batch, outcome: EntryOutcome | undefined): Promise<void> {
    const { stream, lines } = batch;
    if (outcome instanceof ConcurrencyConflict) return this.retry(batch, outcome.actual);
    // Lines of one stream may lie under keys of several spaces: one that is gone or broken takes its own lines with it only.
    if ((outcome instanceof KeyGone || outcome instanceof KeyBroken) && lines.length > 1) return this.sendOneByOne(batch);
    if (outcome === undefined || outcome instanceof Error)
      return lines.forEach((line) => line.failed(outcome ?? new StoreUnavailable(LATE)));
    this.remember(stream, outcome.revision);
    for (const line of lines) line.written();
  }

  /** Somebody was faster: those who want to know are told, and all that is still wanted goes out again, before what came later. */
  private async retry({ stream, lines }: Batch, actual: Revision): Promise<void> {
    try {
      this.remember(stream, await this.meet(stream, lines, actual));
    } catch (error) {
      return lines.forEach((line) => line.failed(error));
    }
    const again: Waiting[] = [];
    for (const one of lines)
      if (one.line.proviso?.needless()) one.written();
      else if (one.late) one.failed(new StoreUnavailable(LATE));
      else again.push(one);
    if (again.length > 0) this.queue(stream).unshift(...again);
  }

  /** Shows the lines what others wrote; the revision up to which that is known. */
  private async meet(stream: StreamName, lines: readonly Waiting[], actual: Revision): Promise<Revision> {
    const provisos = lines.flatMap(({ line }) => line.proviso ?? []);
    const since = provisos.map((proviso) => proviso.since).sort()[0];
    if (since === undefined) return actual;
    const { facts, revision } = await this.recent(stream, actual, since);
    for (const proviso of provisos) proviso.meet(facts);
    return revision;
  }

  /** All facts behind what this process knows of the stream that are not older than this, and perhaps some that are. */
  private async recent(stream: StreamName, actual: Revision, since: Instant): Promise<History<Tagged>> {
    const unknown = this.expected(stream) + 1;
    for (let look = FIRST_LOOK; ; look *= 4) {
      const from = Math.max(unknown, actual + 1 - look);
      const history = await this.journal.read(stream, from);
      if (from === unknown || (history.facts[0]?.at ?? since) < since) return history;
    }
  }

  /** A line that was not sent yet is not sent any more; one that was sent waits for its outcome. */
  private giveUp(one: Waiting): void {
    one.late = true;
    const queue = this.waiting.get(one.line.stream) ?? [];
    const place = queue.indexOf(one);
    if (place < 0) return;
    queue.splice(place, 1);
    if (queue.length === 0) this.waiting.delete(one.line.stream);
    one.failed(new StoreUnavailable(LATE));
  }

  private remember(stream: StreamName, revision: Revision): void {
    this.revisions.delete(stream);
    this.revisions.set(stream, revision);
    const oldest = this.revisions.size > REMEMBERED_STREAMS ? this.revisions.keys().next().value : undefined;
    if (oldest !== undefined) this.revisions.delete(oldest);
  }
}
