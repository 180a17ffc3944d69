import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { SettleCopies } from '../../domain/portability/copy-reactions.js';
import type { Instant } from '../../domain/shared/time.js';
import { SpaceKeys } from '../enrolment/space-keys.js';
import type { Sender } from '../shared/domain-command.js';
import { ExpireCopies, FailCopy, WithdrawCopies } from './copies.commands.js';
import { copiesAfter, CopyFacts, goneIn, type CopyFact } from './copy-facts.js';

/** While a space is closed nobody can write of its copies: what went by meanwhile is written when it is open again. */
@Injectable()
export class CopySettling {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: CopyFacts,
    private readonly keys: SpaceKeys,
  ) {}

  /**
   * Ends copies whose days were over or of which a document was taken back meanwhile, and gives up those that were being made when the space was closed, for
   * whoever made them has left off. Doing it again changes nothing. Throws KeyGone where the space was closed anew: its next reopening does this again.
   */
  async settle(space: string, { reopened }: Omit<SettleCopies, 'type'>, { actor, messageId }: Sender): Promise<void> {
    // Another process brings the keys back after the same fact, and may come to it later.
    await this.keys.settle(space);
    const facts = await this.facts.of(space);
    const { making, ready } = copiesAfter(facts);
    const before = askedBefore(facts, reopened);
    for (const copy of making.keys())
      if (before.has(copy))
        await this.bus.execute(new FailCopy(space, { copy, reason: 'NOT_MADE' }, { actor, messageId: `${messageId}/${copy}` }));
    await this.bus.execute(new ExpireCopies(space, {}, { actor, messageId: `${messageId}/expired` }));
    const gone = goneIn(facts);
    const held = new Set([...ready.values()].flatMap(({ documents }) => documents.filter((document) => gone.has(document))));
    for (const document of held)
      await this.bus.execute(new WithdrawCopies(space, { document }, { actor, messageId: `${messageId}/${document}` }));
  }
}

const askedBefore = (facts: readonly CopyFact[], moment: Instant): ReadonlySet<string> =>
  new Set(facts.flatMap(({ event, at }) => (event.type === 'CopyRequested' && at <= moment ? [event.copy] : [])));
