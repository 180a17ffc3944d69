import { epochOf, type Instant } from '../shared/time.js';
import { noticesPolicy } from './notices-policy.js';

/** What is known of one professional's accesses: when each kind was last told. Hidden: to the holder alone. */
interface Told {
  readonly access?: Instant;
  readonly hiddenAccess?: Instant;
  readonly emergency?: Instant;
  readonly hiddenEmergency?: Instant;
}
/** By professional id. */
export type AccessSessions = ReadonlyMap<string, Told>;

/** One access: of whom, when, in an emergency or not, and whether representatives may know of it. */
export interface Access {
  readonly professional: string;
  readonly on: Instant;
  readonly emergency: boolean;
  readonly hidden: boolean;
}

const near = (a: Instant, b: Instant | undefined): boolean => b !== undefined && Math.abs(epochOf(a) - epochOf(b)) < noticesPolicy.grouping;

/**
 * What is hidden from representatives changes nothing of what they are told of the rest: their world is the one without it. The holder, who sees both,
 * is not told of a hidden access besides an open one.
 */
const seenBy = (told: Told | undefined, hidden: boolean): Told => {
  if (!told) return {};
  const { hiddenAccess: _, hiddenEmergency: __, ...open } = told;
  return hidden ? told : open;
};

/** Nobody was told of an access of this professional before. */
export const isFirst = (sessions: AccessSessions, { professional, hidden }: Access): boolean =>
  Object.keys(seenBy(sessions.get(professional), hidden)).length === 0;

/** An access of the same kind that was told less than half an hour before tells of this one too. */
export const isGrouped = (sessions: AccessSessions, { professional, on, emergency, hidden }: Access): boolean => {
  const told = seenBy(sessions.get(professional), hidden);
  return emergency ? near(on, told.emergency) || near(on, told.hiddenEmergency) : near(on, told.access) || near(on, told.hiddenAccess);
};

/** The same sessions, with an access that was told. */
export const withAccess = (sessions: AccessSessions, { professional, on, emergency, hidden }: Access): AccessSessions => {
  const member = emergency ? (hidden ? 'hiddenEmergency' : 'emergency') : hidden ? 'hiddenAccess' : 'access';
  return new Map(sessions).set(professional, { ...sessions.get(professional), [member]: on });
};
