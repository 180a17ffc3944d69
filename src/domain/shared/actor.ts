/** How sure we are of who somebody is: eIDAS levels, as the identity provider's `acr` states them. */
export type Assurance = 'low' | 'substantial' | 'high';

/** An account at an identity provider: OIDC issuer and subject, never a name. */
export interface Subject {
  readonly issuer: string;
  readonly sub: string;
}

/**
 * Who wishes or asks.
 * `person`   — an account without a role of its own: the holder of the spaces that are bound to it, nothing elsewhere;
 * `bearer`   — nobody we know, holding a letter: proves himself inside the command, by code, Vitale card and birth date;
 * `support`  — an agent of the 3422 line; `operator` runs campaigns; `compliance` replays history;
 * `system`   — a part of this software, named.
 */
export type Actor =
  | {
      readonly role: 'person';
      readonly subject: Subject;
      readonly assurance: Assurance;
      /** When he last proved himself, epoch ms. */ readonly authenticatedAt: number;
    }
  | { readonly role: 'bearer' }
  | { readonly role: 'support' | 'operator' | 'compliance'; readonly subject: Subject; readonly assurance: Assurance }
  | { readonly role: 'system'; readonly name: SystemPart };

export type Role = Actor['role'];
export type SystemPart = 'scheduler' | 'import' | 'process' | 'messenger';

/** The part of the software that fires deadlines. */
export const SCHEDULER: Actor = { role: 'system', name: 'scheduler' };
/** The part that imports campaign files. */
export const IMPORTER: Actor = { role: 'system', name: 'import' };
/** The part that reacts to facts. */
export const REACTOR: Actor = { role: 'system', name: 'process' };

/** A stable text for one actor, the same for the same actor everywhere: what command ids and digests are made from. */
export const nameOf = (actor: Actor): string => {
  if (actor.role === 'bearer') return 'bearer';
  if (actor.role === 'system') return `system:${actor.name}`;
  return `${actor.role}:${actor.subject.issuer}|${actor.subject.sub}`;
};
