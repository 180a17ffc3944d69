import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Tagged } from '../../domain/shared/decider.js';
import { categoryOf, idOf, type Recorded } from '../../domain/shared/fact.js';
import type { Instant } from '../../domain/shared/time.js';
import type { Sender } from '../shared/domain-command.js';
import { isReadable } from '../shared/fact-reader.js';
import { SpaceFacts } from '../shared/space-facts.js';
import { DiscardDeposits, DiscardUnderVeil } from './record.commands.js';

/** What was deposited in a space whose opening was revoked, wherever it lies, goes; its keys and bytes follow as those of anything taken back. */
@Injectable()
export class RevokedDeposits {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: SpaceFacts,
  ) {}

  /** Doing it again changes nothing. Throws StoreUnavailable or Refused: what is left is done when it is asked again. */
  async discard(space: string, sender: Sender): Promise<void> {
    const facts = (await this.facts.of(space, ['space', 'record', 'veil'])).filter(isReadable);
    const wish = { before: openedAgain(facts) };
    // Asked again, it may know of an opening that it did not know of: it is the same wish.
    const its = { ...sender, space, words: { space } };
    const streams = new Set(facts.filter(({ event }) => event.type === 'DocumentDeposited').map(({ stream }) => stream));
    for (const stream of streams) {
      const Command = categoryOf(stream) === 'record' ? DiscardDeposits : DiscardUnderVeil;
      await this.bus.execute(new Command(idOf(stream), wish, its));
    }
  }
}

/** When the space opened after it had been taken back, so that deposits are welcome there; null: it did not. */
function openedAgain(facts: readonly Recorded<Tagged>[]): Instant | null {
  const revoked = facts.findLastIndex(({ event }) => event.type === 'SpaceOpeningRevoked');
  return facts.find(({ event }, n) => n > revoked && event.type === 'SpaceOpened')?.at ?? null;
}
