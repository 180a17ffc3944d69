import type { JWTPayload } from 'jose';
import { refusalOfRpps } from '../../domain/enrolment/beneficiary.js';
import type { Professional } from '../../domain/shared/actor.js';
import { isRejection, reject, type Rejection } from '../../domain/shared/rejection.js';
import { chosenFrom, lineOf, workplacesOf, type Workplace } from './workplaces.js';

const nobody = (): Rejection => reject('unauthenticated', 'request/role-not-recognised');

/** PS_IdNat: `8` and the RPPS number. Said twice in a token, it must be the same. */
function nationalIdOf({ SubjectNameID: id, preferred_username: username }: JWTPayload): string | null {
  if (id !== undefined && username !== undefined && id !== username) return null;
  const said = id ?? username;
  return typeof said === 'string' && said.startsWith('8') && refusalOfRpps(said.slice(1)) === null ? said : null;
}

function nameOf({ given_name: given, family_name: family }: JWTPayload): string | null {
  const [first, last] = [lineOf(given), lineOf(family)];
  return first === null || last === null ? null : `${first} ${last}`;
}

/** `SubjectRole` says the professions of the token as a whole: `10^1.2.250.1.213.1.1.5.5`. */
function hasRole({ SubjectRole: roles }: JWTPayload, { profession }: Workplace): boolean {
  return Array.isArray(roles) && roles.includes(`${profession.code}^1.2.250.1.213.1.1.5.5`);
}

/**
 * The professional of a token of Pro Santé Connect, in the place he chose. Everybody with an account there gets valid tokens, also those who practise
 * nothing: without a professional reference, a national number and a name he is nobody.
 */
export function professionalOf(claims: JWTPayload, facility: string | undefined): Professional | Rejection {
  const id = nationalIdOf(claims);
  const name = nameOf(claims);
  const places = workplacesOf(claims).filter((place) => hasRole(claims, place));
  if (id === null || name === null || places.length === 0) return nobody();
  const place = chosenFrom(places, facility);
  return isRejection(place) ? place : { id, name, ...place, regulating: claims['Acces_Regulation_Medicale'] === 'VRAI' };
}
