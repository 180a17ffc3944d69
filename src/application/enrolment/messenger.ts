import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { SpaceEvent } from '../../domain/enrolment/space-vocabulary.js';
import type { Actor } from '../../domain/shared/actor.js';
import { idOf, trueOn, type Recorded } from '../../domain/shared/fact.js';
import { parisDay, type Instant } from '../../domain/shared/time.js';
import type { Sender } from '../shared/domain-command.js';
import { Alarm, Clock, Journal, KeyGone, Outbox, Secrets, Undeliverable, type Message } from '../shared/ports.js';
import { isFinal, Refused } from '../shared/refused.js';
import { messageOf, type Draft } from './messages.js';
import { isPutOffTooLong } from './put-off.js';
import { ReportBounce, ReportDelay } from './space.commands.js';

/** The part of the software that tells people. */
const MESSENGER: Actor = { role: 'system', name: 'messenger' };

/**
 * Tells people what they must know of their space, as the facts come. The id of a message is made of stream, revision and kind: told again
 * after a crash, it is the same message. The provisional code exists in clear only between here and the outbox.
 */
@Injectable()
export class Messenger {
  constructor(
    private readonly journal: Journal,
    private readonly secrets: Secrets,
    private readonly outbox: Outbox,
    private readonly bus: CommandBus,
    private readonly clock: Clock,
    private readonly alarm: Alarm,
  ) {}

  /**
   * Says what this fact calls for, as the log brings it: all but the end of a space, of which its destruction tells. Throws when the outbox cannot take it:
   * try again. A person whose keys are destroyed is told nothing.
   */
  async tell(fact: Recorded): Promise<void> {
    if (fact.event.type !== 'DestructionRequested') await this.say(fact);
  }

  /** Says that a space is destroyed. Only to be called by who does it, right before nobody knows any more whom to tell: a mail server takes twice what it is given twice. */
  async tellOfDestruction(fact: Recorded): Promise<void> {
    await this.say(fact);
  }

  private async say(fact: Recorded): Promise<void> {
    const history = await this.historyOf(fact);
    if (history === null) return;
    const draft = messageOf(history, fact.rev, (seed) => this.secrets.provisionalCode(idOf(fact.stream), seed));
    if (draft !== null) await this.deliver(fact, draft);
  }

  private async historyOf({ stream }: Recorded): Promise<readonly Recorded<SpaceEvent>[] | null> {
    try {
      return (await this.journal.read<SpaceEvent>(stream)).facts;
    } catch (error) {
      if (error instanceof KeyGone) return null;
      throw error;
    }
  }

  /** What must not leave after its day does not leave, and what was under way at midnight did not leave on it (CSP R.1111-28). */
  private async deliver(fact: Recorded, draft: Draft): Promise<void> {
    const { sentAt } = draft;
    if (!this.isOver(sentAt)) await this.handOver(fact, draft);
    if (!this.isOver(sentAt)) return;
    const refused = await this.report(new ReportDelay(idOf(fact.stream), { sentAt }, this.senderOf(fact, 'delay')));
    if (refused === 'enrolment/opened-unannounced')
      this.alarm.raise(`a space opened by itself, whose information had not left on its day: the event at position ${fact.position}`);
  }

  /** Whether the Paris day of a moment is over. */
  private isOver(moment: Instant | null): moment is Instant {
    return moment !== null && parisDay(this.clock.now()) > parisDay(moment);
  }

  private async handOver(fact: Recorded, draft: Draft): Promise<void> {
    try {
      await this.outbox.deliver(this.messageFrom(fact, draft));
    } catch (error) {
      if (!(error instanceof Undeliverable) && !isPutOffTooLong(error, draft.since, this.clock.now())) throw error;
      await this.undelivered(fact, draft);
    }
  }

  /** The mail server says for good, or for days, that this address takes nothing: an invitation has bounced, anything else goes by post. */
  private async undelivered(fact: Recorded, draft: Draft): Promise<void> {
    if (draft.kind !== 'invitation') return this.outbox.deliver(this.messageFrom(fact, { ...draft, channel: 'POST' }));
    await this.report(new ReportBounce(idOf(fact.stream), { report: 'REFUSED_BY_SERVER' }, this.senderOf(fact, 'bounce')));
  }

  /** Said again of the same fact, it is the same order. */
  private senderOf({ stream, rev }: Recorded, report: 'bounce' | 'delay'): Sender {
    return { actor: MESSENGER, messageId: this.secrets.digest('command', report, stream, String(rev)) };
  }

  /** A refusal that is final is an answer too (the person opposed meanwhile, say), by its code; any other is tried again. Null: it was taken. */
  private async report(order: ReportBounce | ReportDelay): Promise<string | null> {
    try {
      await this.bus.execute(order);
      return null;
    } catch (error) {
      if (!(error instanceof Refused) || !isFinal(error.rejection)) throw error;
      return error.rejection.rejected;
    }
  }

  private messageFrom(fact: Recorded, { kind, channel, to, subject, text }: Draft): Message {
    const id = this.secrets.digest('command', 'message', fact.stream, String(fact.rev), kind, channel);
    return { id, channel, to, subject, text, on: trueOn(fact) };
  }
}
