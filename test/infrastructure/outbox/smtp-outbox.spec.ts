import { RefusedForNow, StoreUnavailable, Undeliverable, type Message, type Outbox } from '../../../src/application/shared/ports.js';
import { instant } from '../../../src/domain/shared/time.js';
import { SmtpOutbox } from '../../../src/infrastructure/outbox/smtp-outbox.js';
import { mailServer, type Answers } from '../../support/mail-server.js';

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
const to = async (answers: Answers = {}) => {
  server = await mailServer(answers);
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

  it.each<Answers>([
    { recipient: '550 no such mailbox' },
    { recipient: '550 5.1.1 no such mailbox' },
    { text: '552 5.2.2 too much for this mailbox' },
  ])('that refuses an address or a text for good (%j) makes the message undeliverable, without naming the address', async (answers) => {
    const sent = await to(answers);
    const refused = sent.outbox.deliver(message);
    await expect(refused).rejects.toBeInstanceOf(Undeliverable);
    await expect(refused).rejects.not.toThrow('garance');
  });

  it.each<Answers>([
    { recipient: '450 no such domain for now' },
    { text: '452 this mailbox is full' },
    { recipient: '554 5.7.1 relay access denied' },
    { text: '550 5.7.26 not signed' },
    { recipient: '550-5.4.1 no way there\r\n550 5.4.1 ask somebody' },
  ])('that refuses a message for now (%j) may take others', async (answers) => {
    const sent = await to(answers);
    const refused = sent.outbox.deliver(message);
    await expect(refused).rejects.toEqual(new RefusedForNow(true));
    await expect(refused).rejects.not.toThrow('garance');
  });

  it('that refuses one message after the other is not known to take any, until it does', async () => {
    const answers: Answers = { recipient: '451 try later' };
    const sent = await to(answers);
    const takesOthers = async (id: string): Promise<boolean | null> => {
      const [end] = await Promise.allSettled([sent.outbox.deliver({ ...message, id })]);
      return end?.status === 'rejected' && end.reason instanceof RefusedForNow ? end.reason.takesOthers : null;
    };
    for (let n = 0; n < 20; n++) expect(await takesOthers('id-1')).toBe(true);
    for (let n = 2; n <= 8; n++) expect(await takesOthers(`id-${n}`)).toBe(true);
    expect(await takesOthers('id-9')).toBe(false);
    expect(await takesOthers('id-1')).toBe(false);
    delete answers.recipient;
    expect(await takesOthers('id-10')).toBeNull();
    answers.recipient = '451 try later';
    expect(await takesOthers('id-1')).toBe(true);
  });

  it('that refuses all for good is wrong about each of them, until it takes one', async () => {
    const answers: Answers = { recipient: '550 no' };
    const sent = await to(answers);
    const ended = async (id: string): Promise<unknown> => {
      const [end] = await Promise.allSettled([sent.outbox.deliver({ ...message, id })]);
      return end?.status === 'rejected' ? end.reason : null;
    };
    for (let n = 1; n <= 8; n++) expect(await ended(`id-${n}`)).toBeInstanceOf(Undeliverable);
    expect(await ended('id-9')).toEqual(new RefusedForNow(false));
    delete answers.recipient;
    expect(await ended('id-10')).toBeNull();
    answers.recipient = '550 no';
    expect(await ended('id-9')).toBeInstanceOf(Undeliverable);
  });

  it.each<Answers>([{ sender: '451 try later' }, { sender: '550 not from you' }, { recipient: '421 closing' }])(
    'that takes nothing from us (%j) is away',
    async (answers) => {
      const sent = await to(answers);
      await expect(sent.outbox.deliver(message)).rejects.toBeInstanceOf(StoreUnavailable);
    },
  );

  it('that cannot be reached is away', async () => {
    const sent = await to();
    await sent.server.close();
    await expect(sent.outbox.deliver(message)).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
