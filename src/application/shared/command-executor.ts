import { Injectable } from '@nestjs/common';
import type { Decider, Issued, Tagged } from '../../domain/shared/decider.js';
import type { StreamName } from '../../domain/shared/fact.js';
import { reject } from '../../domain/shared/rejection.js';
import { readThrough } from './archive.js';
import { ChainedOrders, type Answer, type Chain } from './chained-orders.js';
import { Deciding, momentOf } from './deciding.js';
import { Gate } from './gate.js';
import type { Order, Receipt } from './order.js';
import { Clock, ConcurrencyConflict, Journal, Secrets } from './ports.js';
import { Refused } from './refused.js';

export type { Receipt } from './order.js';

const ATTEMPTS = 3;

/** The way of every command: read, gate, already done?, decide, append. */
@Injectable()
export class CommandExecutor {
  private readonly deciding: Deciding;

  constructor(
    private readonly journal: Journal,
    private readonly clock: Clock,
    gate: Gate,
    private readonly secrets: Secrets,
  ) {
    this.deciding = new Deciding(gate, secrets);
  }

  /** Throws Refused (an answer), StoreUnavailable (nothing was promised, send it again), ConcurrencyConflict never without If-Match. */
  execute<C extends Tagged, S, E extends Tagged>(decider: Decider<C, S, E>, order: Order<C>): Promise<Receipt> {
    return this.alone(decider, order);
  }

  /**
   * The bulk path: each chain holds the orders for one stream, in their order; no two chains have the same stream. All are read together, decided one
   * by one as `execute` decides them, and appended together, a chain in one append. What did not fit (a conflict, a history that cannot be read) goes the
   * way of a single order. Answers lie as the orders do: a receipt, or what `execute` would have thrown; behind an error the rest of a chain has the same.
   */
  async executeMany<C extends Tagged, S, E extends Tagged>(
    decider: Decider<C, S, E>,
    chains: readonly Chain<C>[],
  ): Promise<readonly (readonly Answer[])[]> {
    const { journal, clock, deciding, secrets } = this;
    return new ChainedOrders({ journal, clock, deciding, secrets }, decider, (order) => this.alone(decider, order)).execute(chains);
  }

  private async alone<C extends Tagged, S, E extends Tagged>(decider: Decider<C, S, E>, order: Order<C>): Promise<Receipt> {
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
    const { facts, rejection, circumstances, ...known } = await this.deciding.on(decider, order, issued, history);
    let { position } = known;
    if (facts.length > 0) {
      const at = momentOf(issued.at, this.clock);
      ({ position } = await this.journal.append({ stream, at, meta: circumstances(at), expected: history.revision, facts }));
    }
    if (rejection !== null) throw new Refused(rejection);
    return { position: this.secrets.positionToken(position) };
  }
}
