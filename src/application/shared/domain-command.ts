import { Injectable, type Provider, type Type } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Decider, Of, Tagged } from '../../domain/shared/decider.js';
import { CommandExecutor, type Receipt } from './command-executor.js';
import type { Order } from './order.js';

/** Who sends a command, and how it is told apart from others: everything of an order but the wish and its target. */
export type Sender = Omit<Order<never>, 'id' | 'command'>;

/** A domain intent addressed to one stream by one actor. Sub-classes are names, never bodies. */
export class DomainCommand<W extends Tagged> extends Command<Receipt> {
  constructor(
    readonly id: string,
    readonly wish: Omit<W, 'type'>,
    readonly sender: Sender,
  ) {
    super();
  }
}

/** The order that a command brings; its content has this form for ever, for it is what digests of commands are made of. */
export const orderOf = <C extends Tagged>(type: C['type'], id: string, wish: object, sender: Sender): Order<C> => ({
  ...sender,
  id,
  command: { ...wish, type } as unknown as C,
});

/** One @CommandHandler per intent of the decider. Forgetting one does not compile. */
export function handlersOf<C extends Tagged, S, E extends Tagged>(
  decider: Decider<C, S, E>,
  commands: { readonly [T in C['type']]: Type<DomainCommand<Of<C, T>>> },
): Provider[] {
  return (Object.entries(commands) as [C['type'], Type<DomainCommand<C>>][]).map(([type, command]) => {
    @CommandHandler(command)
    @Injectable()
    class Handler implements ICommandHandler<DomainCommand<C>> {
      constructor(private readonly executor: CommandExecutor) {}

      execute({ id, wish, sender }: DomainCommand<C>): Promise<Receipt> {
        return this.executor.execute(decider, orderOf<C>(type, id, wish, sender));
      }
    }
    return Object.defineProperty(Handler, 'name', { value: `${type}Handler` });
  });
}
