import { Injectable } from '@nestjs/common';
import type { Beneficiary } from '../../domain/enrolment/beneficiary.js';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import { foldAccess } from '../../domain/access/fold-access.js';
import type { NoticesEvent } from '../../domain/notices/notice-vocabulary.js';
import type { Of } from '../../domain/shared/decider.js';
import { idOf, type Recorded } from '../../domain/shared/fact.js';
import { recipientOf } from '../enrolment/messages.js';
import { isPutOffTooLong } from '../enrolment/put-off.js';
import { Clock, Journal, KeyGone, Outbox, Secrets, Undeliverable, type Message } from '../shared/ports.js';
import { noticeLetter, noticeText } from './notice-texts.js';

type Issued = Of<NoticesEvent, 'NoticeIssued'>;
const isIssued = (fact: Recorded): fact is Recorded<Issued> => fact.event.type === 'NoticeIssued';

/** What of a space an e-mail goes by: whose it is, whether it is open, and whether the address on file takes messages. */
interface Addressee {
  readonly person: Beneficiary;
  readonly open: boolean;
  readonly bounced: boolean;
}

/** Tells by e-mail that there is something to see, and never what: one message per notice, to the address on file. */
@Injectable()
export class NoticeMessenger {
  constructor(
    private readonly journal: Journal,
    private readonly secrets: Secrets,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Throws when the outbox cannot take it: try again. */
  async tell(fact: Recorded): Promise<void> {
    // The address on file of a minor may be that of his parents: what is hidden from them is told in the space alone (domain reference 13.14).
    if (!isIssued(fact) || fact.event.hiddenFrom.length > 0) return;
    const addressee = await this.addresseeOf(idOf(fact.stream));
    const message = addressee && this.messageTo(addressee, fact.event);
    if (message) await this.deliver(message, fact);
  }

  private async addresseeOf(space: string): Promise<Addressee | null> {
    try {
      const { facts } = await this.journal.read<SpaceEvent>(`space-${space}`);
      const person = facts[0]?.event;
      if (person?.type !== 'PersonDeclaredEligible') return null;
      const { status } = foldAccess(facts);
      const bounced = facts.some(({ event }) => event.type === 'InvitationBounced');
      return { person, open: status === 'OPENED' || status === 'ACTIVE', bounced };
    } catch (error) {
      if (error instanceof KeyGone) return null;
      throw error;
    }
  }

  /** An emergency is always told, by post where there is no e-mail address; the rest waits in the notice centre (CSP R.1111-48). */
  private messageTo({ person, open, bounced }: Addressee, { notice, kind, on }: Issued): Message | null {
    const text = noticeText(kind);
    const always = kind === 'EMERGENCY_ACCESS';
    const byEmail = person.email !== null && !bounced;
    if (text === null || !((open && byEmail) || always)) return null;
    const to = recipientOf(person);
    const channel = byEmail ? 'EMAIL' : 'POST';
    return { id: this.idOf(notice, channel), channel, to, subject: text.subject, text: noticeLetter(to.name, text), on };
  }

  /** What the mail server refuses for good, or puts off for days, keeps nothing behind it waiting. */
  private async deliver(message: Message, { event: { notice, kind }, at }: Recorded<Issued>): Promise<void> {
    try {
      await this.outbox.deliver(message);
    } catch (error) {
      if (!(error instanceof Undeliverable) && !isPutOffTooLong(error, at, this.clock.now())) throw error;
      if (kind === 'EMERGENCY_ACCESS') await this.outbox.deliver({ ...message, id: this.idOf(notice, 'POST'), channel: 'POST' });
    }
  }

  /** The same for one notice whenever it is told. */
  private idOf(notice: string, channel: Message['channel']): string {
    return this.secrets.digest('command', 'message', 'notice', notice, channel);
  }
}
