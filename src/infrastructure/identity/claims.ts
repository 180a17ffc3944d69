import type { JWTPayload } from 'jose';
import type { Actor, Assurance, Subject } from '../../domain/shared/actor.js';
import { reject, type Rejection } from '../../domain/shared/rejection.js';

/** eIDAS levels as identity providers state them; a token without a level we know is worth the lowest. */
const assurances: Readonly<Record<string, Assurance>> = { eidas1: 'low', eidas2: 'substantial', eidas3: 'high' };
const staffRoles = ['support', 'operator', 'compliance'] as const;
type StaffRole = (typeof staffRoles)[number];

const isStaffRole = (role: unknown): role is StaffRole => staffRoles.includes(role as StaffRole);
const assuranceOf = ({ acr }: JWTPayload): Assurance => (typeof acr === 'string' ? (assurances[acr] ?? 'low') : 'low');

/**
 * The actor behind a verified token. `mes_role` absent means an account of a person. Staff is believed only from an issuer that the
 * settings name for staff, and only when it proved itself at least at the substantial level; an unknown role is nobody.
 */
export function actorOf(claims: JWTPayload, subject: Subject, mayNameStaff: boolean): Actor | Rejection {
  const assurance = assuranceOf(claims);
  const role = claims['mes_role'] ?? 'person';
  if (role === 'person') return { role, subject, assurance, authenticatedAt: authenticatedAt(claims) };
  if (!isStaffRole(role) || !mayNameStaff) return reject('unauthenticated', 'request/role-not-recognised');
  return assurance === 'low' ? reject('unauthenticated', 'request/assurance-too-low') : { role, subject, assurance };
}

/** Epoch ms; a token that does not say when its holder proved himself counts as never, so that what needs a fresh proof is refused. */
const authenticatedAt = ({ auth_time: time }: JWTPayload): number => (typeof time === 'number' ? time * 1_000 : 0);
