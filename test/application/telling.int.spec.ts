import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { NoticeMessenger } from '../../src/application/notices/notice-messenger.js';
import { SetNoticePreference } from '../../src/application/notices/notices.commands.js';
import { ListNotices, ListProfessionalNotices, type NoticePage } from '../../src/application/notices/notices.queries.js';
import { noticeCouriers, Teller } from '../../src/application/notices/teller.js';
import { Follower } from '../../src/application/shared/follower.js';
import { Clock, NO_STREAM, RefusedForNow, Undeliverable, type Message } from '../../src/application/shared/ports.js';
import { ProcessRunner } from '../../src/application/shared/process-runner.js';
import { Wishes } from '../../src/application/shared/wishes.js';
import { holderNotices } from '../../src/domain/notices/holder-notices.js';
import type { Actor } from '../../src/domain/shared/actor.js';
import type { Tagged } from '../../src/domain/shared/decider.js';
import type { Circumstances, StreamName } from '../../src/domain/shared/fact.js';
import { epochOf, instant, instantOf } from '../../src/domain/shared/time.js';
import { LogReader } from '../../src/infrastructure/eventstore/log-reader.js';
import { LOCAL_ISSUER } from '../../src/infrastructure/identity/local-issuer.js';
import { PostgresDeadlines } from '../../src/infrastructure/postgres/processes/postgres-deadlines.js';
import { PostgresProcessPoints } from '../../src/infrastructure/postgres/processes/postgres-process-points.js';
import { alone } from '../support/alone.js';
import { asking, colleague, doctor, insurer, stranger } from '../support/access-stories.js';
import { doorsOf } from '../support/doors.js';
import { KeyVault } from '../../src/application/shared/key-vault.js';
import type { NoticesEvent } from '../../src/domain/notices/notice-vocabulary.js';
import { spaceFacts } from '../support/enrolment-facts.js';
import { openWorld, type Invited, type World } from '../support/world.js';

const attending = asking(doctor);
const emergencyDoctor = asking({ ...stranger, name: 'CANARI-MEDECIN', facility: { id: '990000028', name: 'CANARI-LIEU' } });
const account = (sub: string): Actor => ({
  role: 'person',
  subject: { issuer: LOCAL_ISSUER, sub },
  assurance: 'substantial',
  authenticatedAt: 0,
});
const alice = account('alice');
const bruno = account('bruno');
const DAY = 24 * 3_600_000;
const LATER = instant('2040-01-01T00:00:00Z');

let world: World;
let mine: Invited;
let sent: Message[];
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  sent = [];
  mine = await world.invite();
  const terms = { conditions: '2026-01', privacy: '2026-01' };
  const activated = await doorsOf(world).rest('POST', '/activations', { as: 'alice', body: { ...mine.letter, terms } });
  expect(activated.status).toBe(200);
});

/** Facts as the other contexts write them. */
type Written = Tagged & { readonly v: number } & Readonly<Record<string, unknown>>;
async function happened(stream: StreamName, who: Actor, facts: readonly Written[], more: Partial<Circumstances> = {}) {
  const { revision } = await world.log.journal.read(stream).catch(() => ({ revision: NO_STREAM }));
  const meta: Circumstances = { who, cause: 'c', corr: 'c', command: { id: randomUUID(), digest: '' }, ...more };
  await world.log.journal.append({ stream, expected: revision, facts, at: world.clock.now(), meta });
}
const granted = (space?: string) => ({ type: 'AccessGranted', v: 1, action: 'GetDocument', ...(space === undefined ? {} : { space }) });
const deposited = (document: string, confidentiality: readonly string[], more: object = {}) => ({
  type: 'DocumentDeposited',
  v: 1,
  space: mine.address.id,
  document,
  set: document,
  version: 1,
  since: world.clock.now(),
  depositor: 'PROFESSIONAL',
  confidentiality,
  blob: 'b',
  submission: 's',
  ...more,
});
const access = () => `access-${mine.address.id}` as const;
const passage = () => `passage-${mine.address.id}` as const;
const breakGlass = (who = emergencyDoctor) =>
  happened(access(), who, [
    {
      type: 'BreakGlassUsed',
      v: 1,
      professional: who.professional.id,
      mode: 'bris_de_glace',
      reason: 'CANARI-RAISON',
      until: LATER,
    },
  ]);

/** Lets the process and the messenger take everything that lies in the log. */
async function letItBeTold(deliver: (message: Message) => Promise<void> = async (message) => void sent.push(message)) {
  const { journal, store, secrets, pools } = world.log;
  const reader = new LogReader(store, journal);
  const pool = pools.pool('mes_projector');
  const points = new PostgresProcessPoints(pool, store);
  const refusals: string[] = [];
  const note = (text: string): void => void refusals.push(text);
  const wishes = new Wishes(noticeCouriers(world.app.get(Teller)), note);
  const runner = new ProcessRunner(holderNotices, { reader, points, deadlines: new PostgresDeadlines(pool), wishes, alarm: note });
  const head = await store.head();
  await alone(pool, runner, head);
  expect(runner.health().error).toBeNull();
  const messenger = new NoticeMessenger(journal, secrets, { deliver }, world.clock);
  const troubles: string[] = [];
  const follower = new Follower(reader, points, {
    name: 'notice-messenger',
    categories: ['notices'],
    take: (fact) => messenger.tell(fact),
    onTrouble: (error) => void troubles.push(String(error)),
    onHeldBack: (error) => void troubles.push(String(error)),
  });
  await alone(pool, follower, await store.head());
  expect([...refusals, ...troubles]).toEqual([]);
}
const listed = async (actor: Actor, unread = false): Promise<NoticePage> => {
  const after = world.log.secrets.positionToken(await world.log.store.head());
  const query = new ListNotices(mine.address.id, { actor, messageId: randomUUID(), after }, { first: 50, cursor: null, unread });
  return world.app.get(QueryBus).execute(query);
};
const kindsFor = async (actor: Actor) => (await listed(actor)).notices.map(({ kind }) => kind).reverse();

describe('What others do in a space', () => {
  it('is told to its holder, each access of one professional once in half an hour', async () => {
    await happened(access(), insurer, [{ type: 'AttendingDoctorDeclared', v: 1, professional: doctor.id }]);
    for (let n = 0; n < 3; n++) await happened(passage(), attending, [granted()]);
    const document = randomUUID();
    await happened(`record-${mine.address.id}`, attending, [deposited(document, ['N'])]);
    await letItBeTold();
    expect((await listed(alice)).notices).toMatchObject([
      { kind: 'DOCUMENT_ADDED', document, mandatory: false },
      { kind: 'FIRST_ACCESS', who: { name: doctor.name, facility: doctor.facility }, mandatory: true },
      { kind: 'RIGHTS_CHANGED', who: { kind: 'INSURER' }, mandatory: true, read: false },
    ]);
    expect((await world.log.journal.read(passage())).facts.filter(({ meta }) => meta.who.role === 'professional')).toHaveLength(3);
  });

  it('is told although the space was closed and its keys were archived before anybody could be told, the closing too', async () => {
    const agent: Actor = { role: 'support', subject: { issuer: LOCAL_ISSUER, sub: 'agent' }, assurance: 'substantial' };
    await breakGlass();
    await happened(`space-${mine.address.id}`, agent, [spaceFacts.SpaceClosed]);
    await world.app.get(KeyVault).moveContent(mine.address.id, 'archived');
    await letItBeTold();
    const { facts } = await world.log.journal.read<NoticesEvent>(`notices-${mine.address.id}`);
    expect(facts.flatMap(({ event }) => (event.type === 'NoticeIssued' ? [event.kind] : []))).toEqual(['EMERGENCY_ACCESS', 'SPACE_CLOSED']);
    expect(sent.map(({ subject }) => subject)).toEqual(['Accès en urgence à votre espace santé']);
  });

  it('is told again to nobody when the process begins from nothing', async () => {
    await happened(passage(), attending, [granted()]);
    await breakGlass();
    await letItBeTold();
    const before = await listed(alice);
    const messages = new Set(sent.map(({ id }) => id));
    expect(messages.size).toBe(2);
    await world.log.pools.pool('mes_projector').query('TRUNCATE process.checkpoint');
    await letItBeTold();
    expect(await listed(alice)).toEqual(before);
    for (const id of messages) expect(sent.filter((message) => message.id === id)).toHaveLength(2);
  });

  it('is not told where the holder switched it off, but for the first access', async () => {
    const sender = () => ({ actor: alice, messageId: randomUUID() });
    for (const preference of ['NOTIF_DOCUMENT', 'NOTIF_ACCESS'] as const)
      await world.app.get(CommandBus).execute(new SetNoticePreference(mine.address.id, { preference, wanted: false }, sender()));
    await happened(`record-${mine.address.id}`, attending, [deposited(randomUUID(), ['N'])]);
    await happened(passage(), attending, [granted()]);
    await letItBeTold();
    expect(await kindsFor(alice)).toEqual(['FIRST_ACCESS']);
    expect((await listed(alice)).preferences).toEqual({ document: false, access: false });
  });
});

describe('What is hidden', () => {
  it('from the holder is told to nobody until it is announced', async () => {
    const document = randomUUID();
    const veil = `veil-${randomUUID()}` as const;
    const space = mine.address.id;
    const opening = { type: 'VeilOpened', v: 1, space, document, hiddenFrom: ['HOLDER'] };
    await happened(veil, attending, [opening, deposited(document, ['INVISIBLE_PATIENT'])]);
    await happened(veil, asking(colleague), [granted(space)]);
    await letItBeTold();
    expect(await kindsFor(alice)).toEqual([]);
    await happened(veil, attending, [{ type: 'AnnouncementReminderSent', v: 1, space, document }]);
    await letItBeTold();
    expect((await listed(alice)).notices).toMatchObject([{ kind: 'ANNOUNCEMENT_REMINDER', document: null }]);
    await happened(veil, attending, [{ type: 'DocumentRevealedAutomatically', v: 1, space, document }]);
    await happened(veil, asking(colleague), [granted(space)]);
    await letItBeTold();
    expect(await kindsFor(alice)).toEqual(['ANNOUNCEMENT_REMINDER', 'DOCUMENT_REVEALED', 'FIRST_ACCESS']);
    expect(sent).toHaveLength(3);
  });

  it('from the holder is told to him when its month is over, although nobody revealed it; that it shows is told once, when it is', async () => {
    const [document, second] = [randomUUID(), randomUUID()];
    const veil = `veil-${randomUUID()}` as const;
    const space = mine.address.id;
    const since = instant('2026-01-31T09:00:00Z');
    const opening = { type: 'VeilOpened', v: 1, space, document, hiddenFrom: ['HOLDER'] };
    await happened(veil, attending, [opening, deposited(document, ['INVISIBLE_PATIENT'], { since })]);
    await letItBeTold();
    expect(await kindsFor(alice)).toEqual([]);
    await happened(veil, attending, [deposited(second, ['N'], { set: document, version: 2, since })]);
    await letItBeTold();
    expect((await listed(alice)).notices).toMatchObject([{ kind: 'DOCUMENT_CHANGED', document: second }]);
    await happened(veil, attending, [{ type: 'DocumentRevealedAutomatically', v: 1, space, document }]);
    await letItBeTold();
    expect(await kindsFor(alice)).toEqual(['DOCUMENT_CHANGED', 'DOCUMENT_REVEALED']);
  });

  it('from representatives is told to the holder in the space, to no address on file, and to no representative', async () => {
    const subject = { issuer: LOCAL_ISSUER, sub: 'bruno' };
    await happened(access(), insurer, [{ type: 'LegalRepresentativeLinked', v: 1, subject, until: LATER }]);
    const space = mine.address.id;
    const veil = `veil-${randomUUID()}` as const;
    await happened(veil, attending, [{ type: 'VeilOpened', v: 1, space, hiddenFrom: ['REPRESENTATIVES'] }, granted(space)]);
    await happened(veil, emergencyDoctor, [granted(space)], {
      ground: { outcome: 'ALLOW', rule: '5', reason: 'EMERGENCY', mode: 'bris_de_glace', matrix: 1, facts: [] },
    });
    await letItBeTold();
    expect(await kindsFor(alice)).toEqual(['RIGHTS_CHANGED', 'FIRST_ACCESS', 'EMERGENCY_ACCESS']);
    expect(await kindsFor(bruno)).toEqual(['RIGHTS_CHANGED']);
    expect((await listed(bruno)).unread).toBe(1);
    expect(sent.map(({ subject: title }) => title)).toEqual(['Les droits d’accès à votre espace santé ont changé']);
    const [secret] = (await listed(alice)).notices;
    const marked = (notice: string) =>
      doorsOf(world).rest('PUT', `/spaces/${mine.address.handle}/notices/read`, { as: 'alice', body: { notices: [notice] } });
    expect((await marked(secret?.notice ?? '')).status).toBe(200);
    expect((await listed(alice)).unread).toBe(2);
    expect((await listed(alice, true)).notices.map(({ kind }) => kind)).toEqual(['FIRST_ACCESS', 'RIGHTS_CHANGED']);
    expect((await marked(randomUUID())).body).toMatchObject({ code: 'notices/no-such-notice', status: 404 });
  });
});

describe('An emergency', () => {
  const toldTo = async (who: Actor) => {
    const after = world.log.secrets.positionToken(await world.log.store.head());
    const query = new ListProfessionalNotices({ actor: who, messageId: randomUUID(), after }, { first: 100, cursor: null });
    return (await world.app.get(QueryBus).execute(query)).notices.filter(({ space }) => space === mine.address.handle);
  };

  it('is told to the holder and to his attending doctor, and to no other professional', async () => {
    await happened(access(), insurer, [{ type: 'AttendingDoctorDeclared', v: 1, professional: doctor.id }]);
    await breakGlass();
    await letItBeTold();
    expect(await kindsFor(alice)).toEqual(['RIGHTS_CHANGED', 'EMERGENCY_ACCESS']);
    expect(await toldTo(attending)).toMatchObject([{ kind: 'EMERGENCY_ACCESS', who: { name: 'CANARI-MEDECIN' } }]);
    expect(await toldTo(asking(colleague))).toEqual([]);
  });

  it('of the attending doctor himself is not told to him', async () => {
    await happened(access(), insurer, [{ type: 'AttendingDoctorDeclared', v: 1, professional: doctor.id }]);
    await breakGlass(attending);
    await letItBeTold();
    expect(await toldTo(attending)).toEqual([]);
  });

  it('goes by post where the mail server puts the address off for more than five days; anything else waits in the space, and nothing behind it', async () => {
    await happened(passage(), attending, [granted()]);
    await breakGlass();
    await letItBeTold();
    const { journal, secrets } = world.log;
    const issued = (await journal.read<NoticesEvent>(`notices-${mine.address.id}`)).facts;
    const [first] = issued;
    const posted: Message[] = [];
    const full = {
      deliver: async (message: Message) => {
        if (message.channel === 'EMAIL') throw new RefusedForNow(true);
        posted.push(message);
      },
    };
    const after = (milliseconds: number): Clock => ({ now: () => instantOf(epochOf(first?.at ?? LATER) + milliseconds) });
    const early = new NoticeMessenger(journal, secrets, full, after(5 * DAY));
    for (const fact of issued) await expect(early.tell(fact)).rejects.toThrow(RefusedForNow);
    const late = new NoticeMessenger(journal, secrets, full, after(5 * DAY + 60_000));
    for (const fact of issued) await late.tell(fact);
    expect(posted.map(({ subject }) => subject)).toEqual(['Accès en urgence à votre espace santé']);
  });

  it('goes by post where the mail server refuses the address; anything else waits in the space', async () => {
    await happened(passage(), attending, [granted()]);
    await breakGlass();
    await letItBeTold(async (message) => {
      if (message.channel === 'EMAIL') throw new Undeliverable('refused');
      sent.push(message);
    });
    expect(sent.map(({ channel, subject }) => [channel, subject])).toEqual([['POST', 'Accès en urgence à votre espace santé']]);
  });
});

describe('An e-mail', () => {
  it('says that there is something to see: neither who, nor where, nor why, nor which document; each notice once', async () => {
    const document = randomUUID();
    await happened(`record-${mine.address.id}`, emergencyDoctor, [deposited(document, ['N'])]);
    await happened(passage(), emergencyDoctor, [granted()]);
    await breakGlass();
    await letItBeTold();
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(3);
    for (const { subject, text } of sent)
      for (const canary of ['CANARI-MEDECIN', 'CANARI-LIEU', 'CANARI-RAISON', document, 'GetDocument', emergencyDoctor.professional.id])
        expect(`${subject} ${text}`).not.toContain(canary);
    expect(sent[0]?.text).toBe(`Bonjour Dominique CANARI-NOM,

Un document a été ajouté à votre espace.

Pour en savoir plus, identifiez-vous dans votre espace : https://mon-espace-sante.test.

L’Assurance Maladie

— English —

A document was added to your space.

To learn more, sign in to your space: https://mon-espace-sante.test.
`);
  });

  it('is not written to a space that was closed since, but for an emergency', async () => {
    await happened(passage(), attending, [granted()]);
    await breakGlass();
    const closed = await doorsOf(world).rest('PUT', `/spaces/${mine.address.handle}/closure`, { as: 'alice', body: {} });
    expect(closed.status).toBe(200);
    await letItBeTold();
    expect(sent.map(({ subject }) => subject)).toEqual(['Accès en urgence à votre espace santé']);
  });
});
