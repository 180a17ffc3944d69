import { createHash } from 'node:crypto';
import type { LineFields } from '../../../src/application/enrolment/beneficiary-line.js';
import { inventPeople } from '../../../src/infrastructure/campaign/invented-people.js';
import type { Canary } from './needles.js';

const CONSONANTS = 'BDFGJKLMNPRSTVXZ';
const VOWELS = 'AEIOU';
const SYLLABLES = 6;
const FIRST_BIRTHDAY = Date.UTC(1919, 0, 1);
const DAY = 86_400_000;

const digest = (person: number, what: string): Buffer => createHash('sha256').update(`canary/${what}/${person}`).digest();
/** A word of twelve letters that nobody else has and no dictionary knows. */
function word(person: number, what: string): string {
  const bytes = digest(person, what);
  const letter = (letters: string, at: number): string => letters[(bytes[at] ?? 0) % letters.length] ?? '';
  return Array.from({ length: SYLLABLES }, (_, n) => letter(CONSONANTS, 2 * n) + letter(VOWELS, 2 * n + 1)).join('');
}
const small = (person: number, what: string): string => word(person, what).toLowerCase();
/** Photo cards have 21 digits, of which the first ten are always the same. */
const serial = (person: number): string => `8025000002${String(digest(person, 'serial').readUIntBE(0, 6)).padStart(11, '0').slice(-11)}`;

/** Invented adults (INS of the test range) of whom every item is somebody's alone. */
export function canaryLines(count: number): readonly LineFields[] {
  const invented = inventPeople({ count, seed: 'outside', year: 2022, children: 0, withoutEmail: 0, withoutCard: 0 });
  return [...invented].map((line, person) => ({
    ...line,
    family_name: word(person, 'family'),
    given_names: word(person, 'given'),
    birth_date: new Date(FIRST_BIRTHDAY + person * DAY).toISOString().slice(0, 10),
    email: `${small(person, 'box')}@${small(person, 'host')}.test`,
    address: `${1 + (person % 90)} sente du ${word(person, 'street')}`,
    city: word(person, 'city'),
    vitale_serial: serial(person),
  }));
}

/** A document of somebody: who brings it, and its words. */
export interface CanaryDocument {
  readonly title: string;
  readonly comments: string;
  readonly fileName: string;
  readonly content: string;
}
/** What somebody's life brings besides his line. */
export const wordsOf = (person: number) => ({
  account: `account-${small(person, 'account')}`,
  reason: `trouvé sans connaissance près de ${word(person, 'reason')}`,
  purpose: `consultation pour ${word(person, 'purpose')}`,
  documents: ['report', 'second report', 'own paper'].map((which): CanaryDocument => ({
    title: `Titre ${word(person, `${which} title`)}`,
    comments: `remarque ${word(person, `${which} comment`)}`,
    fileName: `${small(person, `${which} file`)}.txt`,
    content: `TENEUR-${word(person, `${which} content`)}`,
  })),
});

/** The thirty secrets of one person. `code`: the provisional code of his letter; `handle`: what doors call his space. */
export function canariesOf(
  person: number,
  line: LineFields,
  { code, handle }: { readonly code: string; readonly handle: string },
): readonly Canary[] {
  const { account, reason, purpose, documents } = wordsOf(person);
  const own = documents.flatMap((document, n) => Object.entries(document).map(([what, text]) => [`${what} of document ${n + 1}`, text]));
  const fields: Readonly<Record<string, string>> = {
    'family name': line.family_name,
    'given names': line.given_names,
    INS: line.ins,
    'INS without its key': line.ins.slice(0, 13),
    'INS as it is printed': line.ins.replace(/^(.)(..)(..)(..)(...)(...)(..)$/, '$1 $2 $3 $4 $5 $6 $7'),
    'birth date': line.birth_date,
    'e-mail': line.email,
    'local part of the e-mail': line.email.replace(/@.*/, ''),
    'postal address': line.address,
    city: line.city,
    'Vitale serial': line.vitale_serial,
    'last eleven digits of the Vitale serial': line.vitale_serial.slice(-11),
    'provisional code': code,
    'provisional code without its dash': code.replace('-', ''),
    handle,
    account,
    'reason of an emergency': reason,
    'purpose of a look': purpose,
    ...Object.fromEntries(own),
  };
  // The database keeps a UUID as its sixteen bytes.
  const raw = Buffer.from(handle.replaceAll('-', ''), 'hex');
  return Object.entries(fields).map(([field, text]) => ({ field, person, text, ...(field === 'handle' ? { raw } : {}) }));
}
