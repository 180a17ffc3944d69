import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LineFields } from '../../src/application/enrolment/beneficiary-line.js';
import { policy } from '../../src/domain/enrolment/policy.js';
import type { Instant } from '../../src/domain/shared/time.js';
import { BeneficiariesCsv } from '../../src/infrastructure/campaign/beneficiaries-csv.js';
import { codeIn, receivedBy, receivedIn, type Received } from '../../src/infrastructure/cli/demo/mailboxes.js';
import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import { csvOf } from './beneficiary-lines.js';
import type { RunningSystem } from './system.js';

/** What a door answered over HTTP. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}
/** One request over REST; the same one may be delivered again. */
export interface Delivery {
  readonly method: string;
  readonly path: string;
  readonly as?: PersonaName;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export const CAMPAIGN = 'essai';
/** What a 3422 agent asks somebody on the line. */
export const CHECKS = ['INS', 'BIRTH_DATE', 'ADDRESS'] as const;

/** People on a running system: what funds, agents and holders do from outside, and what reaches their mailboxes. */
export function lifeOn({ system, settings, stateDir, token, inside }: RunningSystem) {
  /** Below /api/v1, with a key of its own unless one is given. */
  const rest = async ({ method, path, as, body, headers = {} }: Delivery): Promise<Answer> => {
    const sent = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(as === undefined ? {} : { authorization: `Bearer ${await token(as)}` }),
      'idempotency-key': randomUUID(),
      ...headers,
    };
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${system.url}/api/v1${path}`, { method, headers: sent, ...text });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const done = async (delivery: Delivery): Promise<Answer> => {
    const answer = await rest(delivery);
    if (answer.status >= 300) throw new Error(`${delivery.method} ${delivery.path}: ${answer.status} ${answer.body.code}`);
    return answer;
  };

  /** Opens the campaign and imports these people; the rejected lines as `line:code`. */
  const importing = async (people: readonly LineFields[]) => {
    await done({ method: 'PUT', path: `/campaigns/${CAMPAIGN}`, as: 'operator', body: { label: 'Essai' } });
    const path = join(stateDir, 'people.csv');
    await writeFile(path, csvOf(people));
    const rejected: string[] = [];
    const rejections = { add: async (line: number, code: string) => void rejected.push(`${line}:${code}`) };
    const result = await system.import.run({ campaign: CAMPAIGN, file: new BeneficiariesCsv(path), rejections });
    await system.waitUntilCaughtUp();
    return { ...result, rejected };
  };

  /** All messages somebody got so far, in no order. */
  const mailOf = async (person: LineFields): Promise<readonly Received[]> => {
    await system.waitUntilCaughtUp();
    return receivedBy(person, await receivedIn(settings.outboxDir));
  };
  /** What somebody types from the message of this subject and from his card. */
  const letterOf = async (person: LineFields, subject: 'Votre espace santé va être créé' | 'Votre nouveau code provisoire') => {
    const told = (await mailOf(person)).filter((message) => subjectOf(message) === subject);
    const code = told.map(codeIn).find((found) => found !== null);
    if (code === undefined || code === null) throw new Error(`no message "${subject}" with a code has come`);
    return { code, vitaleSerial: person.vitale_serial, birthDate: person.birth_date };
  };

  const handleOf = async ({ ins }: LineFields): Promise<string> =>
    (await done({ method: 'POST', path: '/support/space-searches', as: 'agent-3422', body: { ins } })).body.space;

  return {
    rest,
    done,
    importing,
    mailOf,
    letterOf,
    handleOf,
    /** Moves the clock, then lets all follow that this makes due. */
    at: async (moment: string): Promise<void> => {
      await system.simulatedClock?.advanceTo(moment as Instant);
      await system.fireDue();
      await system.waitUntilCaughtUp();
    },
    /** The overview as the 3422 agent sees it, now or as of a past moment. */
    overview: async (handle: string, asOf?: string) => {
      await system.waitUntilCaughtUp();
      const query = asOf === undefined ? '' : `?asOf=${encodeURIComponent(asOf)}`;
      return (await done({ method: 'GET', path: `/spaces/${handle}${query}`, as: 'agent-3422' })).body;
    },
    /** The sentences of the life of a space, latest first, as the compliance officer reads them. */
    sentences: async (handle: string): Promise<readonly string[]> => {
      await system.waitUntilCaughtUp();
      const path = `/spaces/${handle}/history?lane=LIFE`;
      const { body } = await done({ method: 'GET', path, as: 'compliance', headers: { 'x-purpose': 'essai' } });
      return (body.lines as { fr: string }[]).map(({ fr }) => fr);
    },
    oppose: async (letter: object) => rest({ method: 'POST', path: '/oppositions', body: letter }),
    opposeByPhone: async (handle: string, more: object = {}) =>
      rest({ method: 'PUT', path: `/support/spaces/${handle}/opposition`, as: 'agent-3422', body: { checked: CHECKS, ...more } }),
    requestCode: async ({ ins, vitale_serial, birth_date }: LineFields, channel = 'EMAIL') =>
      rest({ method: 'POST', path: '/provisional-codes', body: { ins, vitaleSerial: vitale_serial, birthDate: birth_date, channel } }),
    activate: async (as: PersonaName, letter: object) =>
      rest({ method: 'POST', path: '/activations', as, body: { ...letter, terms: policy.terms } }),
    inside,
  };
}
export type Life = ReturnType<typeof lifeOn>;

/** The subject of a message in clear (RFC 2047 for e-mails). */
export function subjectOf({ head, text, channel }: Received): string {
  if (channel === 'post') return /^Objet : (.*)$/m.exec(text)?.[1] ?? '';
  const folded = /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(head)?.[1] ?? '';
  const words = folded.replace(/\?=\s+=\?/g, '?==?');
  return words.replace(/=\?UTF-8\?([QB])\?(.*?)\?=/gi, (_, encoding: string, word: string) =>
    encoding.toUpperCase() === 'B'
      ? Buffer.from(word, 'base64').toString('utf8')
      : Buffer.from(
          word.replace(/_/g, ' ').replace(/=([0-9A-F]{2})/gi, (__, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
          'latin1',
        ).toString('utf8'),
  );
}
