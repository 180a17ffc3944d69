import type { AlertThresholds, Counted, Limit } from './alert-rules.js';
import type { Finding } from './finding.js';
import { minutesBefore, parisHour, people, within, type Look } from './look.js';

const fits = ({ profession, sector, role }: Limit, look: Look): boolean =>
  (profession === undefined || profession === look.profession) &&
  (sector === undefined || sector === look.sector) &&
  (role === undefined || role === look.role);
/** The first line that fits whoever looks; the last one fits everybody. */
export const mostFor = (limits: readonly Limit[], look: Look): number => limits.find((limit) => fits(limit, look))?.most ?? Infinity;

/** What somebody sees of people; whether anybody has a space shows nothing of it. */
const LOOK_UPS: readonly string[] = ['FindPatient', 'FindSpaceByIdentity'];
export const isLookUp = ({ action }: Look): boolean => LOOK_UPS.includes(action);
export const isReading = (look: Look): boolean => look.kind === 'LOOK' && look.space !== null && !isLookUp(look);

/** The last limit is exceeded by as many as there are. */
export const exceeding = (measured: number, most: number, looks: readonly Look[], ofPerson = false): Finding | null =>
  measured > most ? { measured, most, looks, ofPerson } : null;

/** Counts people of those accesses within the time that pass, the latest one among them. */
function peopleOf(latest: Look, before: readonly Look[], { minutes, most }: Counted, passes: (look: Look) => boolean): Finding | null {
  if (!passes(latest)) return null;
  const limit = mostFor(most, latest);
  const passing = [...before, latest].filter(passes);
  // Of most days there is nothing to count: moments are compared only where the day holds enough people.
  if (people(passing) <= limit) return null;
  const counted = within(minutes, latest, passing);
  return exceeding(people(counted), limit, counted);
}

/** Refusals for lack of what would be a relation of care. */
const WITHOUT: readonly string[] = ['no-consent', 'consent-withdrawn', 'express-consent-needed', 'blocked'];
const isRefusedForLack = ({ kind, reason, space }: Look): boolean =>
  kind === 'REFUSED' && space !== null && reason !== null && WITHOUT.includes(reason);

/** Who lets himself in, or is not let in: consents that he recorded himself just before reading, and refusals for lack of one. */
export function withoutCareRelation(
  latest: Look,
  before: readonly Look[],
  threshold: AlertThresholds['without-care-relation'],
): Finding | null {
  const all = [...before, latest];
  const declared = all.filter(({ kind }) => kind === 'CONSENT');
  const isDeclaredByHimself = (look: Look): boolean => {
    if (!isReading(look) || look.reason !== 'CONSENT') return false;
    const its = declared.filter(({ space, at }) => space === look.space && at <= look.at);
    if (its.length === 0) return false;
    const since = minutesBefore(look.at, threshold.declaredWithin);
    return its.some(({ at }) => at > since);
  };
  return peopleOf(latest, before, threshold, (look) => isRefusedForLack(look) || isDeclaredByHimself(look));
}

export const manyPeople = (latest: Look, before: readonly Look[], threshold: Counted): Finding | null =>
  peopleOf(latest, before, threshold, isReading);

export const secretMisuse = (latest: Look, before: readonly Look[], threshold: Counted): Finding | null =>
  peopleOf(latest, before, threshold, (look) => look.secret && isReading(look));

export const supportWithoutReference = (latest: Look, before: readonly Look[], threshold: Counted): Finding | null =>
  latest.role === 'support' ? peopleOf(latest, before, threshold, (look) => look.kind === 'LOOK' && !look.purpose) : null;

/** Between two hours of the day, over midnight when the first is the later one. */
const isBetween = (hour: number, from: number, until: number): boolean =>
  from <= until ? hour >= from && hour < until : hour >= from || hour < until;
/** Whose place is closed at night. */
export function afterHours(latest: Look, before: readonly Look[], threshold: AlertThresholds['after-hours']): Finding | null {
  const { from, until, sectors } = threshold;
  if (latest.sector === null || !sectors.includes(latest.sector)) return null;
  return peopleOf(latest, before, threshold, (look) => isReading(look) && isBetween(parisHour(look.at), from, until));
}

const isDownload = ({ action, kind }: Look): boolean => kind === 'LOOK' && action === 'DownloadDocument';
const documentsOf = (looks: readonly Look[]): number => new Set(looks.map(({ document }) => document)).size;
/** Export after reading: documents opened, each counted once, of people whom he read before in the same day, in a list or an entry. */
export function massDownload(latest: Look, before: readonly Look[], { minutes, most }: Counted): Finding | null {
  if (!isDownload(latest)) return null;
  const limit = mostFor(most, latest);
  const opened = within(minutes, latest, [...before, latest]).filter(isDownload);
  if (documentsOf(opened) <= limit) return null;
  const reads = before.filter((look) => isReading(look) && !isDownload(look));
  const exported = opened.filter(({ space, at }) => reads.some((read) => read.space === space && read.at <= at));
  return exceeding(documentsOf(exported), limit, exported);
}

export function breakGlassQuota(latest: Look, before: readonly Look[], { minutes, most }: Counted): Finding | null {
  const isOpened = ({ kind, mode }: Look): boolean => kind === 'EMERGENCY' && mode === 'bris_de_glace';
  if (!isOpened(latest)) return null;
  const opened = within(minutes, latest, [...before, latest]).filter(isOpened);
  return exceeding(opened.length, mostFor(most, latest), opened);
}
