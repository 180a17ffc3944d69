import { Injectable } from '@nestjs/common';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { Clock } from '../../application/shared/ports.js';
import { Refused } from '../../application/shared/refused.js';
import type { Actor } from '../../domain/shared/actor.js';
import { isRejection, reject } from '../../domain/shared/rejection.js';
import { epochOf } from '../../domain/shared/time.js';
import { Settings } from '../settings/settings.js';
import { accountHasEnded, actorOf, claimsForeignRole } from './claims.js';
import { ForeignRoles } from './foreign-roles.js';
import { ALGORITHMS, bringsItsOwnKey, LONGEST_TOKEN, SKEW_SECONDS } from './token-form.js';
import { TrustedIssuers, type TrustedIssuer } from './trusted-issuers.js';
import { VerifiedTokens } from './verified-tokens.js';

const refused = (): Refused => new Refused(reject('unauthenticated', 'request/token-refused'));

/** Who stands behind a bearer token: an OAuth 2 access token as RFC 9068 describes it. Everything that is not right is the same 401. */
@Injectable()
export class TokenCheck {
  private readonly known = new VerifiedTokens();

  constructor(
    private readonly issuers: TrustedIssuers,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly foreign: ForeignRoles,
  ) {}

  /**
   * `facility`: the place in which a professional says that he works as he asks (FINESS number, or `none`). Throws Refused: 401 when the token does
   * not hold, 400 or 403 when the place does not, 503 when the keys to check the token cannot be had.
   */
  async actorOf(token: string, facility?: string): Promise<Actor> {
    const issuer = this.issuerOf(token);
    const now = epochOf(this.clock.now());
    const claims = this.known.claimsOf(token, now) ?? (await this.verified(token, issuer, now));
    if (claimsForeignRole(claims, issuer)) await this.foreign.met(issuer.issuer);
    const actor = actorOf(claims, issuer, facility);
    if (isRejection(actor)) throw new Refused(actor);
    if (accountHasEnded(actor, claims, now)) throw new Refused(reject('unauthenticated', 'request/account-ended'));
    return actor;
  }

  /** Chosen by what the token says of itself; whether it is true is seen by the keys of that issuer. */
  private issuerOf(token: string): TrustedIssuer {
    const issuer = token.length <= LONGEST_TOKEN ? claimedIssuer(token) : undefined;
    const trusted = this.issuers.all.find((known) => known.issuer === issuer);
    if (trusted === undefined) throw refused();
    return trusted;
  }

  private async verified(token: string, { issuer, keys, maxAge }: TrustedIssuer, now: number): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: this.settings.oidcAudience,
        algorithms: ALGORITHMS,
        typ: 'at+jwt',
        requiredClaims: ['sub', 'iat', 'exp', 'aud'],
        maxTokenAge: maxAge,
        clockTolerance: SKEW_SECONDS,
        currentDate: new Date(now),
      });
      if (payload.sub === '') throw refused();
      this.known.keep(token, payload, { now, maxAge });
      return payload;
    } catch (error) {
      throw refusalOf(error);
    }
  }
}

function claimedIssuer(token: string): string | undefined {
  try {
    const header = decodeProtectedHeader(token);
    return bringsItsOwnKey(header) ? undefined : decodeJwt(token).iss;
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
