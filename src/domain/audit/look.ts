import { Temporal } from 'temporal-polyfill';
import type { Role } from '../shared/actor.js';
import { epochOf, instantOf, PARIS, type Instant } from '../shared/time.js';

/**
 * What somebody did about somebody's space, as far as a review of accesses reads it. `LOOK`: saw something; `REFUSED`: tried; `CONSENT`: recorded a consent
 * for himself or his place; `EMERGENCY`: opened an emergency access.
 */
export type LookKind = 'LOOK' | 'REFUSED' | 'CONSENT' | 'EMERGENCY';

/** Whose space it is, as far as rules compare it with who looks. Null where nobody has it. */
export interface Whose {
  /** As `nameTokens`. */
  readonly family: readonly string[];
  readonly given: readonly string[];
  /** Somebody of this name works in the place from which he was looked at. */
  readonly colleague: boolean;
  /** On the list of people whose record is watched. */
  readonly watched: boolean;
}

/** One access, with what rules may know of it. */
export interface Look {
  /** `<stream>/<rev>` of the fact. */
  readonly id: string;
  readonly at: Instant;
  readonly kind: LookKind;
  /** `nameOf` who looked. */
  readonly actor: string;
  readonly role: Role;
  /** `<system>|<code>` of a professional. */
  readonly profession: string | null;
  readonly sector: string | null;
  readonly facility: string | null;
  /** As he stated himself; empty for who states no name. */
  readonly name: readonly string[];
  /** Stream id of the space; null for a question about none. */
  readonly space: string | null;
  readonly action: string;
  readonly document: string | null;
  readonly mode: string;
  /** Why he could, or could not. */
  readonly reason: string | null;
  readonly secret: boolean;
  /** Whether he said why: the reference of a call, of a request. */
  readonly purpose: boolean;
  /** How often within its minute; more than once for refusals only. */
  readonly times: number;
  /** Undefined: nobody looked it up. */
  readonly whose?: Whose | null | undefined;
}

/** The words of a name in capitals without accents: `Dupont-Léger` and `DUPONT LEGER` are the same two. */
export const nameTokens = (name: string): readonly string[] =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .split(/[^A-Z]+/)
    .filter((word) => word !== '');
/** One text for a name, whatever the order of its words. */
export const nameKey = (tokens: readonly string[]): string => [...new Set(tokens)].sort().join(' ');

const MINUTE_MS = 60_000;
/** `minutes` before. */
export const minutesBefore = (at: Instant, minutes: number): Instant => instantOf(epochOf(at) - minutes * MINUTE_MS);
/** Hour of the day in Paris, 0 to 23. */
export const parisHour = (at: Instant): number => Temporal.Instant.from(at).toZonedDateTimeISO(PARIS).hour;

/** Those of the last minutes before an access, itself included. */
export const within = (minutes: number, latest: Look, looks: readonly Look[]): readonly Look[] => {
  const since = minutesBefore(latest.at, minutes);
  return looks.filter(({ at }) => at > since);
};
/** Of how many people. */
export const people = (looks: readonly Look[]): number => new Set(looks.flatMap(({ space }) => space ?? [])).size;
