import type { LineFields } from '../../src/application/enrolment/beneficiary-line.js';
import { adult } from '../support/beneficiary-lines.js';

/** A person of whom every item is unmistakable (INS of the test range, OID 1.2.250.1.213.1.4.10). */
export const person: LineFields = {
  ...adult,
  family_name: 'CANARI-PERTHUISOT',
  given_names: 'Zénobie Philippine',
  birth_date: '1931-07-29',
  birth_place: '2A998',
  email: 'zenobie.canari@serin-jaune.test',
  address: '17 sente du Serin-Bavard',
  city: 'Volièreville',
  vitale_serial: '802500000291827364550',
};
/** What somebody types of the serial number. */
export const LAST_ELEVEN = '91827364550';

/** By name, what must be found nowhere in clear. `ins` stands without its key too, and as it is printed. */
export const canaries: Readonly<Record<string, string>> = {
  'family name': person.family_name,
  'given names': person.given_names,
  INS: person.ins,
  'INS without its key': person.ins.slice(0, 13),
  'INS as it is printed': person.ins.replace(/^(.)(..)(..)(..)(...)(...)(..)$/, '$1 $2 $3 $4 $5 $6 $7'),
  'birth date': person.birth_date,
  'birth place': person.birth_place,
  'e-mail': person.email,
  'local part of the e-mail': 'zenobie.canari',
  'postal address': person.address,
  city: person.city,
  'Vitale serial': person.vitale_serial,
  'last eleven digits of the Vitale serial': LAST_ELEVEN,
};

/** In base64 a text looks different at each of three places of a group; the outermost characters also depend on its neighbours. */
const base64Forms = (bytes: Buffer): readonly string[] =>
  [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    return text.slice(shift === 0 ? 0 : shift + 1).replace(/.?=+$/, '');
  });

/** Shorter ones are met by chance in random text. */
const LEAST_BASE64 = 7;

/** Every way in which these words could lie somewhere: as they are, in other cases, composed otherwise, escaped, in hexadecimal, in base64. */
export function formsOf(text: string): readonly string[] {
  const plain = [...new Set([text, text.toUpperCase(), text.toLowerCase(), text.normalize('NFD').replace(/\p{M}/gu, '')])];
  const utf8 = plain.map((form) => Buffer.from(form, 'utf8'));
  const hex = utf8.flatMap((bytes) => [bytes.toString('hex'), bytes.toString('hex').toUpperCase()]);
  const base64 = utf8.flatMap(base64Forms).filter((form) => form.length >= LEAST_BASE64);
  const base64url = base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  const escaped = [encodeURIComponent(text), encodeURIComponent(text).replaceAll('%20', '+'), JSON.stringify(text).slice(1, -1)];
  return [...new Set([...plain, ...hex, ...base64, ...base64url, ...escaped])];
}

/** Text as its UTF-8 bytes, one character each: what bytes are searched as. */
const asBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Names of those whose words lie here in any form; bytes and texts alike. */
export function foundIn(haystack: string | Buffer, sought: Readonly<Record<string, string>>): readonly string[] {
  const bytes = typeof haystack === 'string' ? asBytes(haystack) : haystack.toString('latin1');
  return Object.entries(sought).flatMap(([name, text]) =>
    formsOf(text)
      .filter((form) => liesIn(bytes, asBytes(form)))
      .map((form) => `${name} as ${form}`),
  );
}

/** A few hexadecimal digits (the code of a birth place in Corsica) come up by chance within longer ones; on their own they do not. */
const FEW_DIGITS = /^[0-9a-f]{1,7}$/i;
const liesIn = (bytes: string, form: string): boolean =>
  FEW_DIGITS.test(form) ? new RegExp(`(?<![0-9a-fA-F])${form}(?![0-9a-fA-F])`).test(bytes) : bytes.includes(form);

/** A row as it would be read by somebody who has the disk: bytes stay bytes. */
export const bytesOf = (row: Readonly<Record<string, unknown>>): Buffer =>
  Buffer.concat(
    Object.values(row).flatMap((value) => [Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value) ?? ''), Buffer.from('\n')]),
  );
