import nodemailer, { type Transporter } from 'nodemailer';
import { Outbox, Undeliverable, type Message } from '../../application/shared/ports.js';
import { mailOf } from './mail.js';

const CONNECT_LIMIT_MS = 10_000;
const ANSWER_LIMIT_MS = 30_000;

/**
 * E-mails through a mail server; letters go where letters go. There is no second way: a server that is away is an error, and the messenger
 * tries again. The server's "250" and our checkpoint cannot be one transaction: after a crash between them the e-mail goes out once more,
 * with the same Message-ID, by which mailboxes drop the second copy. The other order would lose messages, which the law does not forgive.
 */
export class SmtpOutbox extends Outbox {
  private readonly server: Transporter;

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
    try {
      await this.server.sendMail(mailOf(message, this.from));
    } catch (error) {
      throw refusesTheAddress(error) ? new Undeliverable('the mail server refuses this address') : error;
    }
  }

  /** Ends the connections to the server. */
  close(): void {
    this.server.close();
  }
}

/** A permanent answer (5xx, RFC 5321 4.2.1) to the recipient; to anything else the server may change its mind. */
const refusesTheAddress = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  error.code === 'EENVELOPE' &&
  'responseCode' in error &&
  typeof error.responseCode === 'number' &&
  error.responseCode >= 500 &&
  'command' in error &&
  error.command === 'RCPT TO';
