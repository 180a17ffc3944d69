import type { JWTPayload } from 'jose';
import { refusalOfFiness } from '../../domain/enrolment/beneficiary.js';
import { STAFF_ROLES, type Actor, type Assurance, type StaffRole } from '../../domain/shared/actor.js';
import { isRejection, reject, type Rejection } from '../../domain/shared/rejection.js';
import { professionalOf } from './professional-claims.js';
import type { Named, TrustedIssuer } from './trusted-issuers.js';
import { lineOf } from './workplaces.js';

/** eIDAS levels as identity providers state them; an account without a level we know is worth the lowest. */
const assurances: Readonly<Record<string, Assurance>> = { eidas1: 'low', eidas2: 'substantial', eidas3: 'high' };

const isStaffRole = (role: unknown): role is StaffRole => STAFF_ROLES.includes(role as StaffRole);
const levelOf = ({ acr }: JWTPayload): Assurance | null => (typeof acr === 'string' ? (assurances[acr] ?? null) : null);
const tooLow = (): Rejection => reject('unauthenticated', 'request/assurance-too-low');
const nobody = (): Rejection => reject('unauthenticated', 'request/role-not-recognised');

/** A verified token, who issued it, and the place of work that its bearer chose. */
interface Presented {
  readonly claims: JWTPayload;
  readonly issuer: Pick<TrustedIssuer, 'issuer' | 'names'>;
  readonly facility: string | undefined;
}

/** What the token makes of its bearer. `mes_role` absent means a professional where it looks like one, else the account of a person. */
function kindOf({ claims, issuer: { names } }: Presented): Named | null {
  const role = claims['mes_role'];
  if (isStaffRole(role)) return 'staff';
  if (role === 'person') return 'persons';
  if (role === 'facility') return 'facilities';
  if (role !== undefined) return null;
  const refers = 'SubjectRefPro' in claims || 'SubjectNameID' in claims;
  return names.includes('professionals') && (refers || !names.includes('persons')) ? 'professionals' : 'persons';
}

const subjectOf = ({ claims: { sub = '' }, issuer: { issuer } }: Presented) => ({ issuer, sub });

const readers: { readonly [K in Named]: (presented: Presented) => Actor | Rejection } = {
  persons: (presented) => ({
    role: 'person',
    subject: subjectOf(presented),
    assurance: levelOf(presented.claims) ?? 'low',
    authenticatedAt: authenticatedAt(presented.claims),
  }),
  staff: (presented) => {
    const assurance = levelOf(presented.claims) ?? 'low';
    const role = presented.claims['mes_role'] as StaffRole;
    return assurance === 'low' ? tooLow() : { role, subject: subjectOf(presented), assurance };
  },
  professionals: (presented) => {
    const assurance = levelOf(presented.claims);
    if (assurance === null) return tooLow();
    const professional = professionalOf(presented.claims, presented.facility);
    return isRejection(professional) ? professional : { role: 'professional', subject: subjectOf(presented), assurance, professional };
  },
  facilities: ({ claims: { sub: client = '', facility_finess: finess, facility_name: name } }) => {
    const named = lineOf(name);
    if (typeof finess !== 'string' || refusalOfFiness(finess) !== null || named === null) return nobody();
    return { role: 'facility', client, facility: { id: finess, name: named } };
  },
};

/**
 * The actor behind a verified token. An issuer is believed only about those whom the settings let it name; an unknown role is nobody. Staff must have
 * proven itself at least at the substantial level, a professional at a level that his token states.
 */
export function actorOf(claims: JWTPayload, issuer: Presented['issuer'], facility?: string): Actor | Rejection {
  const presented = { claims, issuer, facility };
  const kind = kindOf(presented);
  return kind !== null && issuer.names.includes(kind) ? readers[kind](presented) : nobody();
}

/** True for an auditor whose account has ended, or whose token does not say when it ends (`mes_until`, seconds). `now`: epoch ms. */
export const accountHasEnded = (actor: Actor, { mes_until: until }: JWTPayload, now: number): boolean =>
  actor.role === 'auditor' && !(typeof until === 'number' && until * 1_000 > now);

/** True when a token claims a role that its issuer may not give, or that nobody can have here: an employer, an insurer (CSP L.1111-18). */
export function claimsForeignRole(claims: JWTPayload, issuer: Presented['issuer']): boolean {
  const kind = kindOf({ claims, issuer, facility: undefined });
  return claims['mes_role'] !== undefined && (kind === null || !issuer.names.includes(kind));
}

/** Epoch ms; a token that does not say when its holder proved himself counts as never, so that what needs a fresh proof is refused. */
const authenticatedAt = ({ auth_time: time }: JWTPayload): number => (typeof time === 'number' ? time * 1_000 : 0);
