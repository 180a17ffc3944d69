import type { Action } from '../../domain/access/matrix.js';
import { decide, type Decider, type Issued, type Tagged } from '../../domain/shared/decider.js';
import type { Circumstances, CommandMark } from '../../domain/shared/fact.js';
import type { RecordedGround } from '../../domain/shared/ground.js';
import { isRejection, reject, type Rejection } from '../../domain/shared/rejection.js';
import { epochOf, type Instant } from '../../domain/shared/time.js';
import { broughtAbout, markOf, refusedMark } from './command-mark.js';
import { foldOf } from './folds.js';
import { Gate, WITH_RIGHTS } from './gate.js';
import type { Order } from './order.js';
import type { Clock, History, Secrets } from './ports.js';
import { Refused } from './refused.js';

/** What became of an order on a history, before anything is written. */
export interface Decision {
  /** To be written; empty when it changes nothing, or was done before. */
  readonly facts: readonly Tagged[];
  /** Where the fact lies that it brought about before, or the last of the stream. */
  readonly position: bigint;
  /** The answer to give once the facts, which remember it, are written. */
  readonly rejection: Rejection<unknown> | null;
  /** What surrounds the facts when they are written at this moment: `on` where they were true at another. */
  readonly circumstances: (at: Instant) => Circumstances;
}

/** An order older than this when it is written keeps its moment in `m.on`; the header says when it was written. */
const FRESH = 1_000;

/** What the header says of an order of this moment that is written now. */
export const momentOf = (issued: Instant, clock: Clock): Instant => {
  const now = clock.now();
  return epochOf(now) - epochOf(issued) < FRESH ? issued : now;
};

/** From a history to a decision: gate, already done?, If-Match, decide. The same for one order and for many. */
export class Deciding {
  constructor(
    private readonly gate: Gate,
    private readonly secrets: Secrets,
  ) {}

  /** Throws Refused: by the gate, or because the same key meant something else, or because what was seen has changed. */
  async on<C extends Tagged, S, E extends Tagged>(
    decider: Decider<C, S, E>,
    order: Order<C>,
    issued: Issued<C>,
    history: History<E>,
  ): Promise<Decision> {
    const { facts: past, revision } = history;
    const under = await this.admitted(decider.category, order, history);
    const earlier = broughtAbout(history, under.mark);
    if (earlier) return { ...NOTHING, position: earlier.position, circumstances: circumstancesOf(order, issued.at, under, under.mark) };
    if (order.expected !== undefined && (await order.expected()) !== revision)
      throw new Refused(reject('stale', 'request/changed-meanwhile'));
    const decision = decide(decider, issued, foldOf(decider, history));
    const rejection = isRejection(decision) ? decision : null;
    const mark = rejection === null ? under.mark : refusedMark(under.mark, rejection);
    const facts = isRejection(decision) ? decision.record : decision;
    const circumstances = circumstancesOf(order, issued.at, under, mark);
    return { facts, position: past.at(-1)?.position ?? 0n, rejection, circumstances };
  }

  private async admitted(category: string, order: Order<Tagged>, { facts }: History<Tagged>): Promise<Admitted> {
    const { actor, messageId, mode, secret: said } = order;
    const space = order.space ?? (OF_A_SPACE.includes(category) ? order.id : null);
    const known = { stream: `${category}-${order.id}` as const, facts };
    const passing = { actor, action: order.command.type as Action, space, messageId, mode, secret: said };
    const { receipt, secret } = await this.gate.admit(passing, known);
    const ground = WITH_RIGHTS.includes(actor.role) ? receipt : undefined;
    return { ground, secret, mark: markOf(this.secrets, category, order) };
  }
}

/** Categories whose streams have the id of their space. */
const OF_A_SPACE: readonly string[] = ['space', 'access', 'record', 'notices'];
const NOTHING = { facts: [], rejection: null } as const;

interface Admitted {
  readonly mark: CommandMark;
  readonly ground: RecordedGround | undefined;
  /** Whether it counts as done under the secret of a minor. */
  readonly secret: boolean;
}

/** The header says when it was written; `on` when it was true, where that is another moment. */
const circumstancesOf =
  (order: Order<Tagged>, issuedAt: Instant, { ground, secret }: Admitted, command: CommandMark) =>
  (at: Instant): Circumstances => {
    const truth = backdatingOf(order.command) ?? issuedAt;
    return {
      who: order.actor,
      ...(at === truth ? {} : { on: truth }),
      ...(ground === undefined ? {} : { ground }),
      ...(secret ? { secret } : {}),
      cause: order.messageId,
      corr: order.corr ?? order.messageId,
      command,
    };
  };

/** A backdated wish says itself when it was true; the rule has checked that it may. */
const backdatingOf = (command: Tagged & { readonly on?: unknown }): Instant | undefined =>
  typeof command.on === 'string' ? (command.on as Instant) : undefined;
