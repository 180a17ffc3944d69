import { randomUUID } from 'node:crypto';
import { createLocalJWKSet, SignJWT } from 'jose';
import type { Clock } from '../../application/shared/ports.js';
import { epochOf } from '../../domain/shared/time.js';
import type { Settings } from '../settings/settings.js';
import type { FacilityClient } from './facility-registrations.js';
import { keptSigningKey, type SigningKey } from './signing-key.js';
import type { TrustedIssuer } from './trusted-issuers.js';

/** Where tokens are asked for, below the name of the issuer. */
export const TOKEN_PATH = '/api/v1/oauth/token';
/** How long a token of a software serves, seconds. */
export const FACILITY_TOKEN_SECONDS = 600;
const KEY_FILE = 'facility-issuer.jwk';

/** This installation, issuing access tokens (RFC 9068) to the software of places of care, and to nobody else. */
export class FacilityIssuer {
  private constructor(
    private readonly signing: SigningKey,
    private readonly settings: Settings,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Uses the key in the state folder, makes one the first time: processes that share the work share the folder or the file. */
  static async open(settings: Settings, clock: Pick<Clock, 'now'>): Promise<FacilityIssuer> {
    return new FacilityIssuer(await keptSigningKey(settings.stateDir, KEY_FILE), settings, clock);
  }

  /** What the token check needs to believe this issuer: about facilities, and nobody else. */
  get trusted(): TrustedIssuer {
    const keys = createLocalJWKSet({ keys: [this.signing.published] });
    return { issuer: this.settings.facilityIssuer, keys, names: ['facilities'], maxAge: FACILITY_TOKEN_SECONDS };
  }

  /** What an assertion may name as its audience (RFC 7523 §3). */
  get audiences(): readonly string[] {
    const { facilityIssuer } = this.settings;
    return [facilityIssuer, `${facilityIssuer}${TOKEN_PATH}`];
  }

  /** An access token for a software that has proven itself. */
  token({ id, facility }: FacilityClient): Promise<string> {
    const now = Math.floor(epochOf(this.clock.now()) / 1_000);
    return new SignJWT({ client_id: id, mes_role: 'facility', facility_finess: facility.id, facility_name: facility.name })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: this.signing.published.kid })
      .setIssuer(this.settings.facilityIssuer)
      .setAudience(this.settings.oidcAudience)
      .setSubject(id)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + FACILITY_TOKEN_SECONDS)
      .sign(this.signing.key);
  }
}
