import { classOf } from './class-of.js';
import { REACTOR } from '../../domain/shared/actor.js';
import type { Tagged } from '../../domain/shared/decider.js';
import { categoryOf, idOf, type Recorded } from '../../domain/shared/fact.js';
import type { Consequence, Process } from '../../domain/shared/process.js';
import type { Instant } from '../../domain/shared/time.js';
import { Backlog } from './backlog.js';
import { eachBounded } from './bounded.js';
import type { Deadlines, PendingWish, ProcessPoints } from './deadlines.js';
import type { Subscription } from './event-store.js';
import { isReadable, type FactBatch, type FactReader } from './fact-reader.js';
import { LeaseLost, type Lease } from './leases.js';
import { pause } from './pause.js';
import { StoreUnavailable } from './ports.js';
import { RangeWalk } from './range-walk.js';
import { claimOf } from './ranges.js';
import { note, subjectOf, type HeldBack, type Subject } from './standstill.js';
import { standsStill, type Wishes } from './wishes.js';

/** A process of any context, once its types are not needed any more. */
export type AnyProcess = Pick<Process<Tagged, Tagged>, 'name' | 'listensTo'> & { readonly on: object };

/** What a process runs on. */
export interface ProcessParts {
  readonly reader: FactReader;
  readonly points: ProcessPoints;
  readonly deadlines: Deadlines;
  readonly wishes: Wishes;
  /** Told when a process stopped: its name and the class of the error, never stored data. */
  readonly alarm: (reason: string) => void;
}
/** How far a process has come, and whether it goes on. */
export interface ProcessHealth {
  readonly name: string;
  readonly position: bigint;
  /** Class of the error that stopped it; null while it runs. */
  readonly error: string | null;
}

/** A wish, and when it is due; null: now. */
type Called = Omit<PendingWish, 'notBefore'> & { readonly notBefore: Instant | null };

/** What a fact calls for in this process, in order. Sealed events call for nothing. */
function calledFor(process: AnyProcess, fact: Recorded): readonly Called[] {
  const reactions = process.on as Readonly<Record<string, ((fact: Recorded, id: string) => readonly Consequence<Tagged>[]) | undefined>>;
  const { stream, rev } = fact;
  const consequences = process.listensTo.includes(categoryOf(stream)) ? reactions[fact.event.type]?.(fact, idOf(stream)) : undefined;
  return (consequences ?? []).map(({ id, wish, notBefore }, index) => {
    return { process: process.name, stream, rev, index, target: id, wish, notBefore: notBefore ?? null };
  });
}

/** What is to be sent now: the wishes for one target in their order, several targets at a time. */
function byTarget(called: readonly Called[]): readonly (readonly Called[])[] {
  const targets = new Map<string, Called[]>();
  for (const wish of called) {
    if (isLater(wish)) continue;
    const its = targets.get(wish.target);
    if (its) its.push(wish);
    else targets.set(wish.target, [wish]);
  }
  return [...targets.values()];
}

const isLater = (called: Called): called is PendingWish => called.notBefore !== null;

/** Class of an error that is over some day. */
type Passing = typeof StoreUnavailable | typeof LeaseLost;

const TARGETS_AT_ONCE = 8;
/** Subjects on which it may fail one after the other, with none in between on which it does not: then it is not they. */
const MOST_FAILURES = 64;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/** Runs one process along the log, in the ranges it holds: deadlines are kept, wishes for now are sent, then the checkpoint moves. Redelivery is harmless. */
export class ProcessRunner {
  private claim = claimOf([]);
  private walk = new RangeWalk([]);
  private error: string | null = null;
  private subscription: Subscription | null = null;
  private stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly backlog: Backlog;
  /** On which it failed since it last reacted to something. */
  private readonly failed = new Set<Subject>();

  constructor(
    private readonly process: AnyProcess,
    private readonly parts: ProcessParts,
  ) {
    const { name, listensTo: categories } = process;
    const take = async (fact: Recorded): Promise<void> => void (await this.react([fact]));
    this.backlog = new Backlog(parts, { name, categories, take, isAhead: (fact) => this.walk.isFresh(fact) });
  }

  /** Goes on with these ranges and no others; resolves when nothing of the others is under way. Without any it stands still. */
  async hold(leases: readonly Lease[]): Promise<void> {
    await this.stop();
    this.claim = claimOf(leases);
    await this.backlog.hold(this.claim);
    this.walk = new RangeWalk([]);
    if (leases.length === 0) return;
    this.stopping = new AbortController();
    this.error = null;
    this.failed.clear();
    this.running = this.run();
  }

  /** Resolves when nothing of it is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.subscription?.stop();
    await this.running;
    await this.settle();
  }

  health(): ProcessHealth {
    return { name: this.process.name, position: this.walk.position ?? 0n, error: this.error };
  }

  /** True when everything up to this position was reacted to, by whoever holds the ranges. */
  async reached(position: bigint): Promise<boolean> {
    if (this.claim.leases.length > 0 && (this.walk.position ?? -1n) < position) return false;
    const elsewhere = await this.parts.points.elsewhere(this.process.name, this.claim);
    return elsewhere === null || elsewhere >= position;
  }

  /** Reacts to what it held back, in its ranges, of spaces that go on again; how many lines that settled. Throws StoreUnavailable. */
  takeUp(signal?: AbortSignal): Promise<number> {
    return this.backlog.takeUp(signal);
  }

  private async run(): Promise<void> {
    try {
      // What was lost is claimed again: if somebody else has it, until the keeper of the leases tells.
      await this.patiently(() => this.follow(), [StoreUnavailable, LeaseLost]);
    } catch (error) {
      this.error = classOf(error);
      this.parts.alarm(`the process ${this.process.name} stopped: ${this.error}`);
    }
  }

  private async follow(): Promise<void> {
    await this.backlog.hold(this.claim);
    this.walk = new RangeWalk(await this.parts.points.claim(this.process.name, this.claim));
    await this.backlog.learn();
    const { position } = this.walk;
    if (this.stopping.signal.aborted || position === null) return;
    this.subscription = this.parts.reader.subscribe(position, this.process.listensTo, (batch) => this.patiently(() => this.take(batch)));
    await this.subscription.finished;
  }

  private async take({ facts, position, last, standstill }: FactBatch): Promise<void> {
    const { open, heldBack } = this.backlog.parted(this.walk.fresh(facts), standstill);
    const called = await this.reactWhereItCan(open.filter(isReadable), heldBack);
    const { name } = this.process;
    this.backlog.noted(heldBack);
    if (called > 0 || heldBack.size > 0) await this.parts.points.reacted(name, this.claim, { position, last }, heldBack);
    else this.parts.points.passed(name, this.claim, { position, last });
    this.walk.moved(position);
  }

  /** All at once; where that fails, fact by fact: the space of one that fails is held back from there on, the others go on. How many wishes were called for. */
  private async reactWhereItCan(facts: readonly Recorded[], heldBack: Map<Subject, bigint>): Promise<number> {
    try {
      return await this.react(facts);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
    }
    let called = 0;
    for (const fact of facts) if (!isBehind(heldBack, fact)) called += await this.reactOrHoldBack(fact, heldBack);
    return called;
  }

  private async reactOrHoldBack(fact: Recorded, heldBack: Map<Subject, bigint>): Promise<number> {
    try {
      return await this.react([fact]);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      const subject = subjectOf(fact.stream);
      this.failed.add(subject);
      if (this.failed.size > MOST_FAILURES) throw error;
      note(heldBack, subject, fact.position);
      this.parts.alarm(`the process ${this.process.name} holds back a space, in which it failed: ${classOf(error)}`);
      return 0;
    }
  }

  /** How many wishes these facts called for. */
  private async react(facts: readonly Recorded[]): Promise<number> {
    const called = facts.flatMap((fact) => calledFor(this.process, fact));
    await this.parts.deadlines.keep(called.filter(isLater));
    await eachBounded(byTarget(called), TARGETS_AT_ONCE, async (wishes) => {
      for (const wish of wishes) await this.send({ ...wish, notBefore: NOW });
    });
    if (called.length > 0) this.failed.clear();
    return called.length;
  }

  /** What is wished of a space that stands still waits in the calendar, which tries it again; all others go on. */
  private async send(wish: PendingWish): Promise<void> {
    try {
      await this.parts.wishes.send(wish, REACTOR);
    } catch (error) {
      if (!standsStill(error)) throw error;
      await this.parts.deadlines.keep([wish]);
    }
  }

  /** A database that is away now costs the next start some events that call for nothing; so does a claim that somebody else has. */
  private async settle(): Promise<void> {
    const [settled] = await Promise.allSettled([this.parts.points.settle(this.process.name)]);
    if (settled?.status === 'rejected' && !(settled.reason instanceof LeaseLost))
      this.parts.alarm(`the process ${this.process.name} could not write how far it came`);
  }

  /** Tries again, ever more slowly, for as long as the store is away, or whatever else passes. */
  private async patiently(work: () => Promise<void>, passing: readonly Passing[] = [StoreUnavailable]): Promise<void> {
    const { signal } = this.stopping;
    for (let wait = FIRST_WAIT_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS))
      try {
        return await work();
      } catch (error) {
        if (!passing.some((one) => error instanceof one)) throw error;
        await pause(wait, signal);
      }
  }
}

/** Whether something before it in its space is held back. */
const isBehind = (heldBack: HeldBack, { stream, position }: Recorded): boolean => (heldBack.get(subjectOf(stream)) ?? position) < position;

/** A wish that is sent at once waits for no moment. */
const NOW = '1970-01-01T00:00:00.000Z' as Instant;
