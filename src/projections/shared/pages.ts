import type { Secrets } from '../../application/shared/ports.js';
import { Refused } from '../../application/shared/refused.js';
import { reject } from '../../domain/shared/rejection.js';
import type { Instant } from '../../domain/shared/time.js';

const LONGEST_PAGE = 100;
/** Behind the last possible position. */
const END = (2n ** 63n - 1n).toString();

/** Refuses (`query/page-size`) a page that is not of 1 to 100. */
export function checkPageSize(first: number): void {
  if (!Number.isInteger(first) || first < 1 || first > LONGEST_PAGE) throw new Refused(reject('invalid', 'query/page-size'));
}

/** A page of what was found, which is one more than asked for when another page follows; the last one shown is where that begins. */
export function pageOf<F>(found: readonly F[], first: number): { readonly shown: readonly F[]; readonly last: F | undefined } {
  const shown = found.slice(0, first);
  return { shown, last: found.length > first ? shown.at(-1) : undefined };
}

/** A place in a list, newest first, that its reader may know of: a moment, and whose moment it is. */
export interface Place {
  readonly at: Instant;
  readonly id: string;
}
/** True when the list shows `one` after the place. */
export const isBehind = (one: Place, { at, id }: Place): boolean => one.at < at || (one.at === at && one.id < id);

export const cursorOf = ({ at, id }: Place): string => Buffer.from(`${at} ${id}`).toString('base64url');

export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const isMoment = (at: string): at is Instant =>
  /^\d{4}-\S+Z$/.test(at) && at >= '0001' && !Number.isNaN(Date.parse(at)) && new Date(at).toISOString() === at;

/** The place that a cursor stands for; null on the first page. Refuses (`query/cursor-unknown`) what is not one of ours. */
export function placeOf(cursor: string | null, ids: RegExp): Place | null {
  if (cursor === null) return null;
  const [at = '', id = '', ...more] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (more.length > 0 || !isMoment(at) || !ids.test(id)) throw new Refused(reject('invalid', 'query/cursor-unknown'));
  return { at, id };
}

/** Where the page before ended, behind a cursor that tells nothing of it. Refuses (`query/cursor-unknown`) what is not one of ours. */
export function positionOf(cursor: string | null, secrets: Pick<Secrets, 'positionOf'>): string {
  const position = cursor === null ? END : secrets.positionOf(cursor);
  if (position === null) throw new Refused(reject('invalid', 'query/cursor-unknown'));
  return String(position);
}
