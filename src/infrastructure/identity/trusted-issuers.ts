import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import type { Settings } from '../settings/settings.js';

/** Whom an issuer may name: `staff` are support agents, operators, compliance officers and agents of Assurance Maladie. */
export type Named = 'persons' | 'staff' | 'professionals' | 'facilities';

/** Somebody whose word we take on who an account is. */
export interface TrustedIssuer {
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
  readonly names: readonly Named[];
  /** Seconds after which a token is refused whatever it says. */
  readonly maxAge: number;
}

/** All issuers trusted by this installation. */
export abstract class TrustedIssuers {
  abstract readonly all: readonly TrustedIssuer[];
}

/** Keys are kept ten minutes and asked for again at most every 30 s; when they cannot be had, nobody passes whose token was not verified a moment ago. */
const fetching = { cacheMaxAge: 600_000, cooldownDuration: 30_000, timeoutDuration: 3_000 };

/** The issuers that the settings name, each with its own key set. One that names professionals names no other persons. */
export const remoteIssuers = ({
  oidcIssuers,
  oidcKeys,
  staffIssuers,
  professionalIssuers,
  tokenMaxAge,
}: Settings): readonly TrustedIssuer[] =>
  oidcIssuers.map((issuer, i) => ({
    issuer,
    keys: createRemoteJWKSet(new URL(oidcKeys[i] ?? issuer), fetching),
    names: [
      professionalIssuers.includes(issuer) ? 'professionals' : 'persons',
      ...(staffIssuers.includes(issuer) ? (['staff'] as const) : []),
    ],
    maxAge: tokenMaxAge,
  }));
