import { Injectable } from '@nestjs/common';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { Clock } from '../../application/shared/ports.js';
import { Refused } from '../../application/shared/refused.js';
import type { Actor } from '../../domain/shared/actor.js';
import { isRejection, reject } from '../../domain/shared/rejection.js';
import { epochOf } from '../../domain/shared/time.js';
import { Settings } from '../settings/settings.js';
import { actorOf } from './claims.js';
import { TrustedIssuers, type TrustedIssuer } from './trusted-issuers.js';

const ALGORITHMS = ['ES256', 'RS256'];
/** Header members through which a token brings or points at its own key: whoever sends one means no good (RFC 8725 §3.10). */
const OWN_KEYS = ['jwk', 'jku', 'x5u', 'x5c'] as const;
const SKEW_SECONDS = 5;
/** A token of ours has about 500 characters. */
const LONGEST_TOKEN = 8_192;

const refused = (): Refused => new Refused(reject('unauthenticated', 'request/token-refused'));

/** Who stands behind a bearer token: an OAuth 2 access token as RFC 9068 describes it. Everything that is not right is the same 401. */
@Injectable()
export class TokenCheck {
  constructor(
    private readonly issuers: TrustedIssuers,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Throws Refused: 401 when the token does not hold, 503 when the keys to check it cannot be had. */
  async actorOf(token: string): Promise<Actor> {
    const issuer = this.issuerOf(token);
    const claims = await this.verified(token, issuer);
    const actor = actorOf(claims, { issuer: issuer.issuer, sub: claims.sub ?? '' }, issuer.staff);
    if (isRejection(actor)) throw new Refused(actor);
    return actor;
  }

  /** Chosen by what the token says of itself; whether it is true is seen by the keys of that issuer. */
  private issuerOf(token: string): TrustedIssuer {
    const issuer = token.length <= LONGEST_TOKEN ? claimedIssuer(token) : undefined;
    const trusted = this.issuers.all.find((known) => known.issuer === issuer);
    if (trusted === undefined) throw refused();
    return trusted;
  }

  private async verified(token: string, { issuer, keys, maxAge }: TrustedIssuer): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: this.settings.oidcAudience,
        algorithms: ALGORITHMS,
        typ: 'at+jwt',
        requiredClaims: ['sub', 'iat', 'exp', 'aud'],
        maxTokenAge: maxAge,
        clockTolerance: SKEW_SECONDS,
        currentDate: new Date(epochOf(this.clock.now())),
      });
      if (payload.sub === '') throw refused();
      return payload;
    } catch (error) {
      throw refusalOf(error);
    }
  }
}

function claimedIssuer(token: string): string | undefined {
  try {
    const header = decodeProtectedHeader(token);
    return OWN_KEYS.some((member) => member in header) ? undefined : decodeJwt(token).iss;
  } catch (error) {
    throw error instanceof TypeError || error instanceof errors.JOSEError ? refused() : error;
  }
}

/** What says that the token is wrong; the rest of what can happen is that the keys cannot be had. */
const TOKEN_ERRORS = [
  errors.JWTClaimValidationFailed,
  errors.JWTExpired,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
] as const;

const refusalOf = (error: unknown): Error => {
  if (error instanceof Refused) return error;
  if (TOKEN_ERRORS.some((kind) => error instanceof kind)) return refused();
  return new Refused(reject('unavailable', 'request/identity-provider-unavailable'));
};
