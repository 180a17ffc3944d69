import nodemailer, { type Transporter } from 'nodemailer';
import { Outbox, RefusedForNow, StoreUnavailable, Undeliverable, type Message } from '../../application/shared/ports.js';
import { mailOf } from './mail.js';

const CONNECT_LIMIT_MS = 10_000;
const ANSWER_LIMIT_MS = 30_000;
/** So many messages refused without one that was taken may be chance. */
const BY_CHANCE = 8;

/**
 * E-mails through a mail server; letters go where letters go. There is no second way: a server that is away is an error, and the messenger
 * tries again, as it does with a message that the server does not take now. The server's "250" and our checkpoint cannot be one transaction: after a crash between them the e-mail goes out once more,
 * with the same Message-ID, by which mailboxes drop the second copy. The other order would lose messages, which the law does not forgive.
 */
export class SmtpOutbox extends Outbox {
  private readonly server: Transporter;
  /** Ids of what was refused since a message was taken. */
  private readonly refused = new Set<string>();

  constructor(
    url: string,
    private readonly from: string,
    private readonly letters: Outbox,
  ) {
    super();
    const limits = { connectionTimeout: CONNECT_LIMIT_MS, greetingTimeout: CONNECT_LIMIT_MS, socketTimeout: ANSWER_LIMIT_MS };
    this.server = nodemailer.createTransport({ url, pool: true, maxConnections: 4, ...limits });
  }

  async deliver(message: Message): Promise<void> {
    if (message.channel === 'POST') return this.letters.deliver(message);
    const mail = mailOf(message, this.from);
    try {
      await this.server.sendMail(mail);
      this.refused.clear();
    } catch (error) {
      throw this.judged(message, error);
    }
  }

  private judged({ id }: Message, error: unknown): Error {
    const { code, command, responseCode = 0 } = error as Answer;
    // To a sender the server says what it thinks of us, and a 421 is a goodbye: neither speaks of this message (RFC 5321 4.2).
    const isOfTheMessage = (code === 'EENVELOPE' || code === 'EMESSAGE') && command !== 'MAIL FROM' && responseCode !== 421;
    if (!isOfTheMessage) return new StoreUnavailable('the mail server cannot take messages now', { cause: error });
    if (responseCode >= 500) return new Undeliverable('the mail server refuses this message for good');
    this.refused.add(id);
    return new RefusedForNow(this.refused.size <= BY_CHANCE);
  }

  /** Ends the connections to the server. */
  close(): void {
    this.server.close();
  }
}

/** What an error of the mail library says: its class, what the server answered to, and the answer, none where the library itself refused. */
interface Answer {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
}
