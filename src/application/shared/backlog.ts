import type { Recorded } from '../../domain/shared/fact.js';
import type { ProcessPoints } from './deadlines.js';
import { isHeld, isReadable, type FactReader, type Met } from './fact-reader.js';
import type { HeldLine } from './quarantine.js';
import { claimOf, coversStream, type Claim } from './ranges.js';
import { note, parted, streamsOf, subjectOf, type HeldBack, type Standstill, type Subject } from './standstill.js';

/** What a reader outside of the database works with. */
export interface ReaderParts {
  readonly reader: FactReader;
  readonly points: ProcessPoints;
}
/** Who holds something back, and what he does with it once it goes on. */
export interface Holder {
  readonly name: string;
  readonly categories: readonly string[];
  /** At least once per fact, in order: what was taken already may come again. */
  readonly take: (fact: Recorded) => Promise<void>;
  /** Whether it has still to come there: it will meet it then. */
  readonly isAhead: (fact: Met) => boolean;
}

/** A subject whose facts wait: how often taking them up failed, and until when it is not tried again (milliseconds of performance.now). */
interface Waiting {
  readonly failures: number;
  readonly until: number;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 600_000;
const AT_ONCE: Waiting = { failures: 0, until: 0 };

/**
 * What a reader holds back in its ranges: facts of spaces that stand still, and facts that could not be taken while others could. Whatever comes behind them in
 * their space waits too, so that each stream is taken in its order.
 */
export class Backlog {
  private claim = claimOf([]);
  private waiting = new Map<Subject, Waiting>();
  /** Null until it is known what is held back, and where its holder stands: he would take what he meets again. */
  private going: AbortController | null = null;
  private underWay: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly parts: ReaderParts,
    private readonly holder: Holder,
  ) {}

  /**
   * In these ranges and no others: what lies elsewhere is taken up by whoever holds it. Resolves when nothing is being taken up; nothing is, before it is
   * learnt what waits.
   */
  async hold(claim: Claim): Promise<void> {
    this.going?.abort();
    this.going = null;
    await this.underWay;
    this.claim = claim;
    this.waiting = new Map();
  }

  /** Learns what was held back here before, by whomever. Throws StoreUnavailable. */
  async learn(): Promise<void> {
    this.waiting = new Map((await this.lines()).map(({ subject }) => [subject, AT_ONCE]));
    this.going = new AbortController();
  }

  /** Parts what was met into what may be taken now, in order, and what waits. */
  parted(facts: readonly Met[], standstill: Standstill): { readonly open: readonly Met[]; readonly heldBack: Map<Subject, bigint> } {
    const going = parted(facts, standstill);
    const heldBack = new Map(going.heldBack);
    const open = going.open.filter(({ stream, position }) => {
      const subject = subjectOf(stream);
      const waits = this.waiting.has(subject);
      if (waits) note(heldBack, subject, position);
      return !waits;
    });
    return { open, heldBack };
  }

  /** Before it is written that these wait: from here on what comes behind them does. */
  noted(heldBack: HeldBack): void {
    for (const subject of heldBack.keys()) this.waiting.set(subject, { ...(this.waiting.get(subject) ?? AT_ONCE) });
  }

  /**
   * Takes up what does not stand still any more, from the first position that was passed over. A line goes when all of it was taken, so a crash in between only
   * repeats; one that fails is tried again ever more slowly. Returns how many lines were settled; throws the first failure after all were tried,
   * StoreUnavailable included.
   */
  async takeUp(signal?: AbortSignal): Promise<number> {
    const ended = this.going?.signal;
    if (ended === undefined) return 0;
    const work = this.takeUpUntil(() => signal?.aborted === true || ended.aborted);
    this.underWay = Promise.allSettled([this.underWay, work]);
    return work;
  }

  private async takeUpUntil(isOver: () => boolean): Promise<number> {
    const failures: unknown[] = [];
    let settled = 0;
    for (const line of await this.due()) {
      // Asked for each anew: others may hold its range by now.
      if (isOver()) break;
      try {
        if (await this.isSettled(line)) settled += 1;
      } catch (error) {
        this.later(line.subject);
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return settled;
  }

  /** Lines that do not stand still any more, and whose time has come. */
  private async due(): Promise<readonly HeldLine[]> {
    const lines = await this.lines();
    if (lines.length === 0) return lines;
    const standstill = await this.parts.reader.standstill();
    const now = performance.now();
    return lines.filter(({ subject }) => !standstill.holds(subject) && now >= (this.waiting.get(subject) ?? AT_ONCE).until);
  }

  private async lines(): Promise<readonly HeldLine[]> {
    return (await this.parts.points.heldBack(this.holder.name)).filter(({ subject }) => this.covers(subject));
  }

  private covers(subject: Subject): boolean {
    return coversStream(this.claim.ranges, subject);
  }

  private later(subject: Subject): void {
    const { failures } = this.waiting.get(subject) ?? AT_ONCE;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
    this.waiting.set(subject, { failures: failures + 1, until: performance.now() + wait });
  }

  /** False when one of its events still cannot be read. */
  private async isSettled(line: HeldLine): Promise<boolean> {
    const { points } = this.parts;
    const before = this.waiting.get(line.subject);
    const facts = await this.factsOf(line);
    if (facts === null) return false;
    for (const fact of facts)
      try {
        await this.holder.take(fact);
      } catch (error) {
        // What was taken before it is not taken again with every try.
        if (fact !== facts[0]) await points.gaveBackUntil(line, fact.position);
        throw error;
      }
    await points.gaveBack(line);
    // What was noted meanwhile may have come too late for this time.
    if (this.waiting.get(line.subject) === before) this.waiting.delete(line.subject);
    return true;
  }

  /** Null when one of them still cannot be read: it is in quarantine again. */
  private async factsOf({ subject, from }: HeldLine): Promise<readonly Recorded[] | null> {
    const met = await this.parts.reader.readMany(streamsOf(subject, this.holder.categories));
    const its = met.filter((one) => one.position >= from && !this.holder.isAhead(one));
    return its.some(isHeld) ? null : its.filter(isReadable).sort(byPosition);
  }
}

const byPosition = (a: Met, b: Met): number => (a.position < b.position ? -1 : 1);
