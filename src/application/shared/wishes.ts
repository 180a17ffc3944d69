import type { Type } from '@nestjs/common';
import type { CommandBus } from '@nestjs/cqrs';
import type { Actor } from '../../domain/shared/actor.js';
import type { Tagged } from '../../domain/shared/decider.js';
import type { PendingWish } from './deadlines.js';
import type { DomainCommand, Sender } from './domain-command.js';
import { KeyBroken, KeyGone, StoreUnavailable, UnreadableEvent } from './ports.js';
import { isFinal, Refused } from './refused.js';
import { SPACE_QUARANTINED } from './standstill.js';

/** Brings one kind of wish to where it is decided. Throws Refused, or StoreUnavailable when it must be sent again. */
export type Courier = (id: string, wish: Tagged, sender: Sender) => Promise<unknown>;
/** A courier for each type of wish. */
export type Couriers = Readonly<Record<string, Courier>>;

/** Wishes that are commands as they stand: each goes to the bus under its own name. */
export const byBus = (bus: CommandBus, commands: Readonly<Record<string, Type<DomainCommand<Tagged>>>>): Couriers =>
  Object.fromEntries(
    Object.entries(commands).map(([name, Command]) => [
      name,
      (id: string, { type: _, ...wish }: Tagged, sender: Sender) => bus.execute(new Command(id, wish, sender)),
    ]),
  );

/** True when somebody met a space that stands still, or the event or key that makes it so. */
export const standsStill = (error: unknown): boolean =>
  error instanceof UnreadableEvent ||
  error instanceof KeyBroken ||
  error instanceof SpaceStandsStill ||
  (error instanceof Refused && error.rejection.rejected === SPACE_QUARANTINED);

/** The identity of a wish: the same however often it is delivered, so that the executor recognises it. */
const messageIdOf = ({ process, stream, rev, index }: PendingWish): string => `${process}/${stream}/${rev}/${index}`;

/** The space that a wish is for stands still: nothing was decided, and waiting here would keep all others waiting. */
export class SpaceStandsStill extends StoreUnavailable {}

/** Sends what processes wish for. */
export class Wishes {
  constructor(
    private readonly couriers: Couriers,
    /** Told of a wish that was refused for good: process and code, never stored data. */
    private readonly report: (refusal: string) => void,
  ) {}

  /**
   * Resolves when it was decided: done, done before, or refused, which is final; a wish for what is archived or destroyed is refused. Throws
   * StoreUnavailable when nothing was decided; it may then be sent again, as often as needed; SpaceStandsStill when that makes no sense before somebody has
   * settled a quarantine.
   */
  async send(pending: PendingWish, actor: Actor): Promise<void> {
    const courier = this.couriers[pending.wish.type];
    if (!courier) throw new Error(`nobody carries the wish ${pending.wish.type}`);
    try {
      await courier(pending.target, pending.wish, { actor, messageId: messageIdOf(pending) });
    } catch (error) {
      if (error instanceof KeyGone) return this.report(`${pending.process}: ${pending.wish.type} came after the key was gone`);
      if (standsStill(error)) throw new SpaceStandsStill(SPACE_QUARANTINED, { cause: error });
      if (!(error instanceof Refused)) throw error;
      const { rejected } = error.rejection;
      if (!isFinal(error.rejection)) throw new StoreUnavailable(rejected);
      this.report(`${pending.process}: ${pending.wish.type} was refused: ${rejected}`);
    }
  }
}
