import 'reflect-metadata';
import { generateKeyPairSync, createHmac } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK } from 'jose';
import { LOCAL_ISSUER } from '../../src/infrastructure/identity/local-issuer.js';
import { doorsOf, refusedOverGraphql } from '../support/doors.js';
import { openWorld, type World } from '../support/world.js';

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = (): number => Math.floor(Date.now() / 1_000);

describe('A token', () => {
  let world: World;
  let doors: ReturnType<typeof doorsOf>;
  let key: CryptoKey;
  let stored: JWK;
  let header: { alg: string; typ: string; kid: string };
  let payload: Record<string, unknown>;
  beforeAll(async () => {
    world = await openWorld();
    doors = doorsOf(world);
    stored = JSON.parse(await readFile(join(world.stateDir, 'local-issuer.jwk'), 'utf8')) as JWK;
    key = (await importJWK(stored, 'ES256')) as CryptoKey;
    const [head, claims] = (await world.token('alice')).split('.').map((part) => Buffer.from(part, 'base64url').toString());
    header = JSON.parse(head ?? '');
    payload = JSON.parse(claims ?? '');
  });
  afterAll(() => world.close());

  const signed = (claims: object = {}, head: object = {}, by: CryptoKey = key): Promise<string> =>
    new SignJWT({ ...payload, ...claims }).setProtectedHeader({ ...header, ...head }).sign(by);
  const ask = (token: string) => doors.rest('GET', '/me/spaces', { token });

  const stranger = async (): Promise<{ privateKey: CryptoKey; jwk: JWK }> => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    return { privateKey, jwk: await exportJWK(publicKey) };
  };
  const withPublicKeyAsSecret = async (): Promise<string> => {
    const { d: _private, ...open } = stored;
    const pem = await exportSPKI((await importJWK(open, 'ES256')) as CryptoKey);
    const text = `${encoded({ ...header, alg: 'HS256' })}.${encoded(payload)}`;
    return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
  };
  const flipped = async (): Promise<string> => {
    const [head = '', claims = '', signature = ''] = (await signed()).split('.');
    const bytes = Buffer.from(signature, 'base64url');
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    return [head, claims, bytes.toString('base64url')].join('.');
  };
  const changed = async (): Promise<string> => {
    const [head = '', , signature = ''] = (await signed()).split('.');
    return [head, encoded({ ...payload, mes_role: 'operator' }), signature].join('.');
  };
  const withCriticalMember = (): Promise<string> =>
    new SignJWT(payload).setProtectedHeader({ ...header, crit: ['secret'], secret: 1 }).sign(key, { crit: { secret: true } });
  const rsaKey = (): CryptoKey => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey as unknown as CryptoKey;

  it('of a persona lets in, with the role it names and no other', async () => {
    expect(await ask(await world.token('alice'))).toMatchObject({ status: 200, body: [] });
    expect(await ask(await signed())).toMatchObject({ status: 200 });
    expect(await ask(await world.token('operator'))).toMatchObject({ status: 403 });
  });

  it.each([
    ['without algorithm', async () => `${encoded({ ...header, alg: 'none' })}.${encoded(payload)}.`],
    ['signed with the public key as a secret', withPublicKeyAsSecret],
    ['for another audience', () => signed({ aud: 'another-service' })],
    ['without audience', () => signed({ aud: undefined })],
    ['of another issuer', () => signed({ iss: 'https://attacker.invalid' })],
    ['without issuer', () => signed({ iss: undefined })],
    ['that is an identity token', () => signed({}, { typ: 'JWT' })],
    ['without type', () => signed({}, { typ: undefined })],
    ['that has expired', () => signed({ iat: seconds() - 7_200, exp: seconds() - 60 })],
    ['without expiry', () => signed({ exp: undefined })],
    ['issued in the future', () => signed({ iat: seconds() + 600 })],
    ['older than any token may be', () => signed({ iat: seconds() - 90_000, exp: seconds() + 600 })],
    ['without date of issue', () => signed({ iat: undefined })],
    ['without subject', () => signed({ sub: undefined })],
    ['with an empty subject', () => signed({ sub: '' })],
    ['of an unknown key', async () => signed({}, { kid: 'unknown' }, (await stranger()).privateKey)],
    ['of a stranger under our key id', async () => signed({}, {}, (await stranger()).privateKey)],
    ['of another kind of key under our key id', () => signed({}, { alg: 'RS256' }, rsaKey())],
    [
      'that brings its own key',
      async () => stranger().then(({ privateKey, jwk }) => signed({}, { jwk: { ...jwk, alg: 'ES256' } }, privateKey)),
    ],
    ['that points at its own keys', () => signed({}, { jku: 'https://attacker.invalid/keys' })],
    ['that points at its own certificate', () => signed({}, { x5u: 'https://attacker.invalid/cert' })],
    ['with a flipped bit', flipped],
    ['with changed claims', changed],
    ['with a member that must be understood', withCriticalMember],
    ['that is none', async () => 'a.b.c'],
    ['of enormous length', async () => `${'a'.repeat(9_000)}.b.c`],
    ['with an unknown role', () => signed({ mes_role: 'root' })],
    ['of the system', () => signed({ mes_role: 'system' })],
    ['of staff known at a low level', () => signed({ mes_role: 'operator', acr: 'eidas1' })],
  ])('%s lets nobody in, over both doors', async (_, forge) => {
    const token = await forge();
    const rest = await ask(token);
    expect(rest).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    const graphql = await doors.graphql('{ mySpaces { space } }', {}, { token });
    expect(graphql.body.errors[0].extensions).toMatchObject({ code: 'UNAUTHENTICATED', problem: rest.body.code });
    expect(JSON.stringify(rest.body)).not.toContain(token);
  });

  it.each(['', 'Bearer', 'Basic YTpi', 'Bearer a.b.c, Bearer d.e.f'])(
    'said as "%s" is refused even where none is needed',
    async (authorization) => {
      const { letter } = await world.invite();
      expect(await doors.rest('POST', '/oppositions', { headers: { authorization }, body: letter })).toMatchObject({ status: 401 });
    },
  );

  it('is needed by whoever holds no letter', async () => {
    const rest = await doors.rest('GET', '/me/spaces');
    expect(rest).toMatchObject({ status: 401, body: { code: 'request/token-missing' } });
    expect(refusedOverGraphql(await doors.graphql('{ mySpaces { space } }'))).toBe('request/token-missing');
  });

  it('that does not say how its holder proved himself, or when, counts for the least', async () => {
    const { letter, address } = await world.invite();
    const terms = { conditions: '2026-01', privacy: '2026-01' };
    await doors.rest('POST', '/activations', { as: 'alice', body: { ...letter, terms } });
    const token = await signed({ acr: undefined, auth_time: undefined });
    const said = await doors.rest('PUT', `/spaces/${address.handle}/closure`, { token, body: {} });
    expect(said).toMatchObject({ status: 403, body: { code: 'enrolment/reauthentication-needed' } });
  });

  it('is issued with a key that only its owner may read', async () => {
    expect((await stat(join(world.stateDir, 'local-issuer.jwk'))).mode & 0o777).toBe(0o600);
    expect(payload['iss']).toBe(LOCAL_ISSUER);
  });
});
