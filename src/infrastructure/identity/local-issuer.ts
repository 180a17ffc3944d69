import { randomUUID } from 'node:crypto';
import { createLocalJWKSet, SignJWT } from 'jose';
import type { Clock } from '../../application/shared/ports.js';
import { epochOf } from '../../domain/shared/time.js';
import type { Settings } from '../settings/settings.js';
import { demoFacility } from './demo-facility.js';
import { FacilityIssuer } from './facility-issuer.js';
import { people, SOFTWARE, type Persona, type PersonaName } from './personas.js';
import { keptSigningKey, type SigningKey } from './signing-key.js';
import type { TrustedIssuer } from './trusted-issuers.js';

export const LOCAL_ISSUER = 'urn:mon-espace-sante:local-issuer';
const LIFETIME_SECONDS = 12 * 3_600;
const KEY_FILE = 'local-issuer.jwk';

/** An identity provider for invented people, on this machine only; the settings keep it out of production. */
export class LocalIssuer {
  private constructor(
    private readonly signing: SigningKey,
    private readonly audience: string,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Uses the key in the state folder, makes one the first time. Throws when the settings do not allow this issuer. */
  static async open({ stateDir, oidcAudience, localIssuer }: Settings, clock: Pick<Clock, 'now'>): Promise<LocalIssuer> {
    if (!localIssuer) throw new Error('the settings do not allow the local issuer');
    return new LocalIssuer(await keptSigningKey(stateDir, KEY_FILE), oidcAudience, clock);
  }

  /** What the token check needs to believe this issuer. */
  get trusted(): TrustedIssuer {
    const keys = createLocalJWKSet({ keys: [this.signing.published] });
    return { issuer: LOCAL_ISSUER, keys, names: ['persons', 'staff', 'professionals'], maxAge: LIFETIME_SECONDS };
  }

  /** An access token that says what a persona's token says, issued now; valid for twelve hours. */
  personaToken({ sub, acr, claims = {} }: Persona): Promise<string> {
    const now = Math.floor(epochOf(this.clock.now()) / 1_000);
    return new SignJWT({ acr, auth_time: now, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: this.signing.published.kid })
      .setIssuer(LOCAL_ISSUER)
      .setAudience(this.audience)
      .setSubject(sub)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + LIFETIME_SECONDS)
      .sign(this.signing.key);
  }
}

/** A token for one persona: of the local issuer for people, of the installation for the software. Throws when the settings do not allow personas. */
export async function personaToken(name: PersonaName, settings: Settings, clock: Pick<Clock, 'now'>): Promise<string> {
  const local = await LocalIssuer.open(settings, clock);
  if (name !== SOFTWARE) return local.personaToken(people[name]);
  return (await FacilityIssuer.open(settings, clock)).token(await demoFacility(settings.stateDir));
}
