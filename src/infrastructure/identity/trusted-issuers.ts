import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import type { Settings } from '../settings/settings.js';

/** Somebody whose word we take on who an account is. */
export interface TrustedIssuer {
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
  /** May name support agents, operators and compliance officers. */
  readonly staff: boolean;
  /** Seconds after which a token is refused whatever it says. */
  readonly maxAge: number;
}

/** All issuers trusted by this installation. */
export abstract class TrustedIssuers {
  abstract readonly all: readonly TrustedIssuer[];
}

/** Keys are kept ten minutes and asked for again at most every 30 s; when they cannot be had, nobody passes. */
const fetching = { cacheMaxAge: 600_000, cooldownDuration: 30_000, timeoutDuration: 3_000 };

/** The issuers that the settings name, each with its own key set. */
export const remoteIssuers = ({ oidcIssuers, oidcKeys, staffIssuers, tokenMaxAge }: Settings): readonly TrustedIssuer[] =>
  oidcIssuers.map((issuer, i) => ({
    issuer,
    keys: createRemoteJWKSet(new URL(oidcKeys[i] ?? issuer), fetching),
    staff: staffIssuers.includes(issuer),
    maxAge: tokenMaxAge,
  }));
