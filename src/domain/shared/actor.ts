/** How sure we are of who somebody is: eIDAS levels, as the identity provider's `acr` states them. */
export type Assurance = 'low' | 'substantial' | 'high';

/** An account at an identity provider: OIDC issuer and subject, never a name. */
export interface Subject {
  readonly issuer: string;
  readonly sub: string;
}

/** A profession is always (code system, code): the numbers collide between TRE_G15, use-of-title, social and role systems (domain reference 3.7). */
export interface Profession {
  /** OID of the code system. */
  readonly system: string;
  readonly code: string;
}
/** A place of care, by its FINESS number, and its name as it was stated. */
export interface Facility {
  readonly id: string;
  readonly name: string;
}
/** A professional as the token of this request states him: whom the holder will read of in his history, under the name of then. */
export interface Professional {
  /** National identifier (PS_IdNat): `8` and the RPPS number. */
  readonly id: string;
  readonly name: string;
  readonly profession: Profession;
  /** Savoir-faire, `SM26`; absent when the token names none. */
  readonly specialty?: string;
  /** Sector of activity, `SA07`. */
  readonly sector?: string;
  /** Where he works as he asks; null for somebody who names none. */
  readonly facility: Facility | null;
  /** True only for somebody who regulates calls of a SAMU (`Acces_Regulation_Medicale`). */
  readonly regulating: boolean;
}

/**
 * Who wishes or asks.
 * `person`   — an account without a role of its own: the holder of the spaces that are bound to it, nothing elsewhere;
 * `bearer`   — nobody we know, holding a letter: proves himself inside the command, by code, Vitale card and birth date;
 * `professional` — somebody whom Pro Santé Connect knows with a profession; a token without one is not a professional;
 * `facility` — the software of a place of care, for itself: deposits, never reads; `insurer` — Assurance Maladie, feeding what it must;
 * `support`  — an agent of the 3422 line; `operator` runs campaigns; `compliance` replays history;
 * `archivist` opens archives for a stated reason, places legal holds with a compliance officer, carries out destructions;
 * `auditor`  — somebody of an authority (CNIL), with a personal account that ends by itself: asks for exports and fetches his own, nothing else;
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
  | { readonly role: 'professional'; readonly subject: Subject; readonly assurance: Assurance; readonly professional: Professional }
  | { readonly role: 'facility'; /** Client id of the software. */ readonly client: string; readonly facility: Facility }
  | { readonly role: 'insurer'; readonly subject: Subject; readonly assurance: Assurance }
  | {
      readonly role: 'support' | 'operator' | 'compliance' | 'archivist' | 'auditor';
      readonly subject: Subject;
      readonly assurance: Assurance;
    }
  | { readonly role: 'system'; readonly name: SystemPart };

export type Role = Actor['role'];
/** Roles that somebody gives to an account of his staff at an identity provider. */
export const STAFF_ROLES = ['support', 'operator', 'compliance', 'archivist', 'auditor', 'insurer'] as const satisfies readonly Role[];
export type StaffRole = (typeof STAFF_ROLES)[number];
export type SystemPart = 'scheduler' | 'import' | 'process' | 'messenger' | 'exporter';

/** The part of the software that fires deadlines. */
export const SCHEDULER: Actor = { role: 'system', name: 'scheduler' };
/** The part that imports campaign files. */
export const IMPORTER: Actor = { role: 'system', name: 'import' };
/** The part that makes exports. */
export const EXPORTER: Actor = { role: 'system', name: 'exporter' };
/** The part that reacts to facts. */
export const REACTOR: Actor = { role: 'system', name: 'process' };

/** `nameOf` a professional, where only his national identifier is known. */
export const nameOfProfessional = (id: string): string => `professional:${id}`;

/** A stable text for one actor, the same for the same actor everywhere: what command ids and digests are made from. */
export const nameOf = (actor: Actor): string => {
  if (actor.role === 'bearer') return 'bearer';
  if (actor.role === 'system') return `system:${actor.name}`;
  // The same person in two places of work, and with two accounts, is one professional.
  if (actor.role === 'professional') return nameOfProfessional(actor.professional.id);
  if (actor.role === 'facility') return `facility:${actor.facility.id}|${actor.client}`;
  return `${actor.role}:${actor.subject.issuer}|${actor.subject.sub}`;
};
