import { createHash } from 'node:crypto';
import type { LineFields } from '../../application/enrolment/beneficiary-line.js';
import { randomFrom, type Random } from './random.js';
import { CITIES, FAMILY_NAMES, FEMALE_NAMES, MALE_NAMES, REGIMES, STREETS, WAYS } from './invented-words.js';

export interface Invention {
  readonly count: number;
  /** The same seed, count and year invent the same people. */
  readonly seed: string;
  /** Year in which the adults are 19 to 94 and the children 1 to 16. */
  readonly year: number;
  /** Out of a hundred: children (with a parent of the file's kind), people without e-mail, people without a card on file. */
  readonly children?: number;
  readonly withoutEmail?: number;
  readonly withoutCard?: number;
}

/** Identities of test (domain reference 6.1): commune 999 and orders 900 to 999 are given to nobody. */
const TEST_OID = '1.2.250.1.213.1.4.10';
const COMMUNE = '999';
const DEPARTMENTS = [...Array.from({ length: 95 }, (_, i) => String(i + 1).padStart(2, '0')).filter((d) => d !== '20'), '2A', '2B'];
const ORDERS = 100;
const MONTHS = 12;
/** Coprime with every number of combinations below, so that stepping by it meets each of them once. */
const STRIDE = 7_368_787;

interface Born {
  readonly ins: string;
  readonly sex: 'F' | 'M';
  readonly birthDate: string;
  readonly birthPlace: string;
}

/** The INS of the nth person born in these years: another n, another INS, until all combinations are used. */
function bornAs(nth: number, offset: number, years: { first: number; count: number }, random: Random): Born {
  const combinations = 2 * years.count * MONTHS * DEPARTMENTS.length * ORDERS;
  if (nth >= combinations) throw new RangeError(`no more than ${combinations} people of these ages can be invented`);
  let left = (nth * STRIDE + offset) % combinations;
  const digit = (base: number): number => {
    const value = left % base;
    left = Math.floor(left / base);
    return value;
  };
  const sex = digit(2) === 0 ? 'M' : 'F';
  const order = 900 + digit(ORDERS);
  const department = DEPARTMENTS[digit(DEPARTMENTS.length)] ?? '75';
  const month = String(digit(MONTHS) + 1).padStart(2, '0');
  const year = String(years.first + digit(years.count));
  const body = `${sex === 'M' ? 1 : 2}${year.slice(2)}${month}${department}${COMMUNE}${order}`;
  const day = String(1 + random.below(28)).padStart(2, '0');
  return { ins: body + keyOf(body), sex, birthDate: `${year}-${month}-${day}`, birthPlace: department + COMMUNE };
}

/** 97 − (N mod 97), Corsica counted as 19 and 18. */
const keyOf = (body: string): string => String(97n - (BigInt(body.replace('2A', '19').replace('2B', '18')) % 97n)).padStart(2, '0');

/** Invents beneficiaries one by one, never the same INS twice. Nobody of them exists, no address is a place, no mailbox is reachable. */
export function* inventPeople({ count, seed, year, children = 4, withoutEmail = 15, withoutCard = 2 }: Invention): Iterable<LineFields> {
  const random = randomFrom(seed);
  const offset = createHash('sha256').update(seed).digest().readUInt32BE(0);
  const adults = { first: year - 94, count: 76 };
  const minors = { first: year - 16, count: 16 };
  let parent: Born = bornAs(0, offset, adults, random);
  let adultsBorn = 0;
  for (let i = 0; i < count; i++) {
    const child = i > 0 && random.below(100) < children;
    const born = child ? bornAs(i - adultsBorn, offset, minors, random) : bornAs(adultsBorn++, offset, adults, random);
    yield lineOf(born, i, random, {
      representative: child ? parent.ins : '',
      email: random.below(100) >= withoutEmail,
      card: random.below(100) >= withoutCard,
    });
    if (!child) parent = born;
  }
}

function lineOf(born: Born, nth: number, random: Random, has: { representative: string; email: boolean; card: boolean }): LineFields {
  const given = random.oneOf(born.sex === 'F' ? FEMALE_NAMES : MALE_NAMES);
  const family = random.oneOf(FAMILY_NAMES);
  return {
    ins: born.ins,
    ins_oid: TEST_OID,
    family_name: family,
    given_names: given,
    sex: born.sex,
    birth_date: born.birthDate,
    birth_place: born.birthPlace,
    email: has.email ? `${plain(given)}.${plain(family)}.${nth + 1}@courriel.test` : '',
    address: `${1 + random.below(180)} ${random.oneOf(WAYS)} ${random.oneOf(STREETS)}`,
    postal_code: `00${String(random.below(1000)).padStart(3, '0')}`,
    city: random.oneOf(CITIES),
    regime: random.oneOf(REGIMES),
    vitale_serial: has.card ? serialOf(random) : '',
    representative_1_ins: has.representative,
    representative_2_ins: '',
  };
}

/** Four cards out of five carry a photo and 21 digits, of which the first ten are always the same. */
const serialOf = (random: Random): string => (random.below(5) > 0 ? `8025000002${random.digits(11)}` : random.digits(8 + random.below(6)));

const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
