import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, importJWK, SignJWT } from 'jose';
import { callerOf, Identification } from '../../src/infrastructure/api/caller.js';
import { LogReader } from '../../src/infrastructure/eventstore/log-reader.js';
import { professionals } from '../../src/infrastructure/identity/professional-personas.js';
import { TokenCheck } from '../../src/infrastructure/identity/token-check.js';
import { doorsOf, refusedOverGraphql } from '../support/doors.js';
import { openWorld, type World } from '../support/world.js';

const TERMS = { conditions: '2026-01', privacy: '2026-01' };

describe('At the doors', () => {
  let world: World;
  let doors: ReturnType<typeof doorsOf>;
  let overviewUrl: string;
  beforeAll(async () => {
    world = await openWorld();
    doors = doorsOf(world);
    const { letter, address } = await world.invite();
    const activated = await doors.rest('POST', '/activations', { as: 'alice', body: { ...letter, terms: TERMS } });
    expect(activated.status).toBe(200);
    overviewUrl = `/spaces/${address.handle}?after=${activated.body.position}`;
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
    return found.map((fact) => JSON.stringify(fact, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
  };
  const actorOf = (token: string, facility?: string) => world.app.get(TokenCheck, { strict: false }).actorOf(token, facility);
  const overview = (asked: object) => doors.rest('GET', overviewUrl, asked);

  it('every invented professional is known', async () => {
    for (const name of Object.keys(professionals) as (keyof typeof professionals)[])
      expect(await actorOf(await world.token(name))).toMatchObject({ role: 'professional', subject: { sub: name } });
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
    expect(await actorOf(token, '990000028')).toMatchObject({
      professional: { profession: { code: '60' }, facility: { id: '990000028' } },
    });
    expect(await actorOf(token, '990000044')).toMatchObject({
      professional: { profession: { code: '10' }, facility: { id: '990000044' } },
    });
  });

  it.each(['employer', 'mutuelle'])('the role %s is refused, rings an alarm, and leaves one line without a name', async (mes_role) => {
    const token = await saying({ mes_role, sub: 'CANARI-EMPLOYEUR' });
    for (let i = 0; i < 2; i++)
      expect(await doors.rest('GET', '/me/spaces', { token })).toMatchObject({
        status: 401,
        body: { code: 'request/role-not-recognised' },
      });
    expect(world.log.alarms.filter((alarm) => alarm.includes('claimed a role')).length).toBeGreaterThanOrEqual(2);
    const lines = (await facts()).filter((fact) => fact.includes('role-not-recognised'));
    expect(lines.length).toBeGreaterThanOrEqual(1);
    expect(lines.length).toBeLessThanOrEqual(2);
    expect(JSON.stringify([lines, world.lines])).not.toMatch(/CANARI|employer|mutuelle/);
  });

  it.each([
    [
      { 'x-access-mode': 'centre_15', 'x-secret-connection': 'true' },
      { mode: 'centre_15', secret: true },
    ],
    [
      { 'x-access-mode': 'normal', 'x-secret-connection': 'false' },
      { mode: 'normal', secret: undefined },
    ],
    [{}, { mode: undefined, secret: undefined }],
  ])('how somebody comes is said by headers: %j', async (headers, caller) => {
    const authorization = `Bearer ${await world.token('samu-doctor')}`;
    const context = new ExecutionContextHost([{ headers: { ...headers, authorization }, query: {} }], Object, () => undefined);
    const guard = new Identification(world.app.get(TokenCheck, { strict: false }), world.clock, new Reflector());
    expect(await guard.canActivate(context)).toBe(true);
    expect(callerOf(context)).toMatchObject({ actor: { role: 'professional', professional: { regulating: true } }, ...caller });
  });

  it('nobody keeps his own look secret: the header of a holder leaves an open line', async () => {
    const before = (await facts()).length;
    expect(await overview({ as: 'alice', headers: { 'x-secret-connection': 'true' } })).toMatchObject({ status: 200 });
    // How often the refusals above came again is written when their minute is over.
    const ofLooks = (await facts()).slice(before).filter((fact) => !fact.includes('AccessDeniedAgain'));
    const added = ofLooks.map((fact) => (JSON.parse(fact) as { stream: string }).stream);
    expect(added.map((stream) => stream.split('-')[0])).toEqual(['passage']);
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
