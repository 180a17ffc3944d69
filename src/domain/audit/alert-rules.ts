import { reject, type Rejection } from '../shared/rejection.js';

/** Rules that every version of the file has, and no others. */
export const ALERT_RULES = [
  'without-care-relation',
  'many-people',
  'sequential-look-ups',
  'failed-look-ups',
  'mass-download',
  'after-hours',
  'own-record',
  'same-name',
  'colleague',
  'break-glass-quota',
  'refused-then-read',
  'watched-person',
  'secret-misuse',
  'support-without-reference',
] as const;
export type AlertRule = (typeof ALERT_RULES)[number];

/** A number, and for whom: the first line that fits whoever looks holds. A line without any condition fits everybody. */
export interface Limit {
  /** `<system>|<code>`. */
  readonly profession?: string;
  /** Sector of activity, `SA07`. */
  readonly sector?: string;
  readonly role?: string;
  /** One more raises an alert. */
  readonly most: number;
}
/** What is counted within a time. */
export interface Counted {
  readonly minutes: number;
  readonly most: readonly Limit[];
}
/** Who may in any case: grounds of decisions, `ATTENDING_DOCTOR`. */
export interface Excepted {
  readonly exceptGrounds: readonly string[];
}

/** Thresholds of every rule: data, in versions. Times in minutes, hours of the day in Paris. */
export interface AlertThresholds {
  /** People read under a consent that the reader himself recorded no longer before than `declaredWithin`, or refused for lack of one. */
  readonly 'without-care-relation': Counted & { readonly declaredWithin: number };
  /** Different people looked at. */
  readonly 'many-people': Counted;
  /** So many people one after the other in the order of the alphabet. */
  readonly 'sequential-look-ups': { readonly minutes: number; readonly inOrder: number };
  /** Look-ups of people whom nobody knows. */
  readonly 'failed-look-ups': Counted;
  /** Documents opened of people who were read before. */
  readonly 'mass-download': Counted;
  /** People looked at from `from` until `until` o'clock; only who works in one of these sectors. */
  readonly 'after-hours': Counted & { readonly from: number; readonly until: number; readonly sectors: readonly string[] };
  readonly 'own-record': Excepted;
  readonly 'same-name': Excepted;
  readonly colleague: Excepted;
  /** Break-glass accesses opened. */
  readonly 'break-glass-quota': Counted;
  /** Refusals of one person before a look that succeeds. */
  readonly 'refused-then-read': Counted;
  readonly 'watched-person': Excepted;
  /** People looked at under the secret of a minor. */
  readonly 'secret-misuse': Counted;
  /** People whom an agent looked at without saying for which call. */
  readonly 'support-without-reference': Counted;
}
/** One version as it is written down. */
export interface AlertBook {
  /** Hours within which a case that an alert opened must be reviewed. */
  readonly reviewHours: number;
  /** Stream ids of spaces whose record is watched. */
  readonly watched: readonly string[];
  readonly thresholds: AlertThresholds;
}

/** Counted longer than this, an access would have to be kept in mind longer: a day. */
export const LONGEST_WINDOW = 1_440;

type Plain = Readonly<Record<string, unknown>>;
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);
const isWhole =
  (least: number, most: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= 10_000 && value.every((one) => typeof one === 'string' && one.length <= 80);
const LIMIT_KEYS: readonly string[] = ['profession', 'sector', 'role', 'most'];
const isLimit = (value: unknown): boolean =>
  isPlain(value) &&
  Object.entries(value).every(([key, said]) => LIMIT_KEYS.includes(key) && (key === 'most' || typeof said === 'string')) &&
  isWhole(0, 100_000)(value['most']);
const endsForAll = (value: unknown): boolean => isPlain(value) && Object.keys(value).length === 1;
/** The last line fits everybody, so that nobody is forgotten. */
const isLimits = (value: unknown): boolean => Array.isArray(value) && value.length > 0 && value.every(isLimit) && endsForAll(value.at(-1));

const minutes = isWhole(1, LONGEST_WINDOW);
const hour = isWhole(0, 24);
const COUNTED = { minutes, most: isLimits };
const EXCEPTED = { exceptGrounds: isTexts };
type Form = Readonly<Record<string, (value: unknown) => boolean>>;
const FORMS: Readonly<Record<AlertRule, Form>> = {
  'without-care-relation': { ...COUNTED, declaredWithin: minutes },
  'many-people': COUNTED,
  'sequential-look-ups': { minutes, inOrder: isWhole(3, 1_000) },
  'failed-look-ups': COUNTED,
  'mass-download': COUNTED,
  'after-hours': { ...COUNTED, from: hour, until: hour, sectors: isTexts },
  'own-record': EXCEPTED,
  'same-name': EXCEPTED,
  colleague: EXCEPTED,
  'break-glass-quota': COUNTED,
  'refused-then-read': COUNTED,
  'watched-person': EXCEPTED,
  'secret-misuse': COUNTED,
  'support-without-reference': COUNTED,
};
const BOOK: Form = {
  reviewHours: isWhole(1, 8_760),
  watched: isTexts,
  thresholds: (value) => faultIn(value, Object.fromEntries(ALERT_RULES.map((rule) => [rule, isOf(FORMS[rule])])), '') === null,
};

const isOf =
  (form: Form) =>
  (value: unknown): boolean =>
    faultIn(value, form, '') === null;

/** Where it departs from the form, as a path; null: nowhere. Unknown members depart too. */
function faultIn(value: unknown, form: Form, path: string): string | null {
  if (!isPlain(value)) return path;
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(form, key));
  if (unknown !== undefined) return `${path}/${unknown}`;
  const wrong = Object.entries(form).find(([key, isRight]) => !isRight(value[key]));
  return wrong === undefined ? null : `${path}/${wrong[0]}`;
}

/** Null when this is a book of rules, complete and of sound numbers. Otherwise the path of what is wrong. */
export function faultOfBook(book: unknown): string | null {
  const fault = faultIn(book, BOOK, '');
  if (fault !== '/thresholds' || !isPlain(book)) return fault;
  const thresholds = book['thresholds'];
  if (!isPlain(thresholds)) return fault;
  const inside = ALERT_RULES.map((rule) => faultIn(thresholds[rule], FORMS[rule], `/thresholds/${rule}`)).find((one) => one !== null);
  return inside ?? fault;
}
/** The same as a refusal. */
export const refusalOfBook = (book: unknown): Rejection | null =>
  faultOfBook(book) === null ? null : reject('invalid', 'audit/alert-rules-malformed');
