import 'reflect-metadata';
import { createHmac, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, importJWK, SignJWT, type JWTPayload } from 'jose';
import { FacilityClients } from '../../src/infrastructure/identity/facility-clients.js';
import { SpentAssertions } from '../../src/infrastructure/identity/spent-assertions.js';
import { TokenCheck } from '../../src/infrastructure/identity/token-check.js';
import { openPools } from '../../src/infrastructure/postgres/pools.js';
import { settingsFrom } from '../../src/infrastructure/settings/settings.js';
import { doorsOf } from '../support/doors.js';
import { openWorld, type World } from '../support/world.js';

const ISSUER = 'https://space.test';
const ENDPOINT = `${ISSUER}/api/v1/oauth/token`;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const seconds = (): number => Math.floor(Date.now() / 1_000);
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const hospital = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const clinic = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const register = (clientId: string, finess: string, name: string, { publicKey }: { publicKey: KeyObject }) => ({
  clientId,
  finess,
  name,
  software: 'Dossier 3.2',
  jwks: { keys: [publicKey.export({ format: 'jwk' })] },
});
const CLIENTS = [
  register('hospital-1', '990000044', 'Hôpital des Essais', hospital),
  register('clinic-1', '990000051', 'Clinique des Essais', clinic),
];

/** What a sound assertion of the hospital says. */
const claims = (more: object = {}): JWTPayload => ({
  iss: 'hospital-1',
  sub: 'hospital-1',
  aud: ENDPOINT,
  exp: seconds() + 60,
  iat: seconds(),
  jti: randomUUID(),
  ...more,
});
const signed = (said: JWTPayload = claims(), head: object = {}, key: KeyObject = hospital.privateKey): Promise<string> =>
  new SignJWT(said).setProtectedHeader({ alg: 'ES256', ...head }).sign(key);
const form = (assertion: string, more: Record<string, string> = {}): string =>
  new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: assertion,
    ...more,
  }).toString();

describe('The software of a facility', () => {
  let world: World;
  let doors: ReturnType<typeof doorsOf>;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mes-clients-'));
    await writeFile(join(folder, 'clients.json'), JSON.stringify(CLIENTS));
    world = await openWorld({ FACILITY_ISSUER: ISSUER, FACILITY_CLIENTS_FILE: join(folder, 'clients.json') });
    doors = doorsOf(world);
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  const post = (body: string, headers: Record<string, string> = {}) =>
    doors.rest('POST', '/oauth/token', { body, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });
  const who = async (token: string) => world.app.get(TokenCheck, { strict: false }).actorOf(token);
  const refused = { status: 401, body: { error: 'invalid_client', error_description: 'the client did not prove itself' } };

  it('gets a token for its assertion, for ten minutes, that nobody keeps on the way', async () => {
    const said = await post(form(await signed()));
    expect(said).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' }, body: { token_type: 'Bearer', expires_in: 600 } });
    const { iss, sub, aud, exp = 0, iat = 0 } = decodeJwt(said.body.access_token as string);
    expect({ iss, sub, aud, life: exp - iat }).toEqual({ iss: ISSUER, sub: 'hospital-1', aud: 'mon-espace-sante', life: 600 });
    expect(await who(said.body.access_token as string)).toEqual({
      role: 'facility',
      client: 'hospital-1',
      facility: { id: '990000044', name: 'Hôpital des Essais' },
    });
  });

  it('is let in with it where facilities may go, and nowhere else', async () => {
    const { body } = await post(form(await signed()));
    const token = body.access_token as string;
    expect(await doors.rest('GET', '/me/spaces', { token })).toMatchObject({ status: 403, body: { code: 'access/not-allowed' } });
    expect((await doors.graphql('{ mySpaces { space } }', {}, { token })).body.errors[0].extensions.problem).toBe('access/not-allowed');
  });

  it.each<[string, () => Promise<string>, Record<string, string>]>([
    ['the name of the issuer for an audience', () => signed(claims({ aud: ISSUER })), {}],
    ['a list of one audience', () => signed(claims({ aud: [ENDPOINT] })), {}],
    ['its client id beside it', () => signed(), { client_id: 'hospital-1' }],
    ['the type that says what it is', () => signed(claims(), { typ: 'client-authentication+jwt' }), {}],
    ['no date of issue', () => signed(claims({ iat: undefined })), {}],
    ['an RSA key', () => signed(claims({ iss: 'clinic-1', sub: 'clinic-1' }), { alg: 'RS256' }, clinic.privateKey), {}],
  ])('is believed with %s', async (_, assertion, more) => {
    expect(await post(form(await assertion(), more))).toMatchObject({ status: 200 });
  });

  const withPublicKeyAsSecret = async (): Promise<string> => {
    const pem = hospital.publicKey.export({ format: 'pem', type: 'spki' });
    const text = `${encoded({ alg: 'HS256' })}.${encoded(claims())}`;
    return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
  };
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  it.each<[string, () => Promise<string>, Record<string, string>?]>([
    ['without algorithm', async () => `${encoded({ alg: 'none' })}.${encoded(claims())}.`],
    ['signed with the public key as a secret', withPublicKeyAsSecret],
    ['of an unknown client', () => signed(claims({ iss: 'hospital-9', sub: 'hospital-9' }))],
    ['signed by another client', () => signed(claims(), { alg: 'RS256' }, clinic.privateKey)],
    ['signed by a stranger', () => signed(claims(), {}, stranger.privateKey)],
    ['that brings its own key', () => signed(claims(), { jwk: stranger.publicKey.export({ format: 'jwk' }) }, stranger.privateKey)],
    ['that points at its own keys', () => signed(claims(), { jku: 'https://attacker.invalid/keys' })],
    ['for another audience', () => signed(claims({ aud: 'https://elsewhere.test' }))],
    ['for another besides us', () => signed(claims({ aud: [ENDPOINT, 'https://elsewhere.test'] }))],
    ['for the audience of access tokens', () => signed(claims({ aud: 'mon-espace-sante' }))],
    ['without audience', () => signed(claims({ aud: undefined }))],
    ['that has expired', () => signed(claims({ exp: seconds() - 30 }))],
    ['without expiry', () => signed(claims({ exp: undefined }))],
    ['that lives longer than five minutes', () => signed(claims({ exp: seconds() + 330 }))],
    ['of tomorrow', () => signed(claims({ iat: seconds() + 60 }))],
    ['that is not valid yet', () => signed(claims({ nbf: seconds() + 60 }))],
    ['without id', () => signed(claims({ jti: undefined }))],
    ['with an empty id', () => signed(claims({ jti: '' }))],
    ['with an endless id', () => signed(claims({ jti: 'x'.repeat(257) }))],
    ['without issuer', () => signed(claims({ iss: undefined }))],
    ['with another subject', () => signed(claims({ sub: 'clinic-1' }))],
    ['without subject', () => signed(claims({ sub: undefined }))],
    ['under another client id', () => signed(), { client_id: 'clinic-1' }],
    ['that is an access token', () => signed(claims(), { typ: 'at+jwt' })],
    ['that is none', async () => 'a.b.c'],
    ['of enormous length', async () => `${'a'.repeat(9_000)}.b.c`],
  ])('is not told what is wrong with an assertion %s', async (_, assertion, more = {}) => {
    const said = await post(form(await assertion(), more));
    expect(said).toMatchObject({ ...refused, headers: { 'cache-control': 'no-store' } });
    expect(said.body).toEqual(refused.body);
  });

  it('proves itself once with one assertion', async () => {
    const assertion = await signed();
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(form(assertion))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 401)]);
    expect(await post(form(assertion))).toMatchObject(refused);
  });

  it('has its ids for itself: the same one of another client is another', async () => {
    const jti = randomUUID();
    expect(await post(form(await signed(claims({ jti }))))).toMatchObject({ status: 200 });
    const others = claims({ jti, iss: 'clinic-1', sub: 'clinic-1' });
    expect(await post(form(await signed(others, { alg: 'RS256' }, clinic.privateKey)))).toMatchObject({ status: 200 });
  });

  it('cannot show one assertion to two processes, and what has expired is forgotten', async () => {
    const jti = randomUUID();
    expect(await post(form(await signed(claims({ jti }))))).toMatchObject({ status: 200 });
    const pools = openPools(String(world.settings.databaseUrl));
    try {
      const process = new SpentAssertions(pools.pool('mes_vault'));
      const [now, later] = [new Date(), new Date(Date.now() + 3_600_000)];
      expect(await process.spend('hospital-1', jti, later, now)).toBe(false);
      expect(await process.spend('hospital-1', randomUUID(), later, now)).toBe(true);
      expect(await process.spend('hospital-1', randomUUID(), later, new Date(later.getTime() - 1))).toBe(true);
      expect(await world.rows('SELECT 1 FROM identity.spent_assertion')).toHaveLength(2);
    } finally {
      await pools.close();
    }
  });

  it.each([
    ['unsupported_grant_type', 'grant_type=password'],
    ['unsupported_grant_type', 'grant_type=authorization_code&code=1'],
    ['invalid_request', ''],
    ['invalid_request', 'grant_type=client_credentials'],
    ['invalid_request', 'grant_type=client_credentials&client_id=hospital-1&client_secret=secret'],
    ['invalid_request', `grant_type=client_credentials&client_assertion_type=${encodeURIComponent(ASSERTION_TYPE)}`],
    ['invalid_request', 'grant_type=client_credentials&grant_type=client_credentials'],
    ['invalid_scope', form('a.b.c', { scope: 'everything' })],
  ])('is told in the words of OAuth: %s for "%s"', async (error, body) => {
    expect(await post(body)).toMatchObject({ status: 400, body: { error, error_description: expect.any(String) } });
  });

  it('sends a form: JSON is not one', async () => {
    const said = await doors.rest('POST', '/oauth/token', { body: { grant_type: 'client_credentials' } });
    expect(said).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('with a token of ours and another role is nobody: we name facilities only', async () => {
    const jwk = JSON.parse(await readFile(join(world.stateDir, 'facility-issuer.jwk'), 'utf8')) as object;
    const key = await importJWK({ ...jwk, alg: 'ES256' }, 'ES256');
    const token = decodeJwt(await world.token('lab-software'));
    for (const mes_role of ['person', 'operator', undefined]) {
      const forged = await new SignJWT({ ...token, mes_role, acr: 'eidas3' }).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' }).sign(key);
      expect(await doors.rest('GET', '/me/spaces', { token: forged })).toMatchObject({
        status: 401,
        body: { code: 'request/role-not-recognised' },
      });
    }
    expect((await stat(join(world.stateDir, 'facility-issuer.jwk'))).mode & 0o777).toBe(0o600);
  });

  it('of the demonstration has a token, and a key of its own to ask for one', async () => {
    expect(await who(await world.token('lab-software'))).toMatchObject({ role: 'facility', client: 'lab-software' });
    const jwk = JSON.parse(await readFile(join(world.stateDir, 'demo-facility-client.jwk'), 'utf8')) as object;
    const assertion = await new SignJWT(claims({ iss: 'lab-software', sub: 'lab-software' }))
      .setProtectedHeader({ alg: 'ES256' })
      .sign(await importJWK({ ...jwk, alg: 'ES256' }, 'ES256'));
    expect(await post(form(assertion))).toMatchObject({ status: 200 });
  });

  it('is held back when it tries too often, as those are who hold a letter', async () => {
    const slow = await openWorld({ RATE_LIMIT_LETTERS: '2' });
    try {
      const ask = () =>
        doorsOf(slow).rest('POST', '/oauth/token', { body: '', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
      const answers = [await ask(), await ask(), await ask()];
      expect(answers.map(({ status }) => status)).toEqual([400, 400, 429]);
    } finally {
      await slow.close();
    }
  });

  it('that is registered wrongly stops the start, with the reason', async () => {
    const file = join(folder, 'wrong.json');
    await writeFile(file, JSON.stringify([{ ...CLIENTS[0], finess: '2A0000018' }]));
    const settings = settingsFrom({ STATE_DIR: world.stateDir, FACILITY_CLIENTS_FILE: file }, false);
    await expect(FacilityClients.open(settings)).rejects.toThrow('entry 1: finess is not a FINESS number');
  });
});
