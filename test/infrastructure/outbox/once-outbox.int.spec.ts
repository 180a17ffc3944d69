import { RefusedForNow, type Message, type Outbox } from '../../../src/application/shared/ports.js';
import { instant } from '../../../src/domain/shared/time.js';
import { OnceOutbox } from '../../../src/infrastructure/outbox/once-outbox.js';
import { SentMails } from '../../../src/infrastructure/outbox/sent-mails.js';
import { MOST_AT_ONCE, SmtpOutbox } from '../../../src/infrastructure/outbox/smtp-outbox.js';
import { openPools, type Pools } from '../../../src/infrastructure/postgres/pools.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { mailServer, type Answers } from '../../support/mail-server.js';
import { eventually } from '../../support/read-side.js';

const message: Message = {
  id: 'id-1',
  channel: 'EMAIL',
  to: { name: 'Garance Essayan', email: 'garance@courriel.test', postal: ['Garance Essayan', '4 allée', '00123 Valtestin'] },
  subject: 'Votre espace santé',
  text: 'Bonjour\n',
  on: instant('2026-11-22T10:00:00Z'),
};
const others = (count: number): readonly Message[] => Array.from({ length: count }, (_, n) => ({ ...message, id: `other-${n}` }));

describe('An e-mail over a mail server that takes twice what it is given twice', () => {
  let database: TestDatabase;
  let pools: Pools;
  let server: Awaited<ReturnType<typeof mailServer>>;
  let answers: Answers;
  let smtp: SmtpOutbox;
  const letters: Message[] = [];
  const printer: Outbox = { deliver: async (letter) => void letters.push(letter) };
  beforeEach(async () => {
    database = await freshDatabase();
    pools = openPools(database.url);
    answers = {};
    server = await mailServer(answers);
    smtp = new SmtpOutbox(server.url, 'ne-pas-repondre@mon-espace-sante.test', printer);
  });
  afterEach(async () => {
    smtp.close();
    await server.close();
    await pools.close();
    await database.drop();
  });
  /** As every process of an installation has its own. */
  const outbox = (): OnceOutbox => new OnceOutbox(smtp, new SentMails(pools.pool('mes_projector')), MOST_AT_ONCE);
  const known = async (): Promise<readonly unknown[]> =>
    (await database.rows('SELECT id FROM process.sent ORDER BY 1')).map(({ id }) => id);

  it('leaves once, however often and by whatever process it is delivered', async () => {
    const [one, next] = [outbox(), outbox()];
    await one.deliver(message);
    await one.deliver(message);
    await next.deliver(message);
    expect(server.mails).toHaveLength(1);
  });

  it('leaves when it was refused before: only what was taken is known', async () => {
    answers.recipient = '450 no such domain for now';
    const sender = outbox();
    await expect(sender.deliver(message)).rejects.toEqual(new RefusedForNow(true));
    expect(await known()).toEqual([]);
    delete answers.recipient;
    await sender.deliver(message);
    expect([server.mails.length, await known()]).toEqual([1, ['id-1']]);
  });

  it('leaves once though it could not be written down at first, as long as its process lives', async () => {
    const sender = outbox();
    await database.rows(
      `CREATE FUNCTION public.away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'away' USING ERRCODE = '57P03'; END $$`,
    );
    await database.rows('CREATE TRIGGER away BEFORE INSERT ON process.sent FOR EACH ROW EXECUTE FUNCTION public.away()');
    await expect(sender.deliver(message)).rejects.toThrow('the database cannot answer now');
    await database.rows('DROP FUNCTION public.away CASCADE');
    await sender.deliver(message);
    expect([server.mails.length, await known()]).toEqual([1, ['id-1']]);
  });

  it('never leaves beside more than three others that are not written down: a death can double no more', async () => {
    const sender = outbox();
    const client = await pools.pool('mes_projector').connect();
    try {
      // Whoever wants to write it down waits.
      await client.query('BEGIN');
      await client.query('LOCK TABLE process.sent IN EXCLUSIVE MODE');
      const all = Promise.all(others(3 * MOST_AT_ONCE).map((one) => sender.deliver(one)));
      await eventually(async () => {
        const [waiting] = await database.rows(
          `SELECT count(*)::integer AS count FROM pg_locks WHERE NOT granted AND relation = 'process.sent'::regclass`,
        );
        expect(waiting).toEqual({ count: MOST_AT_ONCE });
      });
      expect(server.mails).toHaveLength(MOST_AT_ONCE);
      await client.query('COMMIT');
      await all;
      expect(server.mails).toHaveLength(3 * MOST_AT_ONCE);
    } finally {
      client.release();
    }
  });

  it('is forgotten after a week, and no sooner', async () => {
    const sender = outbox();
    await sender.deliver(message);
    await database.rows(
      `INSERT INTO process.sent VALUES ('old', now() - interval '7 days 1 minute'), ('young', now() - interval '6 days 23 hours')`,
    );
    for (const one of others(2)) await sender.deliver(one);
    expect(await known()).toEqual(['id-1', 'other-0', 'other-1', 'young']);
  });

  it('is not what a letter is: that is written as often as it comes', async () => {
    const sender = outbox();
    await sender.deliver({ ...message, channel: 'POST' });
    await sender.deliver({ ...message, channel: 'POST' });
    expect([letters.length, await known()]).toEqual([2, []]);
  });
});
