import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { StoreUnavailable, type Message } from '../../../src/application/shared/ports.js';
import { instant } from '../../../src/domain/shared/time.js';
import { codeIn, receivedBy, receivedIn } from '../../../src/infrastructure/cli/demo/mailboxes.js';
import { FolderOutbox } from '../../../src/infrastructure/outbox/folder-outbox.js';
import { adult } from '../../support/beneficiary-lines.js';

const message: Message = {
  id: 'Zm9v_bar-1',
  channel: 'EMAIL',
  to: {
    name: 'Garance Essayan',
    email: adult.email,
    postal: ['Garance Essayan', adult.address, `${adult.postal_code} ${adult.city}`],
  },
  subject: 'Votre espace santé va être créé',
  text: 'Bonjour,\n\nVotre code provisoire : ABCDE-FGH23\nIl sert une seule fois, jusqu’au vendredi 1 janvier 2027 (inclus).\n',
  // 23:30 UTC is the next day in Paris.
  on: instant('2026-11-22T23:30:00Z'),
};
const letter: Message = { ...message, id: 'letter-1', channel: 'POST' };

let folder: string;
let outbox: FolderOutbox;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mes-outbox-'));
  outbox = new FolderOutbox(folder, 'ne-pas-repondre@mon-espace-sante.test');
});
afterEach(() => rm(folder, { recursive: true }));
const files = async () => (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

describe('the outbox folder', () => {
  it('holds one file for a message, however often it is delivered, the same to the byte', async () => {
    await outbox.deliver(message);
    const first = await readFile(outbox.pathOf(message));
    await Promise.all([outbox.deliver(message), outbox.deliver(message)]);
    expect(await files()).toHaveLength(1);
    expect(await readFile(outbox.pathOf(message))).toEqual(first);
  });

  it('sorts e-mails and letters by the Paris day, under names that say nothing of anybody', async () => {
    await outbox.deliver(message);
    await outbox.deliver(letter);
    expect(outbox.pathOf(message)).toContain(join('email', '2026-11-23'));
    expect(outbox.pathOf(letter)).toContain(join('post', '2026-11-23'));
    for (const { name } of await files()) expect(name).toMatch(/^[0-9a-f]{32}\.(eml|txt)$/);
  });

  it('writes e-mails a mail program reads: who, what, when, and an id that stays', async () => {
    await outbox.deliver(message);
    const raw = await readFile(outbox.pathOf(message), 'utf8');
    const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
    expect(head).toContain('Message-ID: <Zm9v_bar-1@mon-espace-sante.test>');
    expect(head).toContain(`To: Garance Essayan <${adult.email}>`);
    expect(head).toContain('Date: Sun, 22 Nov 2026 23:30:00 +0000');
    expect(head).toContain('Auto-Submitted: auto-generated');
    expect(head).toMatch(/^Content-Type: text\/plain; charset=utf-8/m);
    expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('gives what it holds to those it is for, with the code that is in it', async () => {
    await outbox.deliver(message);
    await outbox.deliver(letter);
    const mine = receivedBy(adult, await receivedIn(folder));
    expect(mine.map(({ channel }) => channel)).toEqual(['email', 'post']);
    expect(mine.map(codeIn)).toEqual(['ABCDE-FGH23', 'ABCDE-FGH23']);
    expect(mine[0]?.text).toContain('jusqu’au vendredi 1 janvier 2027 (inclus)');
    expect(receivedBy({ ...adult, email: 'other@courriel.test', address: '5 rue' }, await receivedIn(folder))).toEqual([]);
  });

  it('is closed to others', async () => {
    await outbox.deliver(message);
    expect((await stat(outbox.pathOf(message))).mode & 0o077).toBe(0);
    expect((await stat(join(folder, 'email'))).mode & 0o077).toBe(0);
  });

  it('shows no half message after a crash: what was not finished has no name of a message', async () => {
    await outbox.deliver(message);
    const listed = (await files()).map(({ name }) => name);
    expect(listed).toEqual([basename(outbox.pathOf(message))]);
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(folder, 'email', '2026-11-23', '.cut-off.draft'), 'To: half');
    expect(await receivedIn(folder)).toHaveLength(1);
  });

  it('leaves nothing of a message that could not be given its name, however often it is tried', async () => {
    await mkdir(outbox.pathOf(message), { recursive: true });
    for (let n = 0; n < 3; n++) await expect(outbox.deliver(message)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await files()).toEqual([]);
  });

  it('is away when nothing can be written', async () => {
    const nowhere = new FolderOutbox(outbox.pathOf(message), 'ne-pas-repondre@mon-espace-sante.test');
    await outbox.deliver(message);
    await expect(nowhere.deliver(message)).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
