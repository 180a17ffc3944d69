import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LineFields } from '../../../application/enrolment/beneficiary-line.js';

/** One message as it lies in the outbox folder, decoded the way a mail program shows it. */
export interface Received {
  readonly path: string;
  readonly channel: 'email' | 'post';
  /** Everything above the text: headers of an e-mail, address of a letter. */
  readonly head: string;
  readonly text: string;
}

/** All messages of the outbox folder. */
export async function receivedIn(outbox: string): Promise<readonly Received[]> {
  const [emails, letters] = await Promise.all([filesIn(join(outbox, 'email'), '.eml'), filesIn(join(outbox, 'post'), '.txt')]);
  const read = async (paths: readonly string[], open: (path: string, raw: string) => Received): Promise<Received[]> => {
    const all: Received[] = [];
    for (const path of paths) all.push(open(path, await readFile(path, 'utf8')));
    return all;
  };
  return [...(await read(emails, emailFrom)), ...(await read(letters, letterFrom))];
}

async function filesIn(folder: string, ending: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true });
    return entries
      .filter((name) => name.endsWith(ending))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function emailFrom(path: string, raw: string): Received {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw.slice(0, end);
  const encoding = /^content-transfer-encoding: *(\S+)/im.exec(head)?.[1]?.toLowerCase();
  return { path, channel: 'email', head, text: decoded(raw.slice(end + 4), encoding) };
}

/** RFC 2045 section 6. */
function decoded(body: string, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return body;
  const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function letterFrom(path: string, raw: string): Received {
  const end = raw.indexOf('\n\n');
  return { path, channel: 'post', head: raw.slice(0, end), text: raw.slice(end + 2) };
}

/** What came for this person, by his mailbox or his letter box. */
export const receivedBy = (person: LineFields, messages: readonly Received[]): readonly Received[] => {
  const letterBox = [`${person.given_names} ${person.family_name}`, person.address, `${person.postal_code} ${person.city}`].join('\n');
  return messages.filter(({ channel, head }) =>
    channel === 'email' ? person.email !== '' && head.includes(person.email) : head === letterBox,
  );
};

/** The code printed in a message, as somebody types it; null when there is none. */
export const codeIn = ({ text }: Received): string | null => /code provisoire : ([2-9A-Z]{5}-[2-9A-Z]{5})/.exec(text)?.[1] ?? null;
