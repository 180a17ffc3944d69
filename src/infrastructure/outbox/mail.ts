import nodemailer, { type SendMailOptions } from 'nodemailer';
import type { Message } from '../../application/shared/ports.js';
import { epochOf } from '../../domain/shared/time.js';

export const SENDER_NAME = 'Mon espace santé';

/** The e-mail of a message. The same message gives the same Message-ID, by which mail systems know a second copy. */
export function mailOf(message: Message, from: string): SendMailOptions {
  if (message.to.email === null) throw new Error('a message by e-mail needs an address');
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    from: { name: SENDER_NAME, address: from },
    to: { name: message.to.name, address: message.to.email },
    subject: message.subject,
    text: message.text,
    messageId: `<${message.id}@${domain}>`,
    date: new Date(epochOf(message.on)),
    // Nobody answers to a machine: no out-of-office replies, please (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

const composer = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

/** The bytes of the e-mail as they would travel (RFC 5322). */
export async function composed(message: Message, from: string): Promise<Buffer> {
  const { message: bytes } = await composer.sendMail(mailOf(message, from));
  if (!Buffer.isBuffer(bytes)) throw new Error('the composer was told to give bytes');
  return bytes;
}
