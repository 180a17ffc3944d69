import { Injectable } from '@nestjs/common';
import type { Action } from '../../domain/access/matrix.js';
import { nameOf, type Actor } from '../../domain/shared/actor.js';
import { decide, replay, type Decider, type Issued, type Tagged } from '../../domain/shared/decider.js';
import type { CommandMark, Recorded, StreamName } from '../../domain/shared/fact.js';
import { isRejection, reject } from '../../domain/shared/rejection.js';
import { epochOf, type Instant } from '../../domain/shared/time.js';
import { Gate } from './gate.js';
import { Clock, ConcurrencyConflict, Journal, Secrets, type History, type Revision } from './ports.js';
import { Refused } from './refused.js';

/** A wish addressed to one thing by one actor. */
export interface Order<C> {
  readonly id: string;
  readonly command: C;
  readonly actor: Actor;
  /** Idempotency-Key of the caller, or the id of the message: the same one means the same wish. */
  readonly messageId: string;
  /** When it reached the door; the rules count this moment, however long the writing takes. */
  readonly receivedAt?: Instant | undefined;
  /** From If-Match: then a conflict is the caller's to solve, so no retry. */
  readonly expected?: Revision | undefined;
  /** The request or fact at the beginning of the chain, when it is not this message. */
  readonly corr?: string | undefined;
}

/** What a caller needs to read his own writes: an opaque token of the position. */
export interface Receipt {
  readonly position: string;
}

const ATTEMPTS = 3;
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
    const history = await this.journal.read<E>(stream);
    await this.gate.admit(
      {
        actor: order.actor,
        action: order.command.type as Action,
        space: decider.category === 'space' ? order.id : null,
        messageId: order.messageId,
      },
      history.facts,
    );
    const mark = this.markOf(decider.category, order);
    const earlier = history.facts.filter(({ meta }) => meta.command.id === mark.id);
    if (earlier.length > 0) return this.answerAgain(earlier, mark);
    if (order.expected !== undefined && order.expected !== history.revision)
      throw new Refused(reject('stale', 'request/changed-meanwhile'));
    return this.decideAndAppend(decider, order, issued, history, mark, stream);
  }

  private async decideAndAppend<C extends Tagged, S, E extends Tagged>(
    decider: Decider<C, S, E>,
    order: Order<C>,
    issued: Issued<C>,
    history: History<E>,
    mark: CommandMark,
    stream: StreamName,
  ): Promise<Receipt> {
    const decision = decide(
      decider,
      issued,
      replay(
        decider,
        history.facts.map(({ event }) => event),
      ),
    );
    const refused = isRejection(decision) ? decision : null;
    const facts = (refused ? refused.record : decision) as readonly E[];
    let position = history.facts.at(-1)?.position ?? 0n;
    if (facts.length > 0) {
      const command = refused
        ? { ...mark, refused: { code: refused.rejected, kind: refused.kind, ...(refused.also ? { also: refused.also } : {}) } }
        : mark;
      const at = this.momentOfWriting(issued.at);
      const truth = trueMomentOf(order.command) ?? issued.at;
      const on = at === truth ? {} : { on: truth };
      const meta = { who: order.actor, ...on, cause: order.messageId, corr: order.corr ?? order.messageId, command };
      ({ position } = await this.journal.append({ stream, expected: history.revision, facts, at, meta }));
    }
    if (refused) throw new Refused(refused);
    return { position: this.secrets.positionToken(position) };
  }

  private momentOfWriting(at: Instant): Instant {
    const now = this.clock.now();
    return epochOf(now) - epochOf(at) < FRESH ? at : now;
  }

  private markOf(category: string, { actor, command, id, messageId }: Order<Tagged>): CommandMark {
    const target = `${category}-${id}`;
    return {
      id: this.secrets.digest('command', nameOf(actor), command.type, target, messageId),
      digest: this.secrets.digest('content', JSON.stringify(command)),
    };
  }

  /** The same key again: the same answer, refusals included; with another content it is a mistake of the caller. */
  private answerAgain(earlier: readonly Recorded[], mark: CommandMark): Receipt {
    const last = earlier[earlier.length - 1] as Recorded;
    if (last.meta.command.digest !== mark.digest) throw new Refused(reject('reused', 'request/key-used-for-something-else'));
    const refused = last.meta.command.refused;
    if (refused)
      throw new Refused({ rejected: refused.code, kind: refused.kind, record: [], ...(refused.also ? { also: refused.also } : {}) });
    return { position: this.secrets.positionToken(last.position) };
  }
}

/** A backdated wish says itself when it was true; the rule has checked that it may. */
const trueMomentOf = (command: Tagged & { readonly on?: unknown }): Instant | undefined =>
  typeof command.on === 'string' ? (command.on as Instant) : undefined;
