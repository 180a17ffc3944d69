import { isAdult, normaliseIns, refusalOfIns, refusalOfOid, type Beneficiary, type InsOid } from '../../domain/enrolment/beneficiary.js';
import type { LocalDate } from '../../domain/shared/time.js';

/** Columns of a beneficiaries file, all of them in its header, in any order. */
export const COLUMNS = [
  'ins',
  'ins_oid',
  'family_name',
  'given_names',
  'sex',
  'birth_date',
  'birth_place',
  'email',
  'address',
  'postal_code',
  'city',
  'regime',
  'vitale_serial',
  'representative_1_ins',
  'representative_2_ins',
] as const;
export type Column = (typeof COLUMNS)[number];
export type LineFields = Readonly<Record<Column, string>>;

/** Why a line of the file is rejected; besides these, the `identity/…` codes of the INS itself. */
export type ImportCode =
  | 'import/missing-column'
  | 'import/extra-column'
  | 'import/unreadable-line'
  | 'import/line-too-long'
  | 'import/not-utf-8'
  | 'import/control-characters'
  | 'import/too-long'
  | 'import/empty-field'
  | 'import/malformed-sex'
  | 'import/malformed-birth-date'
  | 'import/birth-date-out-of-range'
  | 'import/malformed-birth-place'
  | 'import/malformed-email'
  | 'import/malformed-postal-code'
  | 'import/malformed-vitale-serial'
  | 'import/malformed-representative'
  | 'import/minor-without-representative'
  | 'import/second-line';

/** What the file is judged against: the Paris day, and whether real identities belong here. */
export interface Judging {
  readonly today: LocalDate;
  readonly production: boolean;
}
/** `deferred`: a minor with a representative; children come with a later version of the service. */
export type Verdict =
  | { readonly accepted: true; readonly beneficiary: Beneficiary; readonly deferred: boolean }
  | { readonly accepted: false; readonly code: string };

const MOST: Readonly<Record<Column, number>> = {
  ins: 25,
  ins_oid: 30,
  family_name: 100,
  given_names: 150,
  sex: 1,
  birth_date: 10,
  birth_place: 5,
  email: 254,
  address: 200,
  postal_code: 5,
  city: 100,
  regime: 40,
  vitale_serial: 30,
  representative_1_ins: 25,
  representative_2_ins: 25,
};
const REQUIRED: readonly Column[] = COLUMNS.filter(
  (column) => !['email', 'vitale_serial', 'representative_1_ins', 'representative_2_ins'].includes(column),
);

/** Line breaks, invisible and direction-turning characters: they forge headers of messages and the look of names. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
/** What mail servers take (HTML Living Standard, e-mail state), with a domain of at least two labels. */
const EMAIL = new RegExp(`^[A-Za-z0-9.!#$%&'*+/=?^_\`{|}~-]{1,64}@${LABEL}(?:\\.${LABEL})+$`);
/** Printed on the card: 8 to 13 digits, 21 on cards with a photo, of which people know the last eleven (domain reference 1.5). */
const VITALE = /^(\d{8,13}|\d{21})$/;
const OLDEST = '1890-01-01';

const isCalendarDay = (text: string): boolean => {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return day !== null && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
};
const representativesOf = (fields: LineFields): string[] =>
  [fields.representative_1_ins, fields.representative_2_ins].filter((ins) => ins !== '').map(normaliseIns);

/** Null when the field is right. In the order in which they are asked; the first answer is the verdict. */
type Check = (fields: LineFields, judging: Judging) => string | null;
const unless = (code: ImportCode, right: (fields: LineFields, judging: Judging) => boolean): Check => {
  return (fields, judging) => (right(fields, judging) ? null : code);
};

const checks: readonly Check[] = [
  unless('import/control-characters', (fields) => !COLUMNS.some((column) => CONTROL.test(fields[column]))),
  unless('import/too-long', (fields) => COLUMNS.every((column) => [...fields[column]].length <= MOST[column])),
  unless('import/empty-field', (fields) => REQUIRED.every((column) => fields[column] !== '')),
  ({ ins }) => refusalOfIns(normaliseIns(ins))?.rejected ?? null,
  ({ ins_oid }, { production }) => refusalOfOid(ins_oid, production)?.rejected ?? null,
  unless('import/malformed-sex', ({ sex }) => sex === 'F' || sex === 'M'),
  unless('import/malformed-birth-date', ({ birth_date }) => isCalendarDay(birth_date)),
  unless('import/birth-date-out-of-range', ({ birth_date }, { today }) => birth_date >= OLDEST && birth_date <= today),
  unless('import/malformed-birth-place', ({ birth_place }) => /^(\d{2}|2[AB])\d{3}$/.test(birth_place)),
  unless('import/malformed-email', ({ email }) => email === '' || EMAIL.test(email)),
  unless('import/malformed-postal-code', ({ postal_code }) => /^\d{5}$/.test(postal_code)),
  unless('import/malformed-vitale-serial', ({ vitale_serial }) => vitale_serial === '' || VITALE.test(vitale_serial)),
  unless('import/malformed-representative', (fields) =>
    representativesOf(fields).every((ins) => refusalOfIns(ins) === null && ins !== normaliseIns(fields.ins)),
  ),
  unless(
    'import/minor-without-representative',
    (fields, { today }) => isAdult(fields.birth_date as LocalDate, today) || representativesOf(fields).length > 0,
  ),
];

/** Names as people write them, whatever the composition of their accents and the spaces around. */
const tidied = (fields: LineFields): LineFields =>
  Object.fromEntries(COLUMNS.map((column) => [column, fields[column].normalize('NFC').trim()])) as LineFields;

/** Whether this line of a fund's file declares a person, and which. */
export function judgeLine(given: LineFields, judging: Judging): Verdict {
  const fields = tidied(given);
  for (const check of checks) {
    const code = check(fields, judging);
    if (code !== null) return { accepted: false, code };
  }
  return { accepted: true, beneficiary: beneficiaryOf(fields), deferred: !isAdult(fields.birth_date as LocalDate, judging.today) };
}

const beneficiaryOf = (fields: LineFields): Beneficiary => ({
  ins: normaliseIns(fields.ins),
  insOid: fields.ins_oid as InsOid,
  familyName: fields.family_name,
  givenNames: fields.given_names,
  sex: fields.sex as 'F' | 'M',
  birthDate: fields.birth_date as LocalDate,
  birthPlace: fields.birth_place,
  email: fields.email === '' ? null : fields.email,
  address: fields.address,
  postalCode: fields.postal_code,
  city: fields.city,
  regime: fields.regime,
  vitaleSerial: fields.vitale_serial === '' ? null : fields.vitale_serial,
});
