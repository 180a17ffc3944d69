import { createLocalJWKSet } from 'jose';
import { SOFTWARE } from './personas.js';
import { LABORATORY } from './professional-personas.js';
import type { FacilityClient } from './facility-registrations.js';
import { keptSigningKey } from './signing-key.js';

/** File of the key pair with which the software of the demonstration proves itself, in the state folder. */
export const DEMO_FACILITY_KEY = 'demo-facility-client.jwk';

/** The software of the demonstration, registered beforehand: where there are personas. */
export async function demoFacility(stateDir: string): Promise<FacilityClient> {
  const { published } = await keptSigningKey(stateDir, DEMO_FACILITY_KEY);
  const [id, name] = LABORATORY;
  return { id: SOFTWARE, facility: { id, name }, software: 'Demonstration', keys: createLocalJWKSet({ keys: [published] }) };
}
