import type { Decider, Tagged } from '../../domain/shared/decider.js';
import type { Circumstances, StreamName } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import { eachBounded } from './bounded.js';
import { momentOf, type Deciding, type Decision } from './deciding.js';
import type { Order, Receipt } from './order.js';
import type { Clock, Entry, EntryOutcome, History, Journal, Secrets } from './ports.js';
import { Refused } from './refused.js';

/** Orders for one stream, each decided on what the ones before it bring about. */
export type Chain<C> = readonly Order<C>[];
/** A receipt, or the error that the order would have met alone. */
export type Answer = Receipt | Error;

interface Parts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly deciding: Deciding;
  readonly secrets: Secrets;
}

/** Deciding waits for nothing but, at times, for rights or the law. */
const AT_ONCE = 16;

/** A chain that was decided: what is to be written, and the answers that hold once it is. */
interface Decided<C> {
  readonly chain: Chain<C>;
  readonly stream: StreamName;
  readonly history: History<Tagged>;
  readonly decisions: readonly Decision[];
  /** When the last of them was ordered. */
  readonly issuedAt: Instant;
  /** What ended the chain early; null when it came to its end. */
  readonly error: Error | null;
}

/** Many chains in one go: one reading, decisions one by one, one append. */
export class ChainedOrders<C extends Tagged, S, E extends Tagged> {
  constructor(
    private readonly parts: Parts,
    private readonly decider: Decider<C, S, E>,
    private readonly alone: (order: Order<C>) => Promise<Receipt>,
  ) {}

  async execute(chains: readonly Chain<C>[]): Promise<readonly (readonly Answer[])[]> {
    const histories = await this.parts.journal.readMany<E>(chains.map((chain) => this.streamOf(chain))).catch(() => null);
    // One history that cannot be read fails them all: alone, only its own orders meet the error.
    if (histories === null) return this.oneByOne(chains);
    const decided = new Map<Chain<C>, Decided<C>>();
    await eachBounded(chains, AT_ONCE, async (chain) => {
      const stream = this.streamOf(chain);
      const history = histories.get(stream) ?? { facts: [], revision: -1 };
      decided.set(chain, { chain, stream, history, ...(await this.decide(chain, stream, history)) });
    });
    const all = chains.map((chain) => decided.get(chain) as Decided<C>);
    const written = await this.write(all.filter(({ decisions }) => factsOf(decisions).length > 0));
    const answers = new Map<Chain<C>, readonly Answer[]>();
    await eachBounded(all, AT_ONCE, async (one) => void answers.set(one.chain, await this.answersTo(one, written.get(one))));
    return chains.map((chain) => answers.get(chain) ?? []);
  }

  private streamOf([order]: Chain<C>): StreamName {
    if (order === undefined) throw new Error('a chain holds at least one order');
    return `${this.decider.category}-${order.id}`;
  }

  private async decide(
    chain: Chain<C>,
    stream: StreamName,
    history: History<E>,
  ): Promise<Pick<Decided<C>, 'decisions' | 'issuedAt' | 'error'>> {
    const decisions: Decision[] = [];
    let issuedAt = this.parts.clock.now();
    let known = history;
    const now = issuedAt;
    try {
      for (const order of chain) {
        issuedAt = order.receivedAt ?? now;
        const decision = await this.parts.deciding.on(this.decider, order, { ...order.command, at: issuedAt, by: order.actor }, known);
        decisions.push(decision);
        if (decision.rejection !== null) return { decisions, issuedAt, error: new Refused(decision.rejection) };
        known = continued(known, stream, decision, issuedAt);
      }
      return { decisions, issuedAt, error: null };
    } catch (error) {
      return { decisions, issuedAt, error: errorOf(error) };
    }
  }

  /** What became of each; nothing for those of which nothing was sent. */
  private async write(decided: readonly Decided<C>[]): Promise<ReadonlyMap<Decided<C>, EntryOutcome>> {
    if (decided.length === 0) return new Map();
    const entries = decided.map(({ stream, history, decisions, issuedAt }): Entry => {
      const at = momentOf(issuedAt, this.parts.clock);
      const meta = decisions.flatMap(({ facts, circumstances }): Circumstances[] => facts.map(() => circumstances(at)));
      return { stream, expected: history.revision, facts: factsOf(decisions), at, meta };
    });
    const outcomes = await this.parts.journal.appendMany(entries).catch(() => []);
    return new Map(decided.flatMap((one, n) => (outcomes[n] === undefined ? [] : [[one, outcomes[n]] as const])));
  }

  private async answersTo({ chain, decisions, error }: Decided<C>, outcome: EntryOutcome | undefined): Promise<readonly Answer[]> {
    const writes = factsOf(decisions).length > 0;
    if (writes && (outcome === undefined || outcome instanceof Error)) return this.inTurn(chain);
    const { position } = outcome instanceof Error || outcome === undefined ? { position: null } : outcome;
    return chain.map((_, n) => {
      const decision = decisions[n];
      if (decision === undefined || decision.rejection !== null) return error ?? new Error('an order has no answer');
      return { position: this.parts.secrets.positionToken(decision.facts.length > 0 && position !== null ? position : decision.position) };
    });
  }

  private async oneByOne(chains: readonly Chain<C>[]): Promise<readonly (readonly Answer[])[]> {
    const answers = new Map<Chain<C>, readonly Answer[]>();
    await eachBounded(chains, AT_ONCE, async (chain) => void answers.set(chain, await this.inTurn(chain)));
    return chains.map((chain) => answers.get(chain) ?? []);
  }

  private async inTurn(chain: Chain<C>): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    for (const order of chain) {
      const last = answers.at(-1);
      if (last instanceof Error) answers.push(last);
      else answers.push(await this.alone(order).catch(errorOf));
    }
    return answers;
  }
}

const errorOf = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
const factsOf = (decisions: readonly Decision[]): readonly Tagged[] => decisions.flatMap(({ facts }) => facts);

/** The history as it will be once this is written. What was folded of the old one is not taken along: these facts may never come to lie there. */
function continued<E extends Tagged>(
  history: History<E>,
  stream: StreamName,
  { facts, circumstances, position }: Decision,
  at: Instant,
): History<E> {
  if (facts.length === 0) return history;
  const meta = circumstances(at);
  const added = facts.map((event, n) => ({ event: event as E, stream, rev: history.revision + 1 + n, position, at, meta }));
  return { facts: [...history.facts, ...added], revision: history.revision + facts.length };
}
