import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from '../../../src/application/shared/pause.js';
import type { LineFields } from '../../../src/application/enrolment/beneficiary-line.js';
import { policy } from '../../../src/domain/enrolment/policy.js';
import { BeneficiariesCsv } from '../../../src/infrastructure/campaign/beneficiaries-csv.js';
import { codeIn, receivedIn } from '../../../src/infrastructure/cli/demo/mailboxes.js';
import { operatorHere } from '../../../src/infrastructure/cli/context.js';
import { LocalIssuer } from '../../../src/infrastructure/identity/local-issuer.js';
import { csvOf } from '../beneficiary-lines.js';
import { consentTo, entry, MARTIN, ownEntry } from '../care.js';
import { doorsOf } from '../doors.js';
import { form } from '../multipart.js';
import type { RunningSystem } from '../system.js';
import { canariesOf, wordsOf, type CanaryDocument } from './canary-people.js';
import type { Canary } from './needles.js';

const CAMPAIGN = 'outside';
/** Lives that are lived at the same time. */
const AT_ONCE = 8;

/** Somebody with a life: where it is, and his thirty secrets. */
export interface Lived {
  readonly person: number;
  readonly handle: string;
  readonly canaries: readonly Canary[];
}

/** Imports everybody over the bulk path, and waits until each has his message. */
export async function importAll({ system }: RunningSystem, lines: readonly LineFields[]): Promise<void> {
  await system.campaigns.open(CAMPAIGN, 'Vu du dehors', operatorHere(system.clock));
  const folder = await mkdtemp(join(tmpdir(), 'mes-funds-'));
  const path = join(folder, 'people.csv');
  await writeFile(path, csvOf(lines));
  const rejected: string[] = [];
  const rejections = { add: async (line: number, code: string) => void rejected.push(`${line}:${code}`) };
  const { counts } = await system.import.run({ campaign: CAMPAIGN, file: new BeneficiariesCsv(path), rejections });
  // The file is the funds' own: it never was part of the installation.
  await rm(folder, { recursive: true });
  if (counts.declared !== lines.length)
    throw new Error(`${counts.declared} of ${lines.length} were declared: ${rejected.slice(0, 3).join()}`);
  for (let round = 0; round < 2; round += 1) await system.waitUntilCaughtUp();
}

/** Does something for each, some at a time, in no order. */
export async function forEach<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const waiting = [...items.entries()];
  const results: R[] = [];
  const one = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return results;
}

const RETRIES = 20;
const LATER = 500;

/** Codes of the messages, by the address they went to. */
export async function codesByMailbox(running: RunningSystem): Promise<ReadonlyMap<string, string>> {
  const received = await receivedIn(running.settings.outboxDir);
  const named = received.flatMap((message) => {
    const to = /^To:.*?([^\s<>]+@[^\s<>]+)/im.exec(message.head)?.[1];
    const code = codeIn(message);
    return to === undefined || code === null ? [] : [[to, code] as const];
  });
  return new Map(named);
}

/** What these people do at the doors, each under an account of his own. */
export async function livesOn(running: RunningSystem, lines: readonly LineFields[]) {
  const { rest } = doorsOf(running);
  const codes = await codesByMailbox(running);
  const issuer = await LocalIssuer.open(running.settings, running.system.clock);
  const tokenOf = (person: number): Promise<string> => issuer.personaToken({ is: '', sub: wordsOf(person).account, acr: 'eidas2' });
  const must = async (...asked: Parameters<typeof rest>) => {
    const [method, path, { headers, ...more } = {}] = asked;
    const once = { ...more, headers: { 'idempotency-key': randomUUID(), ...headers } };
    let said = await rest(method, path, once);
    // `Retry`, it says: on a busy machine the store may not answer in time, and the same key does nothing twice.
    for (let again = 0; said.status === 503 && again < RETRIES; again++) {
      await pause(LATER);
      said = await rest(method, path, once);
    }
    if (said.status >= 300) throw new Error(`${method} ${path}: ${said.status} ${JSON.stringify(said.body)}`);
    return said.body;
  };
  const deposit = (path: string, who: object, metadata: object, { fileName, content }: CanaryDocument) => {
    const { headers, payload } = form(metadata, { bytes: Buffer.from(`${content}\n`), mediaType: 'text/plain', fileName });
    return must('POST', path, { ...who, headers, body: payload });
  };
  return {
    /** Activates, is cared for, brings and is brought documents, is looked at in an emergency. */
    live: async (person: number): Promise<Lived> => {
      const line = lines[person];
      const code = line && codes.get(line.email);
      if (line === undefined || code === undefined) throw new Error('nobody of this number was written to');
      const token = await tokenOf(person);
      const letter = { code, vitaleSerial: line.vitale_serial, birthDate: line.birth_date, terms: policy.terms };
      const { space: handle } = await must('POST', '/activations', { token, body: letter });
      const space = `/spaces/${handle}`;
      const { reason, purpose, documents } = wordsOf(person);
      await must('POST', `${space}/consents`, { as: 'dr-martin', body: consentTo(MARTIN) });
      for (const [n, document] of documents.entries()) {
        const words = { title: document.title, comments: document.comments };
        if (n < 2) await deposit(`${space}/documents`, { as: 'dr-martin' }, entry(words), document);
        else await deposit(`${space}/documents`, { token }, ownEntry(words), document);
      }
      await must('POST', `${space}/emergency-accesses`, { as: 'emergency-doctor', body: { mode: 'bris_de_glace', reason } });
      await must('GET', `${space}/documents`, { as: 'dr-martin', headers: { 'x-purpose': encodeURIComponent(purpose) } });
      return { person, handle, canaries: canariesOf(person, line, { code, handle }) };
    },
    /** Before the closed space is destroyed its holder and a doctor try to look at it; both are refused. */
    tryInVain: async ({ person, handle }: Lived): Promise<void> => {
      const purpose = encodeURIComponent(wordsOf(person).purpose);
      for (const who of [{ token: await tokenOf(person) }, { as: 'dr-martin', headers: { 'x-purpose': purpose } }] as const) {
        const { status } = await rest('GET', `/spaces/${handle}/documents`, who);
        if (status !== 403 && status !== 409) throw new Error(`a closed space answered ${status}`);
      }
    },
    /** Closes the space. */
    close: async ({ person, handle }: Lived): Promise<void> =>
      void (await must('PUT', `/spaces/${handle}/closure`, { token: await tokenOf(person), body: {} })),
    /** Asks for the erasure of the closed space (GDPR article 17). */
    erase: async ({ person, handle }: Lived): Promise<void> =>
      void (await must('PUT', `/spaces/${handle}/erasure`, { token: await tokenOf(person), body: {} })),
  };
}
