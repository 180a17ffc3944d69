import { Injectable } from '@nestjs/common';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { Clock } from '../../application/shared/ports.js';
import { epochOf } from '../../domain/shared/time.js';
import { FacilityClients } from './facility-clients.js';
import { FacilityIssuer } from './facility-issuer.js';
import type { FacilityClient } from './facility-registrations.js';
import { SpentAssertions } from './spent-assertions.js';
import { ALGORITHMS, bringsItsOwnKey, LONGEST_TOKEN, SKEW_SECONDS } from './token-form.js';

/** An assertion serves once, and for no longer than this, seconds. */
const LONGEST_LIFE = 300;
const LONGEST_ID = 256;
/** `typ` is optional in an assertion; a token of another use is none. */
const TYPES: readonly unknown[] = [undefined, 'JWT', 'client-authentication+jwt'];

const isId = (jti: unknown): jti is string => typeof jti === 'string' && jti.length > 0 && jti.length <= LONGEST_ID;

/** How a software proves itself: a JWT it signed with its own key (RFC 7523 §2.2, `private_key_jwt`), instead of a secret that two would know. */
@Injectable()
export class ClientAssertions {
  constructor(
    private readonly clients: FacilityClients,
    private readonly issuer: FacilityIssuer,
    private readonly spent: SpentAssertions,
    private readonly clock: Clock,
  ) {}

  /** The software that signed, or null when anything is wrong: who asks is not told what. An assertion is used up by this. */
  async clientOf(assertion: string): Promise<FacilityClient | null> {
    const client = assertion.length <= LONGEST_TOKEN ? this.claimedClient(assertion) : undefined;
    const claims = client && (await this.verified(assertion, client));
    return client && claims && (await this.isFirst(client, claims)) ? client : null;
  }

  /** By what the assertion says of itself; whether it is true is seen by the keys of that client. */
  private claimedClient(assertion: string): FacilityClient | undefined {
    try {
      const header = decodeProtectedHeader(assertion);
      const { iss } = decodeJwt(assertion);
      return bringsItsOwnKey(header) || !TYPES.includes(header.typ) || iss === undefined ? undefined : this.clients.find(iss);
    } catch (error) {
      if (error instanceof TypeError || error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  private async verified(assertion: string, { id, keys }: FacilityClient): Promise<JWTPayload | null> {
    try {
      const { payload } = await jwtVerify(assertion, keys, {
        issuer: id,
        subject: id,
        audience: [...this.issuer.audiences],
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'jti'],
        clockTolerance: SKEW_SECONDS,
        currentDate: this.now(),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  /** For us alone, soon over, and never seen before. */
  private async isFirst({ id }: FacilityClient, { aud, exp = 0, iat = 0, jti = '' }: JWTPayload): Promise<boolean> {
    const now = this.now();
    const latest = now.getTime() / 1_000 + SKEW_SECONDS;
    const forUsAlone = typeof aud === 'string' || aud?.length === 1;
    const timely = exp <= latest + LONGEST_LIFE && iat <= latest;
    if (!forUsAlone || !timely || !isId(jti)) return false;
    return this.spent.spend(id, jti, new Date((exp + SKEW_SECONDS + 1) * 1_000), now);
  }

  private now(): Date {
    return new Date(epochOf(this.clock.now()));
  }
}
