import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { JWTPayload } from 'jose';
import { SKEW_SECONDS } from './token-form.js';

interface Verified {
  readonly claims: JWTPayload;
  /** Epoch milliseconds between which what was verified holds; the second is no longer among them. */
  readonly from: number;
  readonly until: number;
}

/** For so long a token is not verified again; a key that its issuer takes back counts for so much longer at most. */
const REMEMBERED_MS = 30_000;
const MOST = 10_000;

/**
 * What tokens said that were verified a moment ago: whoever reads a page asks ten times with the same one, and each signature costs as much as a question
 * to the database. Only digests of tokens are kept, and what they said goes when its time is over. A token never holds longer for it: its own end and its
 * greatest age are looked at each time.
 */
export class VerifiedTokens {
  readonly #known = new LRUCache<string, Verified>({ max: MOST, ttl: REMEMBERED_MS, ttlAutopurge: true });

  /** Null: it must be verified. `now` in epoch milliseconds. */
  claimsOf(token: string, now: number): JWTPayload | null {
    const known = this.#known.get(digestOf(token));
    return known !== undefined && known.from <= now && now < known.until ? known.claims : null;
  }

  /** `maxAge`: seconds since it was issued. */
  keep(token: string, claims: JWTPayload, { now, maxAge }: { readonly now: number; readonly maxAge: number }): void {
    const { exp = 0, iat = 0 } = claims;
    const ends = (Math.min(exp, iat + maxAge) + SKEW_SECONDS) * 1_000;
    this.#known.set(digestOf(token), { claims, from: now, until: Math.min(now + REMEMBERED_MS, ends) });
  }
}

const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64');
