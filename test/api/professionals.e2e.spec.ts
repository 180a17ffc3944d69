import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, importJWK, SignJWT } from 'jose';
import { LogReader } from '../../src/infrastructure/eventstore/log-reader.js';
import { professionals } from '../../src/infrastructure/identity/professional-personas.js';
import { doorsOf, refusedOverGraphql } from '../support/doors.js';
import { openWorld, type World } from '../support/world.js';

const TERMS = { conditions: '2026-01', privacy: '2026-01' };

describe('At the doors', () => {
  let world: World;
  let doors: ReturnType<typeof doorsOf>;
  let space: string;
  beforeAll(async () => {
    world = await openWorld();
    doors = doorsOf(world);
    const { letter, address } = await world.invite();
    await doors.rest('POST', '/activations', { as: 'alice', body: { ...letter, terms: TERMS } });
    space = address.handle;
  });
  afterAll(() => world.close());

  /** A token of the local issuer that says something else. */
  const saying = async (claims: object): Promise<string> => {
    const jwk = JSON.parse(await readFile(join(world.stateDir, 'local-issuer.jwk'), 'utf8')) as object;
    const said = { ...decodeJwt(await world.token('alice')), ...claims };
    return new SignJWT(said).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' }).sign(await importJWK({ ...jwk, alg: 'ES256' }, 'ES256'));
  };
  const facts = async () => {
    const { store, journal } = world.log;
    const found = [];
    for await (const batch of new LogReader(store, journal).read(0n, ['passage', 'veil', 'actor'])) found.push(...batch.facts);
    return found;
  };
  const overview = (asked: object) => doors.rest('GET', `/spaces/${space}`, asked);

  it('a professional is known, and this is not his', async () => {
    for (const as of Object.keys(professionals))
      expect(await doors.rest('GET', '/me/spaces', { as: as as 'dr-martin' })).toMatchObject({
        status: 403,
        body: { code: 'access/not-allowed' },
      });
  });

  it('who works in several places says in which, over both doors', async () => {
    const { SubjectRefPro: one, ...claims } = professionals['nurse-leroy'].claims as { SubjectRefPro: { exercices: object[] } };
    const { SubjectRefPro: two } = professionals['samu-doctor'].claims as { SubjectRefPro: { exercices: object[] } };
    const SubjectRole = ['60', '10'].map((code) => `${code}^1.2.250.1.213.1.1.5.5`);
    const token = await saying({ ...claims, SubjectRole, SubjectRefPro: { exercices: [...one.exercices, ...two.exercices] } });
    const codeWith = async (headers: Record<string, string>) => {
      const rest = await doors.rest('GET', '/me/spaces', { token, headers });
      expect(refusedOverGraphql(await doors.graphql('{ mySpaces { space } }', {}, { token, headers }))).toBe(rest.body.code);
      return `${rest.status} ${rest.body.code}`;
    };
    expect(await codeWith({})).toBe('400 request/facility-to-be-chosen');
    expect(await codeWith({ 'x-facility': '990000010' })).toBe('403 request/facility-not-yours');
    expect(await codeWith({ 'x-facility': '2A0000018' })).toBe('400 request/header-invalid');
    expect(await codeWith({ 'x-facility': '990000028' })).toBe('403 access/not-allowed');
  });

  it.each(['employer', 'mutuelle'])('the role %s is refused, rings an alarm, and leaves one line without a name', async (mes_role) => {
    const token = await saying({ mes_role, sub: 'CANARI-EMPLOYEUR' });
    for (let i = 0; i < 2; i++)
      expect(await doors.rest('GET', '/me/spaces', { token })).toMatchObject({
        status: 401,
        body: { code: 'request/role-not-recognised' },
      });
    expect(world.log.alarms.filter((alarm) => alarm.includes('claimed a role')).length).toBeGreaterThanOrEqual(2);
    const lines = (await facts()).filter((fact) => JSON.stringify(fact).includes('role-not-recognised'));
    expect(lines.length).toBeGreaterThanOrEqual(1);
    expect(lines.length).toBeLessThanOrEqual(2);
    expect(JSON.stringify([lines, world.lines])).not.toMatch(/CANARI|employer|mutuelle/);
  });

  it('how somebody comes is said by a header, and stands in the line of his passage', async () => {
    expect(await overview({ as: 'alice', headers: { 'x-access-mode': 'bris_de_glace' } })).toMatchObject({ status: 200 });
    const modes = (await facts()).map((fact) => JSON.stringify(fact)).filter((fact) => fact.includes('"mode":"bris_de_glace"'));
    expect(modes).toHaveLength(1);
  });

  it('a secret connection leaves its line under a veil', async () => {
    const before = (await facts()).length;
    expect(await overview({ as: 'alice', headers: { 'x-secret-connection': 'true' } })).toMatchObject({ status: 200 });
    const added = (await facts()).slice(before) as { stream: string }[];
    expect(added.map(({ stream }) => stream.split('-')[0])).toEqual(['veil', 'veil']);
    expect(await overview({ as: 'alice', headers: { 'x-secret-connection': 'false' } })).toMatchObject({ status: 200 });
  });

  it.each([
    ['x-access-mode', 'fast'],
    ['x-access-mode', 'BRIS_DE_GLACE'],
    ['x-secret-connection', 'yes'],
  ])('a header %s: %s is refused over both', async (name, value) => {
    const headers = { [name]: value };
    const rest = await overview({ as: 'alice', headers });
    expect(rest).toMatchObject({ status: 400, body: { code: 'request/header-invalid', errors: [{ pointer: `/${name}` }] } });
    expect(refusedOverGraphql(await doors.graphql('{ mySpaces { space } }', {}, { as: 'alice', headers }))).toBe('request/header-invalid');
  });
});
