import { dayAfter, parisDay, startOfDay, type Instant, type Period } from '../shared/time.js';
import type { Confidentiality, HiddenFrom } from './document-vocabulary.js';
import { recordPolicy } from './record-policy.js';

const HIDES: Partial<Readonly<Record<Confidentiality, HiddenFrom>>> = {
  INVISIBLE_PATIENT: 'HOLDER',
  INVISIBLE_REPRESENTANTS_LEGAUX: 'REPRESENTATIVES',
};

/** From whom these codes hide a document, in a fixed order. */
export const hiddenBy = (confidentiality: readonly Confidentiality[]): readonly HiddenFrom[] => [
  ...new Set((Object.keys(HIDES) as Confidentiality[]).flatMap((code) => (confidentiality.includes(code) ? (HIDES[code] ?? []) : []))),
];

const parisMidnight = (since: Instant, period: Period): Instant => startOfDay(dayAfter(parisDay(since), period));
/** 00:00 Paris of the day two weeks after the first deposit: the holder is told that something waits (CSP R.1111-53). */
export const remindsAt = (since: Instant): Instant => parisMidnight(since, recordPolicy.announcementReminder);
/** 00:00 Paris of the day one month after the first deposit: his to see, announced or not; 31 January → 28 February. */
export const visibleAt = (since: Instant): Instant => parisMidnight(since, recordPolicy.announcementLimit);

/** What hiding goes by: its codes, when its set was first deposited, and whether the holder came to know of it. */
export interface Hideable {
  readonly confidentiality: readonly Confidentiality[];
  readonly since: Instant;
  readonly known: 'ANNOUNCED' | 'REVEALED' | null;
}

/** The first instant at which the holder sees what was first deposited then under these codes; null when they hide nothing from him. */
export const visibleUnder = (confidentiality: readonly Confidentiality[], since: Instant): Instant | null =>
  hiddenBy(confidentiality).includes('HOLDER') ? visibleAt(since) : null;
/** True while the holder does not see what shows to him from that instant on; null: nothing hides it. */
export const hidesUntil = (visible: Instant | null, at: Instant): boolean => visible !== null && at < visible;

/**
 * From whom this document is hidden at this moment: from the holder until it was announced, or was revealed, or the month is over, even if the timer
 * is late; from his representatives for good.
 */
export const hiddenFrom = ({ confidentiality, since, known }: Hideable, at: Instant): readonly HiddenFrom[] => {
  const untold = known === null && hidesUntil(visibleUnder(confidentiality, since), at);
  return hiddenBy(confidentiality).filter((whom) => whom === 'REPRESENTATIVES' || untold);
};
