import nodemailer, { type Transporter } from 'nodemailer';
import { Outbox, RefusedForNow, StoreUnavailable, Undeliverable, type Message } from '../../application/shared/ports.js';
import { mailOf } from './mail.js';

const CONNECT_LIMIT_MS = 10_000;
const ANSWER_LIMIT_MS = 30_000;
/** So many messages refused without one that was taken may be chance. */
const BY_CHANCE = 8;
/** How many messages travel at the same time, each on a connection of its own. */
export const MOST_AT_ONCE = 4;
/**
 * What is wrong is the mail system, the way there, the protocol or what somebody allows whom (RFC 3463: subjects 3, 4, 5 and 7), and not the address: a server
 * with a wrong setting answers so to everybody, and an address that bounced is not written to again.
 */
const OF_US = /^\d{3}[ -]5\.[3457]\./;

/**
 * E-mails through a mail server; letters go where letters go. There is no second way: a server that is away is an error, and the messenger
 * tries again, as it does with a message that the server does not take now, or that it refuses like all others. Whoever delivers twice sends twice: see
 * OnceOutbox.
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
    this.server = nodemailer.createTransport({ url, pool: true, maxConnections: MOST_AT_ONCE, ...limits });
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
    const { code, command, responseCode = 0, response = '' } = error as Answer;
    // To a sender the server says what it thinks of us, and a 421 is a goodbye: neither speaks of this message (RFC 5321 4.2).
    const isOfTheMessage = (code === 'EENVELOPE' || code === 'EMESSAGE') && command !== 'MAIL FROM' && responseCode !== 421;
    if (!isOfTheMessage) return new StoreUnavailable('the mail server cannot take messages now', { cause: error });
    this.refused.add(id);
    const takesOthers = this.refused.size <= BY_CHANCE;
    if (responseCode >= 500 && takesOthers && !OF_US.test(response))
      return new Undeliverable('the mail server refuses this message for good');
    return new RefusedForNow(takesOthers);
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
  /** The whole of it. */
  readonly response?: string;
}
