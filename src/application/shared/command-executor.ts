import { Injectable } from '@nestjs/common';
import type { Action } from '../../domain/access/matrix.js';
import { decide, type Decider, type Issued, type Tagged } from '../../domain/shared/decider.js';
import type { CommandMark, StreamName } from '../../domain/shared/fact.js';
import type { RecordedGround } from '../../domain/shared/ground.js';
import { isRejection, reject } from '../../domain/shared/rejection.js';
import { epochOf, type Instant } from '../../domain/shared/time.js';
import { readThrough } from './archive.js';
import { broughtAbout, markOf, refusedMark } from './command-mark.js';
import { foldOf } from './folds.js';
import { Gate, WITH_RIGHTS } from './gate.js';
import type { Order } from './order.js';
import { Clock, ConcurrencyConflict, Journal, Secrets, type Entry, type History } from './ports.js';
import { Refused } from './refused.js';

/** What a caller needs to read his own writes: an opaque token of the position. */
export interface Receipt {
  readonly position: string;
}

const ATTEMPTS = 3;
/** Categories whose streams have the id of their space. */
const OF_A_SPACE: readonly string[] = ['space', 'access', 'record', 'notices'];
/** An order older than this when it is written keeps its moment in `m.on`; the header says when it was written. */
const FRESH = 1_000;

/** The way of every command: read, gate, already done?, decide, append. */
@Injectable()
export class CommandExecutor {
  constructor(
    private readonly journal: Journal,
    private readonly clock: Clock,
    private readonly gate: Gate,
    private readonly secrets: Secrets,
  ) {}

  /** Throws Refused (an answer), StoreUnavailable (nothing was promised, send it again), ConcurrencyConflict never without If-Match. */
  async execute<C extends Tagged, S, E extends Tagged>(decider: Decider<C, S, E>, order: Order<C>): Promise<Receipt> {
    const stream: StreamName = `${decider.category}-${order.id}`;
    const issued: Issued<C> = { ...order.command, at: order.receivedAt ?? this.clock.now(), by: order.actor };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(decider, order, stream, issued);
      } catch (error) {
        if (!(error instanceof ConcurrencyConflict)) throw error;
        if (order.expected !== undefined) throw new Refused(reject('stale', 'request/changed-meanwhile'));
        if (attempt === ATTEMPTS) throw new Refused(reject('conflict', 'request/too-busy'));
      }
    }
  }

  private async attempt<C extends Tagged, S, E extends Tagged>(
    decider: Decider<C, S, E>,
    order: Order<C>,
    stream: StreamName,
    issued: Issued<C>,
  ): Promise<Receipt> {
    const history = await readThrough<E>(this.journal, stream, order.archived);
    const { actor, messageId, mode, secret: said } = order;
    const space = order.space ?? (OF_A_SPACE.includes(decider.category) ? order.id : null);
    const known = { stream, facts: history.facts };
    const passing = { actor, action: order.command.type as Action, space, messageId, mode, secret: said };
    const { receipt, secret } = await this.gate.admit(passing, known);
    const ground = WITH_RIGHTS.includes(actor.role) ? receipt : undefined;
    const mark = markOf(this.secrets, decider.category, order);
    const earlier = broughtAbout(history.facts, mark);
    if (earlier) return { position: this.secrets.positionToken(earlier.position) };
    if (order.expected !== undefined && (await order.expected()) !== history.revision)
      throw new Refused(reject('stale', 'request/changed-meanwhile'));
    return this.decideAndAppend(decider, issued, history, { stream, order, mark, ground, secret });
  }

  private async decideAndAppend<C extends Tagged, S, E extends Tagged>(
    decider: Decider<C, S, E>,
    issued: Issued<C>,
    history: History<E>,
    under: Undertaking,
  ): Promise<Receipt> {
    const { facts: past, revision } = history;
    const decision = decide(decider, issued, foldOf(decider, history));
    const facts = isRejection(decision) ? decision.record : decision;
    let position = past.at(-1)?.position ?? 0n;
    if (facts.length > 0) {
      const mark = isRejection(decision) ? refusedMark(under.mark, decision) : under.mark;
      ({ position } = await this.journal.append({ ...this.circumstancesOf(under, issued, mark), expected: revision, facts }));
    }
    if (isRejection(decision)) throw new Refused(decision);
    return { position: this.secrets.positionToken(position) };
  }

  /** The header says when it was written; `on` when it was true, where that is another moment. */
  private circumstancesOf(
    { stream, order, ground, secret }: Undertaking,
    issued: Issued<Tagged>,
    command: CommandMark,
  ): Pick<Entry, 'stream' | 'at' | 'meta'> {
    const now = this.clock.now();
    const at = epochOf(now) - epochOf(issued.at) < FRESH ? issued.at : now;
    const truth = backdatingOf(order.command) ?? issued.at;
    const on = at === truth ? {} : { on: truth };
    return {
      stream,
      at,
      meta: {
        who: order.actor,
        ...on,
        ...(ground === undefined ? {} : { ground }),
        ...(secret ? { secret } : {}),
        cause: order.messageId,
        corr: order.corr ?? order.messageId,
        command,
      },
    };
  }
}

/** What is being written for whom, while it is being decided. */
interface Undertaking {
  readonly stream: StreamName;
  readonly order: Order<Tagged>;
  readonly mark: CommandMark;
  readonly ground: RecordedGround | undefined;
  /** Whether it counts as done under the secret of a minor. */
  readonly secret: boolean;
}

/** A backdated wish says itself when it was true; the rule has checked that it may. */
const backdatingOf = (command: Tagged & { readonly on?: unknown }): Instant | undefined =>
  typeof command.on === 'string' ? (command.on as Instant) : undefined;
