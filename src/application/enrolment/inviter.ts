import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { campaign, type CampaignEvent } from '../../domain/enrolment/campaign.js';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import type { Actor } from '../../domain/shared/actor.js';
import { replay } from '../../domain/shared/decider.js';
import type { Recorded } from '../../domain/shared/fact.js';
import { Journal, Secrets } from '../shared/ports.js';
import { freshCode } from './fresh-code.js';
import { InviteHolder } from './space.commands.js';

/** Sends the information of a campaign to one person at a time, once; once more after a bounce, by post, and after a delay. */
@Injectable()
export class Inviter {
  constructor(
    private readonly bus: CommandBus,
    private readonly journal: Journal,
    private readonly secrets: Secrets,
  ) {}

  /** RUNNING invites, PAUSED holds back, NONE was never opened. */
  async statusOf(id: string): Promise<'NONE' | 'RUNNING' | 'PAUSED'> {
    const { facts } = await this.journal.read<CampaignEvent>(`campaign-${id}`);
    return replay(
      campaign,
      facts.map(({ event }) => event),
    ).status;
  }

  /** After a bounce or a delay: the letter of the same campaign, unless that is held back now. */
  async inviteAgain(space: string, by: Actor): Promise<void> {
    const { facts } = await this.journal.read<SpaceEvent>(`space-${space}`);
    const sent = facts.findLast(({ event }) => event.type === 'InvitationSent')?.event;
    if (sent?.type !== 'InvitationSent' || (await this.statusOf(sent.campaign)) !== 'RUNNING') return;
    await this.invite(space, sent.campaign, by, facts);
  }

  /** Invites unless an invitation is out already that counts. Whether the person may be invited at all is the rule's to say. */
  private async invite(space: string, campaignId: string, by: Actor, history: readonly Recorded<SpaceEvent>[]): Promise<void> {
    const invitation = this.invitation(space, campaignId, by, history);
    if (invitation !== null) await this.bus.execute(invitation);
  }

  /** The command that invites; null when an invitation is out already that counts: it has not bounced, and left on its day. */
  invitation(space: string, campaignId: string, by: Actor, history: readonly Recorded<SpaceEvent>[]): InviteHolder | null {
    const attempt = attemptOf(history);
    if (attempt === null) return null;
    const messageId = this.secrets.digest('command', 'invitation', campaignId, space, attempt);
    const wish = { campaign: campaignId, code: freshCode(this.secrets, space, messageId) };
    return new InviteHolder(space, wish, { actor: by, messageId });
  }
}

/** What makes up for an invitation: another one. */
const REASONS: { readonly [T in SpaceEvent['type']]?: string } = { InvitationBounced: 'bounce', InvitationDelayed: 'delay' };

/** Null when nothing is left to send; otherwise which attempt this is, the same one however often it is tried. */
const attemptOf = (history: readonly Recorded<SpaceEvent>[]): string | null => {
  const last = history.findLast(({ event: { type } }) => type === 'InvitationSent' || REASONS[type] !== undefined);
  if (last === undefined) return 'first';
  const reason = REASONS[last.event.type];
  return reason === undefined ? null : `after-${reason}-${last.rev}`;
};
