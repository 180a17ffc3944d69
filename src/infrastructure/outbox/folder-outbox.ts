import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Outbox, StoreUnavailable, type Message } from '../../application/shared/ports.js';
import { parisDay } from '../../domain/shared/time.js';
import { syncFolder } from '../sync-folder.js';
import { composed } from './mail.js';

/**
 * Messages as files, for their owner only: `email/<day>/<id>.eml` for a mail program, `post/<day>/<id>.txt` for the printer.
 * A file that has its name is whole and on disk; delivered twice it is the same file. Names say nothing of anybody.
 */
export class FolderOutbox extends Outbox {
  constructor(
    private readonly folder: string,
    private readonly from: string,
  ) {
    super();
  }

  async deliver(message: Message): Promise<void> {
    const bytes = message.channel === 'EMAIL' ? await composed(message, this.from) : Buffer.from(letterOf(message), 'utf8');
    try {
      await writeWhole(this.pathOf(message), bytes);
    } catch (error) {
      throw new StoreUnavailable('the folder of messages cannot be written now', { cause: error });
    }
  }

  /** Where this message lies once it is delivered. */
  pathOf({ id, channel, on }: Message): string {
    const name = createHash('sha256').update(id).digest('hex').slice(0, 32);
    return channel === 'EMAIL'
      ? join(this.folder, 'email', parisDay(on), `${name}.eml`)
      : join(this.folder, 'post', parisDay(on), `${name}.txt`);
  }
}

const letterOf = ({ to, subject, text }: Message): string => [to.postal.join('\n'), `Objet : ${subject}`, text].join('\n\n');

/** Written beside under another name, made durable, then named: a crash leaves a draft, never half a message. What fails leaves none: it is tried again and again. */
async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const made = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = join(dirname(path), `.${randomUUID()}.draft`);
  try {
    await writeDurably(draft, bytes);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  // A name is on disk when its folder is; a folder that is new has a name too.
  const last = made === undefined ? dirname(path) : dirname(made);
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    await syncFolder(folder);
    if (folder === last) return;
  }
}

async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
