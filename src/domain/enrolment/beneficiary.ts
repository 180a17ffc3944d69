import { reject, type Rejection } from '../shared/rejection.js';
import { dayAfter, type LocalDate } from '../shared/time.js';

/** Where an INS comes from. Production refuses the test and demonstration ranges, everything else refuses the real ones. */
export const INS_OIDS = {
  '1.2.250.1.213.1.4.8': 'production',
  '1.2.250.1.213.1.4.9': 'production',
  '1.2.250.1.213.1.4.10': 'test',
  '1.2.250.1.213.1.4.11': 'test',
} as const;
export type InsOid = keyof typeof INS_OIDS;

/** One person as the health-insurance fund declares him (CSP R.1111-28: eligibility comes from the data of the funds). */
export interface Beneficiary {
  /** 13 characters and their key. */
  readonly ins: string;
  readonly insOid: InsOid;
  readonly familyName: string;
  readonly givenNames: string;
  readonly sex: 'F' | 'M';
  readonly birthDate: LocalDate;
  /** INSEE code of the place of birth. */
  readonly birthPlace: string;
  readonly email: string | null;
  readonly address: string;
  readonly postalCode: string;
  readonly city: string;
  /** Fund: CPAM, MSA, MGEN… */
  readonly regime: string;
  readonly vitaleSerial: string | null;
}

/** INSEE months: 01–12, and 20, 30–42, 50–99 for births whose month is unknown or fictive. */
const MONTH = /^(0[1-9]|1[0-2]|20|3\d|4[0-2]|[5-9]\d)$/;
const BODY = /^[1-478]\d{4}(\d{2}|2[AB])\d{6}$/;

/** 97 − (N mod 97), Corsica counted as 19 and 18. */
const keyOf = (body: string): number => Number(97n - (BigInt(body.replace('2A', '19').replace('2B', '18')) % 97n));

/** Letters upper case, separators gone: the one form in which an INS is digested and stored. */
export const normaliseIns = (typed: string): string => typed.replace(/[\s.-]/g, '').toUpperCase();

/** Null when these 15 characters are an INS: form, month, key. */
export function refusalOfIns(ins: string): Rejection | null {
  const body = ins.slice(0, 13);
  if (ins.length !== 15 || !BODY.test(body) || !/^\d{2}$/.test(ins.slice(13))) return reject('invalid', 'identity/ins-malformed');
  if (!MONTH.test(ins.slice(3, 5))) return reject('invalid', 'identity/ins-malformed');
  return keyOf(body) === Number(ins.slice(13)) ? null : reject('invalid', 'identity/ins-wrong-key');
}

/** Null when this source of identities belongs to this kind of installation. */
export function refusalOfOid(oid: string, production: boolean): Rejection | null {
  if (!Object.hasOwn(INS_OIDS, oid)) return reject('invalid', 'identity/ins-unknown-source');
  const range = INS_OIDS[oid as InsOid];
  if (range === 'test' && production) return reject('invalid', 'identity/test-ins-in-production');
  return range === 'production' && !production ? reject('invalid', 'identity/real-ins-outside-production') : null;
}

const doubled = (digit: number): number => (digit > 4 ? digit * 2 - 9 : digit * 2);
/** Luhn sum, as RPPS and FINESS use it. */
const luhn = (digits: string): boolean =>
  [...digits].reverse().reduce((sum, digit, i) => sum + (i % 2 === 0 ? Number(digit) : doubled(Number(digit))), 0) % 10 === 0;

/** Null when this is the national number of a professional: 11 digits, Luhn, not all zero. */
export const refusalOfRpps = (rpps: string): Rejection | null =>
  /^\d{11}$/.test(rpps) && !/^0+$/.test(rpps) && luhn(rpps) ? null : reject('invalid', 'identity/rpps-invalid');
/** Null when this is the number of a facility: 9 digits, Luhn, not all zero. */
export const refusalOfFiness = (finess: string): Rejection | null =>
  /^\d{9}$/.test(finess) && !/^0+$/.test(finess) && luhn(finess) ? null : reject('invalid', 'identity/finess-invalid');

/** Whether somebody is an adult on that Paris day: from the 18th birthday on; born on 29 February: 28 February. */
export const isAdult = (birthDate: LocalDate, today: LocalDate): boolean => dayAfter(birthDate, { years: 18 }) <= today;
