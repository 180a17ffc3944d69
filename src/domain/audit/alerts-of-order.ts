import type { Role } from '../shared/actor.js';
import type { AlertThresholds, Counted } from './alert-rules.js';
import type { Finding } from './finding.js';
import { exceeding, isLookUp, isReading, mostFor } from './alerts-of-volume.js';
import { nameKey, people, within, type Look, type Whose } from './look.js';

/** Family name first, as in a list of names. */
const placeOf = ({ family, given }: Whose): string => `${nameKey(family)} ${nameKey(given)}`;

/** The people of these accesses in the order in which they were come upon, each the first time; who is not known is left out. */
function met(looks: readonly Look[]): readonly Look[] {
  const spaces = new Set<string>();
  return looks.filter(({ space, whose }) => {
    if (space === null || whose === undefined || whose === null || spaces.has(space)) return false;
    spaces.add(space);
    return true;
  });
}

/** Software feeds what it has in the order in which it has it. */
const WORK_THROUGH_LISTS: readonly Role[] = ['facility', 'insurer', 'operator'];

/**
 * Several people one after the other in the order of their names, up or down: a list is being worked through. The chance that patients of a day come so is
 * one in forty thousand for eight of them.
 */
export function sequentialLookUps(
  latest: Look,
  before: readonly Look[],
  { minutes, inOrder }: AlertThresholds['sequential-look-ups'],
): Finding | null {
  const comesUpon = (look: Look): boolean => isReading(look) || (look.kind === 'LOOK' && isLookUp(look));
  if (!comesUpon(latest) || WORK_THROUGH_LISTS.includes(latest.role)) return null;
  const upon = [...before, latest].filter(comesUpon);
  if (people(upon) < inOrder) return null;
  const last = met(within(minutes, latest, upon)).slice(-inOrder);
  if (last.length < inOrder) return null;
  const places = last.map(({ whose }) => placeOf(whose as Whose));
  const ascends = (list: readonly string[]): boolean => list.every((place, n) => n === 0 || (list[n - 1] as string) < place);
  return ascends(places) || ascends([...places].reverse()) ? exceeding(inOrder, inOrder - 1, last) : null;
}

/** Look-ups of people whom nobody knows: numbers are being tried. What one asker tries in vain lies in one place. */
export function failedLookUps(latest: Look, before: readonly Look[], { minutes, most }: Counted): Finding | null {
  const isInVain = (look: Look): boolean => isLookUp(look) && look.kind === 'LOOK' && look.space === latest.space;
  if (latest.whose !== null || !isInVain(latest)) return null;
  const tried = within(minutes, latest, [...before, latest]).filter(isInVain);
  return exceeding(tried.length, mostFor(most, latest), tried);
}

/** Refused again and again with one person, then let in. */
export function refusedThenRead(latest: Look, before: readonly Look[], { minutes, most }: Counted): Finding | null {
  const tries = before.filter(({ kind, space }) => kind === 'REFUSED' && space === latest.space);
  if (!isReading(latest) || tries.length === 0) return null;
  const refused = within(minutes, latest, tries);
  const times = refused.reduce((sum, look) => sum + look.times, 0);
  return exceeding(times, mostFor(most, latest), [...refused, latest], true);
}
