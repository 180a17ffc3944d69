import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { foldAccess } from '../../domain/access/fold-access.js';
import type { NoticeCall, TellAttendingDoctor, TellHolder } from '../../domain/notices/holder-notices.js';
import { hiddenByVeil } from '../../domain/notices/veil-knowledge.js';
import type { HiddenFrom } from '../../domain/record/document-vocabulary.js';
import { nameOfProfessional } from '../../domain/shared/actor.js';
import type { StreamName } from '../../domain/shared/fact.js';
import type { Sender } from '../shared/domain-command.js';
import { Clock, Journal, KeyGone, Secrets } from '../shared/ports.js';
import type { Couriers } from '../shared/wishes.js';
import { IssueNotice, NotifyProfessional } from './notices.commands.js';

/** Brings what must be told to whom it concerns, once it is known who may know of it. */
@Injectable()
export class Teller {
  constructor(
    private readonly bus: CommandBus,
    private readonly journal: Journal,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /** Tells the holder's side, or nobody while the fact is hidden from the holder. */
  holder(space: string, { type: _, veil, secret, announced, ...wish }: TellHolder, sender: Sender): Promise<void> {
    return whileThereIsAKey(async () => {
      const hidden = await this.hiddenBy(veil);
      if (hidden.includes('HOLDER') && announced !== true) return;
      const hiddenFrom = secret || hidden.includes('REPRESENTATIVES') ? (['REPRESENTATIVES'] as const) : [];
      await this.bus.execute(new IssueNotice(space, { ...wish, notice: this.idOf(sender), hiddenFrom }, sender));
    });
  }

  /** Tells the attending doctor of this moment, unless it was he himself. */
  attendingDoctor(space: string, { type: _, ...wish }: TellAttendingDoctor, sender: Sender): Promise<void> {
    return whileThereIsAKey(async () => {
      const streams: readonly StreamName[] = [`space-${space}`, `access-${space}`];
      const read = await this.journal.readMany(streams);
      const { attendingDoctor } = foldAccess(streams.flatMap((stream) => read.get(stream)?.facts ?? []));
      if (attendingDoctor === null || attendingDoctor.professional === wish.who.id) return;
      const { professional } = attendingDoctor;
      const stream = this.secrets.digest('actor', nameOfProfessional(professional));
      const notified = { ...wish, kind: 'EMERGENCY_ACCESS', notice: this.idOf(sender), professional, space } as const;
      await this.bus.execute(new NotifyProfessional(stream, notified, sender));
    });
  }

  private async hiddenBy(veil: StreamName | undefined): Promise<readonly HiddenFrom[]> {
    return veil === undefined ? [] : hiddenByVeil((await this.journal.read(veil)).facts, this.clock.now());
  }

  /** The same however often the wish is delivered, and nothing that can be counted. */
  private idOf({ messageId }: Sender): string {
    return this.secrets.digest('command', 'notice', messageId);
  }
}

/** Whoever had his keys destroyed is told nothing more. */
async function whileThereIsAKey(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof KeyGone)) throw error;
  }
}

type Call<T extends NoticeCall['type']> = Extract<NoticeCall, { type: T }>;

/** Who carries the wishes of `holderNotices`. */
export const noticeCouriers = (teller: Teller): Couriers => ({
  TellHolder: (space, wish, sender) => teller.holder(space, wish as Call<'TellHolder'>, sender),
  TellAttendingDoctor: (space, wish, sender) => teller.attendingDoctor(space, wish as Call<'TellAttendingDoctor'>, sender),
});
