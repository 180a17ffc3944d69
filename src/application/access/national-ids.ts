import type { Grantee } from '../../domain/access/access-vocabulary.js';
import { refusalOfFiness, refusalOfRpps } from '../../domain/enrolment/beneficiary.js';
import { reject } from '../../domain/shared/rejection.js';
import { Refused } from '../shared/refused.js';

const isProfessional = (id: string): boolean => id.startsWith('8') && refusalOfRpps(id.slice(1)) === null;

/** The identifier (PS_IdNat: `8` and the RPPS number) when it can be somebody's at all. Throws Refused `access/not-a-professional-id`: a slip would block a stranger. */
export function professionalId(id: string): string {
  if (!isProfessional(id)) throw new Refused(reject('invalid', 'access/not-a-professional-id'));
  return id;
}

/** The FINESS number when it can be a place of care's at all. Throws Refused `access/not-a-facility-id`. */
export function facilityId(id: string): string {
  if (refusalOfFiness(id) !== null) throw new Refused(reject('invalid', 'access/not-a-facility-id'));
  return id;
}

/** The same of whoever is given a right, or loses one. */
export function granteeOf<T extends Grantee>(grantee: T): T {
  if (grantee.kind === 'PROFESSIONAL') professionalId(grantee.id);
  else facilityId(grantee.id);
  return grantee;
}
