import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { calculateJwkThumbprint, createLocalJWKSet, exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { Clock } from '../../application/shared/ports.js';
import { epochOf } from '../../domain/shared/time.js';
import type { Settings } from '../settings/settings.js';
import { personas, type Persona, type PersonaName } from './personas.js';
import type { TrustedIssuer } from './trusted-issuers.js';

export const LOCAL_ISSUER = 'urn:mon-espace-sante:local-issuer';
const LIFETIME_SECONDS = 12 * 3_600;
const KEY_FILE = 'local-issuer.jwk';

/** An identity provider for invented people, on this machine only; the settings keep it out of production. */
export class LocalIssuer {
  private constructor(
    private readonly key: CryptoKey,
    private readonly published: JWK,
    private readonly audience: string,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Uses the key in the state folder, makes one (0600) the first time; several processes may start at once. */
  static async open({ stateDir, oidcAudience, localIssuer }: Settings, clock: Pick<Clock, 'now'>): Promise<LocalIssuer> {
    if (!localIssuer) throw new Error('the settings do not allow the local issuer');
    const jwk = await keptKey(stateDir);
    const { d: _private, ...publicPart } = jwk;
    const kid = await calculateJwkThumbprint(publicPart);
    const key = await importJWK({ ...jwk, alg: 'ES256' }, 'ES256');
    if (key instanceof Uint8Array) throw new Error(`${KEY_FILE} holds no key pair`);
    return new LocalIssuer(key, { ...publicPart, kid, alg: 'ES256', use: 'sig' }, oidcAudience, clock);
  }

  /** What the token check needs to believe this issuer. */
  get trusted(): TrustedIssuer {
    return { issuer: LOCAL_ISSUER, keys: createLocalJWKSet({ keys: [this.published] }), staff: true, maxAge: LIFETIME_SECONDS };
  }

  /** An access token that says what a persona's token says, issued now; valid for twelve hours. */
  personaToken(name: PersonaName): Promise<string> {
    const persona: Persona = personas[name];
    const now = Math.floor(epochOf(this.clock.now()) / 1_000);
    const role = persona.role === undefined ? {} : { mes_role: persona.role };
    return new SignJWT({ acr: persona.acr, auth_time: now, ...role })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...(this.published.kid === undefined ? {} : { kid: this.published.kid }) })
      .setIssuer(LOCAL_ISSUER)
      .setAudience(this.audience)
      .setSubject(persona.sub)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + LIFETIME_SECONDS)
      .sign(this.key);
  }
}

async function keptKey(stateDir: string): Promise<JWK> {
  const file = join(stateDir, KEY_FILE);
  return (await readKey(file)) ?? makeKey(stateDir, file);
}

async function readKey(file: string): Promise<JWK | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JWK;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Written whole beside, then linked into place: whoever comes second finds the key of the first. */
async function makeKey(stateDir: string, file: string): Promise<JWK> {
  await mkdir(stateDir, { recursive: true });
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600 });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  return JSON.parse(await readFile(file, 'utf8')) as JWK;
}

/** A token for one persona, for the command line: opens the issuer of the state folder and signs. */
export const personaToken = async (name: PersonaName, settings: Settings, clock: Pick<Clock, 'now'>): Promise<string> =>
  (await LocalIssuer.open(settings, clock)).personaToken(name);
