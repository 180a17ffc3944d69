import { Inject, Injectable } from '@nestjs/common';
import { CommandExecutor, type Receipt } from '../../../application/shared/command-executor.js';
import type { Answer, Chain } from '../../../application/shared/chained-orders.js';
import type { Order } from '../../../application/shared/order.js';
import type { Decider, Tagged } from '../../../domain/shared/decider.js';
import { answerTo } from '../problem.js';
import { Metrics } from './metrics.js';

/** The executor, counted: every command whatever brought it, by name and outcome. */
@Injectable()
export class CountingExecutor extends CommandExecutor {
  @Inject(Metrics) private readonly metrics: Metrics;

  override async execute<C extends Tagged, S, E extends Tagged>(decider: Decider<C, S, E>, order: Order<C>): Promise<Receipt> {
    try {
      const receipt = await super.execute(decider, order);
      this.metrics.commanded(order.command.type, 'done');
      return receipt;
    } catch (error) {
      this.metrics.commanded(order.command.type, answerTo(error).kind);
      throw error;
    }
  }

  override async executeMany<C extends Tagged, S, E extends Tagged>(
    decider: Decider<C, S, E>,
    chains: readonly Chain<C>[],
  ): Promise<readonly (readonly Answer[])[]> {
    const answers = await super.executeMany(decider, chains);
    answers.forEach((some, chain) =>
      some.forEach((answer, n) => {
        const name = chains[chain]?.[n]?.command.type;
        if (name !== undefined) this.metrics.commanded(name, answer instanceof Error ? answerTo(answer).kind : 'done');
      }),
    );
    return answers;
  }
}
