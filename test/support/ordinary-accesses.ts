import { nameTokens, type Look, type Whose } from '../../src/domain/audit/look.js';
import type { Instant } from '../../src/domain/shared/time.js';
import { randomFrom, type Random } from '../../src/infrastructure/campaign/random.js';
import { GP, HOSPITAL, look, NURSE, PHARMACIST, PHARMACY, PRACTICE } from './looks.js';

/** A Monday, 00:00 in Paris. */
const MONDAY = Date.parse('2027-02-28T23:00:00Z');
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const PATIENTS = 60_000;

const SYLLABLES = [
  'ba',
  'ber',
  'car',
  'dal',
  'do',
  'fa',
  'fer',
  'ga',
  'jo',
  'la',
  'len',
  'mar',
  'mo',
  'nar',
  'pel',
  'ri',
  'ro',
  'sau',
  'ta',
  'vi',
] as const;
const wordOf = (rank: number, syllables: number): string =>
  Array.from({ length: syllables }, (_, n) => SYLLABLES[Math.floor(rank / SYLLABLES.length ** n) % SYLLABLES.length]).join('');
/** Invented weights: the commonest name is borne by one in some hundreds, a tenth of the people share a hundred names, most have a rare one. */
function familyName(random: Random): string {
  const [commonness, rank] = [random.below(100), random.below(30_000)];
  if (commonness < 2) return wordOf(rank % 8, 4);
  if (commonness < 10) return wordOf(rank % 100, 4);
  return wordOf(commonness < 40 ? rank % 2_000 : rank, 4);
}
const givenName = (random: Random): string => wordOf(random.below(100) < 30 ? random.below(20) : random.below(400), 2);
const isoOf = (epochMilliseconds: number): Instant => new Date(epochMilliseconds).toISOString() as Instant;
const chance = (random: Random, percent: number): boolean => random.below(10_000) < percent * 100;

/** Somebody at work: where, when his day begins, how long it is, and how many people he sees in it. */
interface Work {
  readonly kind: 'DOCTOR' | 'NURSE' | 'PHARMACIST' | 'WARD' | 'EMERGENCY_ROOM' | 'AGENT';
  readonly sector: string | null;
  readonly profession: string | null;
  /** Hours at which shifts begin. */
  readonly begins: readonly [number, ...number[]];
  readonly hours: number;
  readonly people: number;
  /** How many such people there are of a hundred at work. */
  readonly share: number;
}
const WORK: readonly [Work, ...Work[]] = [
  { kind: 'DOCTOR', sector: PRACTICE, profession: GP, begins: [8, 9], hours: 10, people: 24, share: 38 },
  { kind: 'NURSE', sector: PRACTICE, profession: NURSE, begins: [6, 7], hours: 11, people: 26, share: 16 },
  { kind: 'PHARMACIST', sector: PHARMACY, profession: PHARMACIST, begins: [9], hours: 10, people: 70, share: 12 },
  { kind: 'WARD', sector: HOSPITAL, profession: NURSE, begins: [6, 14, 22], hours: 8, people: 14, share: 22 },
  { kind: 'EMERGENCY_ROOM', sector: HOSPITAL, profession: GP, begins: [8, 20], hours: 12, people: 20, share: 8 },
  { kind: 'AGENT', sector: null, profession: null, begins: [8], hours: 8, people: 45, share: 4 },
];

interface Worker extends Work {
  readonly n: number;
  readonly family: string;
  readonly given: string;
}
interface Invented {
  readonly worker: Worker;
  readonly random: Random;
}
const patientOf = (random: Random, of: Worker): { readonly space: string; readonly whose: Whose } => {
  // Who comes again is the same person: most of the patients of a practice are a few hundred.
  const space = chance(random, 85) ? (of.n * 331 + random.below(400)) % PATIENTS : random.below(PATIENTS);
  const its = randomFrom(`patient ${space}`);
  const whose = { family: nameTokens(familyName(its)), given: nameTokens(givenName(its)), colleague: false, watched: space % 3_000 === 7 };
  return { space: `patient-${space}`, whose: { ...whose, colleague: of.sector === HOSPITAL && chance(random, 0.1) } };
};
const attends = (random: Random, { kind }: Worker): boolean => kind === 'DOCTOR' && chance(random, 70);

/** All that one patient makes somebody do, at this moment and shortly after it. */
function visit({ worker, random }: Invented, from: number): Look[] {
  const { n, family, given, sector, profession, kind } = worker;
  const agent = kind === 'AGENT';
  const who = {
    ...(agent ? { role: 'support' as const, actor: `support:https://idp|agent-${n}`, name: [], reason: 'STAFF' } : {}),
    ...(agent ? {} : { actor: `professional:8${String(n).padStart(11, '0')}`, name: nameTokens(`${given} ${family}`) }),
    ...{ sector, profession, facility: agent ? null : `75${String(n % 60).padStart(7, '0')}` },
  };
  const of = patientOf(random, worker);
  let at = from;
  const act = (more: Partial<Look>): Look => look({ ...who, ...of, at: isoOf((at += 20_000 + random.below(90_000))), ...more });
  if (agent) return [act({ action: 'GetSpaceOverview', purpose: chance(random, 97) })];
  const reason = attends(random, worker) ? 'ATTENDING_DOCTOR' : 'CONSENT';
  const secret = chance(random, 0.4);
  const done: Look[] = [];
  if (chance(random, kind === 'PHARMACIST' ? 60 : 15)) done.push(act({ action: 'FindPatient' }));
  if (chance(random, 1)) done.push(act({ action: 'FindPatient', space: `nobody-${n}`, whose: null }));
  if (kind === 'EMERGENCY_ROOM' && chance(random, 3)) return [...done, ...emergency(act)];
  if (reason === 'CONSENT' && chance(random, 2)) done.push(act({ kind: 'REFUSED', reason: 'no-consent', times: 1 + random.below(2) }));
  if (reason === 'CONSENT' && chance(random, 22)) done.push(act({ kind: 'CONSENT', action: 'RecordConsent' }));
  done.push(act({ reason, secret }));
  for (let more = random.below(3); more > 0; more--) done.push(act({ reason, secret, action: 'GetDocument' }));
  if (chance(random, 35)) done.push(act({ reason, secret, action: 'DownloadDocument', document: `document-${random.below(9_999)}` }));
  return done;
}
const emergency = (act: (more: Partial<Look>) => Look): Look[] => {
  const inIt = { mode: 'bris_de_glace', reason: 'EMERGENCY' };
  return [act({ ...inIt, kind: 'EMERGENCY', action: 'OpenEmergencyAccess' }), act(inIt), act({ ...inIt, action: 'GetDocument' })];
};

function worker(n: number): Worker {
  const random = randomFrom(`worker ${n}`);
  let left = random.below(100);
  const work = WORK.find(({ share }) => (left -= share) < 0) ?? WORK[0];
  return { ...work, n, family: familyName(random), given: givenName(random) };
}

/** One day of somebody: a shift, its patients spread over it, sometimes a call at night. */
function dayOf(who: Worker, day: number): Look[] {
  const random = randomFrom(`day ${day} of ${who.n}`);
  if (random.below(7) >= 5) return [];
  const begin = MONDAY + day * DAY + random.oneOf(who.begins) * HOUR;
  const count = Math.round(who.people * (0.6 + random.below(80) / 100));
  const moments = Array.from({ length: count }, () => begin + random.below(who.hours * HOUR));
  if (who.sector === PRACTICE && chance(random, 2)) moments.push(MONDAY + day * DAY + 23 * HOUR + random.below(30) * MINUTE);
  return moments.sort((a, b) => a - b).flatMap((at) => visit({ worker: who, random }, at));
}

/** The first so many accesses of an invented population at work over some days, in their order for each actor; the same every time. */
export function* ordinaryAccesses(count: number): Generator<Look> {
  let left = count;
  for (let day = 0; left > 0; day++)
    for (let n = 0; n < 600 && left > 0; n++) {
      const looks = dayOf(worker(n), day).sort((a, b) => (a.at < b.at ? -1 : 1));
      for (const one of looks.slice(0, left)) yield one;
      left -= Math.min(left, looks.length);
    }
}
