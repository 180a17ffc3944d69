import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Undeliverable, type Message, type Outbox } from '../../../src/application/shared/ports.js';
import { instant } from '../../../src/domain/shared/time.js';
import { SmtpOutbox } from '../../../src/infrastructure/outbox/smtp-outbox.js';

/** A mail server that takes what it is sent, or answers a recipient as it is told (RFC 5321). */
async function mailServer(answerToRecipient = '250 ok') {
  const mails: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let data: string | null = null;
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 test');
    let rest = '';
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('latin1')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (data !== null) {
          if (line === '.') {
            mails.push(data);
            data = null;
            say('250 taken');
          } else data += `${line}\r\n`;
        } else if (line.startsWith('RCPT')) say(answerToRecipient);
        else if (line === 'DATA') {
          data = '';
          say('354 go on');
        } else say('250 ok');
      }
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    mails,
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

const message: Message = {
  id: 'id-1',
  channel: 'EMAIL',
  to: { name: 'Garance Essayan', email: 'garance@courriel.test', postal: ['Garance Essayan', '4 allée', '00123 Valtestin'] },
  subject: 'Votre espace santé',
  text: 'Bonjour\n',
  on: instant('2026-11-22T10:00:00Z'),
};
const letters: Message[] = [];
const printer: Outbox = { deliver: async (letter) => void letters.push(letter) };

let server: Awaited<ReturnType<typeof mailServer>> | null = null;
let outbox: SmtpOutbox | null = null;
const to = async (answer?: string) => {
  server = await mailServer(answer);
  outbox = new SmtpOutbox(server.url, 'ne-pas-repondre@mon-espace-sante.test', printer);
  return { server, outbox };
};
afterEach(async () => {
  outbox?.close();
  await server?.close();
});

describe('the mail server', () => {
  it('gets an e-mail, and the same Message-ID when it is sent once more', async () => {
    const sent = await to();
    await sent.outbox.deliver(message);
    await sent.outbox.deliver(message);
    expect(sent.server.mails).toHaveLength(2);
    for (const mail of sent.server.mails) expect(mail).toContain('Message-ID: <id-1@mon-espace-sante.test>');
  });

  it('gets no letter: those go where letters go', async () => {
    const sent = await to();
    await sent.outbox.deliver({ ...message, channel: 'POST' });
    expect([sent.server.mails.length, letters.length]).toEqual([0, 1]);
  });

  it('that refuses an address for good makes the message undeliverable, without naming the address', async () => {
    const sent = await to('550 no such mailbox');
    const refused = sent.outbox.deliver(message);
    await expect(refused).rejects.toBeInstanceOf(Undeliverable);
    await expect(refused).rejects.not.toThrow('garance');
  });

  it('that refuses for now is an error to try again', async () => {
    const sent = await to('451 try later');
    const refused = sent.outbox.deliver(message);
    await expect(refused).rejects.toThrow();
    await expect(refused).rejects.not.toBeInstanceOf(Undeliverable);
  });

  it('that is away is an error to try again', async () => {
    const sent = await to();
    await sent.server.close();
    await expect(sent.outbox.deliver(message)).rejects.not.toBeInstanceOf(Undeliverable);
  });
});
