import type { Professional } from '../shared/actor.js';
import { DOCTOR, HEALTH_PROFESSIONS } from './access-policy.js';
import type { AccessFacts, FactRef } from './facts.js';
import { expressOf, isOccupational } from './consents.js';
import type { Request } from './policy.js';
import type { Denial } from './receipt.js';

/** What stands against an access, and the facts it rests on. */
export interface Obstacle {
  readonly denial: Denial;
  readonly facts: readonly FactRef[];
}

const isHealthProfessional = ({ profession }: Professional): boolean =>
  (HEALTH_PROFESSIONS as readonly string[]).includes(profession.system);
/** Somebody who receives a call about the person at a SAMU: a doctor, whom his token says to be regulating. */
const regulates = (professional: Professional): boolean => professional.regulating && professional.profession.code === DOCTOR;

/** What keeps this professional out in an emergency, but for the session itself (CSP L.1111-17, R.1111-48); null: nothing. */
export function obstacleInEmergency(request: Request, facts: AccessFacts): Obstacle | null {
  const { professional, mode, operation, at } = request;
  if (!isHealthProfessional(professional)) return { denial: 'never-allowed', facts: [] };
  if (isOccupational(professional) && expressOf(professional, operation, facts, at) === null)
    return { denial: 'express-consent-needed', facts: [] };
  if (mode === 'centre_15' && !regulates(professional)) return { denial: 'not-regulating', facts: [] };
  if (mode === 'centre_15' && operation !== 'CONSULT') return { denial: 'consult-only', facts: [] };
  const { value, because } = switchOf(request, facts);
  return value === 'deny' ? { denial: 'emergency-refused', facts: because ? [because] : [] } : null;
}

/** What the holder said in advance of this mode; the law permits until he refuses. */
export const switchOf = ({ mode }: Pick<Request, 'mode'>, { switches }: Pick<AccessFacts, 'switches'>): AccessFacts['switches']['BTG'] =>
  switches[mode === 'centre_15' ? 'ETREAT' : 'BTG'];
