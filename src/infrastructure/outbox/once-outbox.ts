import { Outbox, type Message } from '../../application/shared/ports.js';
import { Slots } from '../slots.js';
import type { SentMails } from './sent-mails.js';

/**
 * E-mails once, over a server that takes twice what it is given twice. What it took is written down at once, message by message, and not when the batch is
 * through that the message belongs to. The server's "250" and our line cannot be one transaction: what a crash finds between them goes out once more, under
 * the same Message-ID, and this is one message at the most on each of so many connections. The other order would lose messages, which the law does not forgive.
 */
export class OnceOutbox extends Outbox {
  private readonly slots: Slots;
  /** Taken, and not written down because the database was away: whoever tries again only writes. */
  private readonly unwritten = new Set<string>();

  constructor(
    private readonly server: Outbox,
    private readonly sent: Pick<SentMails, 'knows' | 'note'>,
    atOnce: number,
  ) {
    super();
    this.slots = new Slots(atOnce);
  }

  /** Letters are files, and the same file twice: they need no memory. */
  async deliver(message: Message): Promise<void> {
    if (message.channel === 'POST') return this.server.deliver(message);
    await this.slots.run(() => this.deliverOnce(message));
  }

  private async deliverOnce(message: Message): Promise<void> {
    const { id } = message;
    if (!this.unwritten.has(id)) {
      if (await this.sent.knows(id)) return;
      await this.server.deliver(message);
      this.unwritten.add(id);
    }
    await this.sent.note(id);
    this.unwritten.delete(id);
  }
}
