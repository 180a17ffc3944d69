import type { CommandBus } from '@nestjs/cqrs';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import { reject } from '../../domain/shared/rejection.js';
import type { Journal, Secrets } from '../shared/ports.js';
import { Refused } from '../shared/refused.js';
import type { Courier } from '../shared/wishes.js';
import { freshCode } from './fresh-code.js';
import { InviteHolder } from './space.commands.js';

/** Carries InviteAgain: the campaign of the letter that came back, and a code that is the same however often the wish is delivered. */
export const inviteAgain =
  (bus: CommandBus, journal: Journal, secrets: Secrets): Courier =>
  async (id, _, sender) => {
    const { facts } = await journal.read<SpaceEvent>(`space-${id}`);
    const campaign = facts.flatMap(({ event }) => (event.type === 'InvitationSent' ? [event.campaign] : [])).at(-1);
    if (campaign === undefined) throw new Refused(reject('conflict', 'enrolment/not-invited'));
    await bus.execute(new InviteHolder(id, { campaign, code: freshCode(secrets, id, sender.messageId) }, sender));
  };
