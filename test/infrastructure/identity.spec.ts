import 'reflect-metadata';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../src/application/shared/ports.js';
import { Refused } from '../../src/application/shared/refused.js';
import { instantOf } from '../../src/domain/shared/time.js';
import { LocalIssuer } from '../../src/infrastructure/identity/local-issuer.js';
import { people } from '../../src/infrastructure/identity/personas.js';
import { TokenCheck } from '../../src/infrastructure/identity/token-check.js';
import { remoteIssuers } from '../../src/infrastructure/identity/trusted-issuers.js';
import { settingsFrom } from '../../src/infrastructure/settings/settings.js';

const clock = { now: () => instantOf(Date.now()) };
const ISSUER = 'https://identity.example';

describe('Issuers elsewhere', () => {
  const servers: Server[] = [];
  /** Issuers whose tokens claimed a role that was not theirs to give. */
  const foreign: string[] = [];
  afterEach(async () => {
    foreign.length = 0;
    for (const server of servers.splice(0)) await new Promise((closed) => server.close(closed));
  });

  const serving = async (answer: () => { status: number; body: object }) => {
    const server = createServer((_, reply) => {
      const { status, body } = answer();
      reply.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  };
  const checkOf = (url: string, environment: object = {}, by: Pick<Clock, 'now'> = clock) => {
    const settings = settingsFrom({ OIDC_ISSUER: ISSUER, OIDC_JWKS_URL: url, ...environment }, false);
    return new TokenCheck({ all: remoteIssuers(settings) }, settings, by, { met: async (issuer) => void foreign.push(issuer) });
  };
  const newKey = async (
    kid: string,
    alg: 'ES256' | 'RS256' = 'ES256',
  ): Promise<{ privateKey: CryptoKey; jwk: JWK; kid: string; alg: string }> => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    return { privateKey, kid, alg, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
  };
  const tokenOf = ({ privateKey, kid, alg }: Awaited<ReturnType<typeof newKey>>, claims: object = {}) =>
    new SignJWT({ acr: 'eidas2', ...claims })
      .setProtectedHeader({ alg, typ: 'at+jwt', kid })
      .setIssuer(ISSUER)
      .setAudience('mon-espace-sante')
      .setSubject('somebody')
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(privateKey);
  const refusal = (check: Promise<unknown>) =>
    check.then(
      () => 'passed',
      (error: unknown) => (error instanceof Refused ? error.rejection.rejected : error),
    );

  it.each(['ES256', 'RS256'] as const)('are believed when their key signed with %s', async (alg) => {
    const key = await newKey('k1', alg);
    const check = checkOf(await serving(() => ({ status: 200, body: { keys: [key.jwk] } })));
    expect(await check.actorOf(await tokenOf(key))).toMatchObject({ role: 'person', subject: { issuer: ISSUER, sub: 'somebody' } });
  });

  it('are remembered with what they said, never with another signature under it', async () => {
    const [key, other] = [await newKey('k1'), await newKey('k1')];
    const check = checkOf(await serving(() => ({ status: 200, body: { keys: [key.jwk] } })));
    const token = await tokenOf(key);
    const forged = [...token.split('.').slice(0, 2), (await tokenOf(other)).split('.')[2]].join('.');
    const first = await check.actorOf(token);
    expect(await check.actorOf(token)).toEqual(first);
    expect(await refusal(check.actorOf(forged))).toBe('request/token-refused');
    expect(await check.actorOf(token)).toEqual(first);
  });

  it('are verified again after half a minute, and when the clock is set back: a key that was taken back counts no longer', async () => {
    const [key, next] = [await newKey('k1'), await newKey('k2')];
    const begun = Math.floor(Date.now() / 1_000) * 1_000;
    let [published, asked, passed] = [key, 0, 0];
    const keys: JWTVerifyGetKey = (header, token) => ((asked += 1), createLocalJWKSet({ keys: [published.jwk] })(header, token));
    const settings = settingsFrom({}, false);
    const issuers = { all: [{ issuer: ISSUER, keys, names: ['persons'], maxAge: 3_600 } as const] };
    const check = new TokenCheck(issuers, settings, { now: () => instantOf(begun + passed) }, { met: async () => undefined });
    const token = await tokenOf(key, { iat: begun / 1_000, exp: begun / 1_000 + 600 });
    const seen = (at: number) => ((passed = at), refusal(check.actorOf(token)));
    await seen(0);
    published = next;
    expect([await seen(1_000), await seen(29_999), asked]).toEqual(['passed', 'passed', 1]);
    expect([await seen(-1), await seen(30_000), asked]).toEqual(['request/token-refused', 'request/token-refused', 3]);
  });

  it.each([
    ['its end', {}, 600 + 5],
    ['its greatest age', { TOKEN_MAX_AGE: '300' }, 300 + 6],
  ])('hold to %s and not a second longer, however often they were shown', async (_, environment, seconds) => {
    const key = await newKey('k1');
    const begun = Math.floor(Date.now() / 1_000) * 1_000;
    let passed = 0;
    const url = await serving(() => ({ status: 200, body: { keys: [key.jwk] } }));
    const check = checkOf(url, environment, { now: () => instantOf(begun + passed * 1_000) });
    const token = await tokenOf(key, { iat: begun / 1_000, exp: begun / 1_000 + 600 });
    for (passed = 0; passed < seconds; passed += 7) expect(await check.actorOf(token)).toMatchObject({ role: 'person' });
    passed = seconds - 1;
    expect(await check.actorOf(token)).toMatchObject({ role: 'person' });
    passed = seconds;
    expect(await refusal(check.actorOf(token))).toBe('request/token-refused');
    passed = seconds - 1;
    expect(await check.actorOf(token)).toMatchObject({ role: 'person' });
  });

  it('may name staff only when the settings say so', async () => {
    const key = await newKey('k1');
    const url = await serving(() => ({ status: 200, body: { keys: [key.jwk] } }));
    const token = await tokenOf(key, { mes_role: 'support' });
    expect(await refusal(checkOf(url).actorOf(token))).toBe('request/role-not-recognised');
    expect(foreign).toEqual([ISSUER]);
    expect(await checkOf(url, { OIDC_STAFF_ISSUER: ISSUER }).actorOf(token)).toMatchObject({ role: 'support', assurance: 'substantial' });
    expect(foreign).toEqual([ISSUER]);
  });

  it('name professionals only when the settings say so, and then no other persons', async () => {
    const key = await newKey('k1');
    const url = await serving(() => ({ status: 200, body: { keys: [key.jwk] } }));
    const [doctor, account] = [await tokenOf(key, people['dr-martin'].claims), await tokenOf(key)];
    expect(await checkOf(url).actorOf(doctor)).toMatchObject({ role: 'person' });
    const check = checkOf(url, { OIDC_PROFESSIONAL_ISSUER: ISSUER });
    expect(await check.actorOf(doctor)).toMatchObject({ role: 'professional', professional: { id: '899990000012' } });
    expect(await refusal(check.actorOf(account))).toBe('request/role-not-recognised');
    expect(await refusal(check.actorOf(await tokenOf(key, { mes_role: 'person' })))).toBe('request/role-not-recognised');
  });

  it('whose keys cannot be had let nobody pass, and that is not the fault of the token', async () => {
    const key = await newKey('k1');
    const check = checkOf(await serving(() => ({ status: 500, body: {} })));
    expect(await refusal(check.actorOf(await tokenOf(key)))).toBe('request/identity-provider-unavailable');
  });

  it('are not asked again and again for a key that they do not have', async () => {
    const key = await newKey('k1');
    let asked = 0;
    const check = checkOf(await serving(() => ({ status: 200, body: { keys: [key.jwk], asked: ++asked } })));
    const unknown = await tokenOf(await newKey('k2'));
    for (let i = 0; i < 5; i++) expect(await refusal(check.actorOf(unknown))).toBe('request/token-refused');
    expect(asked).toBe(1);
  });

  it('are never ourselves in production', async () => {
    const settings = settingsFrom({ LOCAL_ISSUER: '0', OIDC_ISSUER: ISSUER, OIDC_JWKS_URL: 'https://identity.example/jwks' }, false);
    await expect(LocalIssuer.open(settings, clock)).rejects.toThrow('do not allow');
  });
});
