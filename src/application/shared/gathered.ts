import type { Type } from '@nestjs/common';
import type { Decider, Tagged } from '../../domain/shared/decider.js';
import type { CommandExecutor } from './command-executor.js';
import { orderOf, type DomainCommand } from './domain-command.js';
import { inNextTurn } from './next-turn.js';
import type { Order } from './order.js';
import type { Couriers } from './wishes.js';

/** More in one go would keep those who came first waiting. */
const MOST = 128;

interface Waiting<C> {
  readonly order: Order<C>;
  readonly resolve: (receipt: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Couriers that bring what is sent in the same turn of the event loop to the executor together: a wave of deadlines is one reading and one append for
 * some hundred spaces instead of one for each. Each sender gets his own answer.
 */
export function gathered<C extends Tagged, S, E extends Tagged>(
  executor: CommandExecutor,
  decider: Decider<C, S, E>,
  commands: { readonly [T in C['type']]?: Type<DomainCommand<Tagged>> },
): Couriers {
  const queue: Waiting<C>[] = [];
  const flush = async (): Promise<void> => {
    for (const part of apart(queue.splice(0))) await deliver(executor, decider, part);
  };
  const flushSoon = inNextTurn(() => void flush());
  const send = (order: Order<C>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      queue.push({ order, resolve, reject });
      flushSoon();
    });
  return Object.fromEntries(
    Object.keys(commands).map((type) => [type, (id, { type: _, ...wish }, sender) => send(orderOf<C>(type, id, wish, sender))]),
  );
}

async function deliver<C extends Tagged, S, E extends Tagged>(
  executor: CommandExecutor,
  decider: Decider<C, S, E>,
  waiting: readonly Waiting<C>[],
): Promise<void> {
  try {
    const answers = await executor.executeMany(
      decider,
      waiting.map(({ order }) => [order]),
    );
    waiting.forEach(({ resolve, reject }, n) => {
      const answer = answers[n]?.[0];
      if (answer instanceof Error) reject(answer);
      else resolve(answer);
    });
  } catch (error) {
    for (const { reject } of waiting) reject(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Groups in which no stream comes twice, none too large. */
function apart<C>(all: readonly Waiting<C>[]): readonly (readonly Waiting<C>[])[] {
  const groups: { readonly ids: Set<string>; readonly waiting: Waiting<C>[] }[] = [];
  for (const one of all) {
    const { id } = one.order;
    let group = groups.find(({ ids, waiting }) => waiting.length < MOST && !ids.has(id));
    if (group === undefined) groups.push((group = { ids: new Set(), waiting: [] }));
    group.ids.add(id);
    group.waiting.push(one);
  }
  return groups.map(({ waiting }) => waiting);
}
