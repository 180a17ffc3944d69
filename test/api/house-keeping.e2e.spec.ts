import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { doorsOf } from '../support/doors.js';
import { openWorld, type World } from '../support/world.js';

const CANARIES = ['CANARI-NOM', '18506759990', '12345678901', 'dominique@exemple.invalid', '1985-06-14', 'rue Inventée'];

describe('What the house says of itself', () => {
  let world: World;
  let doors: ReturnType<typeof doorsOf>;
  beforeAll(async () => {
    world = await openWorld();
    doors = doorsOf(world);
  });
  afterAll(() => world.close());

  it('is alive, and ready when database, read models and disk are', async () => {
    expect(await doors.raw('GET', '/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await doors.raw('GET', '/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'ok', checks: { database: 'ok', eventStore: 'ok', projections: 'ok', disk: 'ok' } },
    });
  });

  it('shows figures by route template, command and read model, and nobody in them', async () => {
    const invited = await world.invite();
    await doors.rest('POST', '/oppositions', { body: { ...invited.letter, birthDate: '1999-01-01' } });
    await doors.rest('POST', '/oppositions', { body: invited.letter });
    await doors.rest('GET', `/spaces/${invited.address.handle}`, { as: 'alice' });
    const { status, body, headers } = await doors.raw('GET', '/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(body).toMatch(/http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/spaces\/:space",status="404"\} 1/);
    expect(body).toMatch(/commands_total\{command="RegisterOpposition",outcome="done"\} 1/);
    expect(body).toMatch(/commands_total\{command="RegisterOpposition",outcome="forbidden"\} 1/);
    expect(body).toMatch(/projection_lag_positions\{projection="[a-z-]+"\} \d+/);
    expect(body).toMatch(/process_lag_positions\{process="notice-messenger"\} \d+/);
    expect(body).toMatch(/log_head_position \d+/);
    for (const canary of [...CANARIES, invited.address.handle, invited.address.id, invited.letter.code]) expect(body).not.toContain(canary);
  });

  it('logs each request by its template, and neither persons, codes, spaces, tokens nor bodies', async () => {
    const invited = await world.invite();
    const terms = { conditions: '2026-01', privacy: '2026-01' };
    const token = await world.token('alice');
    await doors.rest('POST', '/activations', { token, body: { ...invited.letter, terms } });
    await doors.rest('GET', `/spaces/${invited.address.handle}`, { token });
    await doors.rest('POST', '/oppositions', { body: { ...invited.letter, code: 'FAUX-CODE' } });
    await doors.rest('POST', '/support/space-searches', { as: 'agent-3422', body: { ins: invited.ins } });
    const logged = world.lines.join('');
    expect(logged).toContain('"route":"/api/v1/spaces/:space"');
    const secrets = [...CANARIES, invited.address.handle, invited.address.id, invited.letter.code, invited.ins, 'FAUX-CODE', token];
    for (const secret of secrets) expect(logged).not.toContain(secret);
  });

  it('explains the REST door from its own packages', async () => {
    expect(await doors.raw('GET', '/openapi.json')).toMatchObject({ status: 200, body: { openapi: '3.0.0' } });
    const page = await doors.raw('GET', '/docs');
    expect(page.status).toBe(200);
    expect(String(page.body)).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it('explores the GraphQL door from its own packages, under a policy that allows no other host', async () => {
    const page = await doors.raw('GET', '/graphql/explorer/');
    expect(page.status).toBe(200);
    const html = String(page.body);
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(String(page.headers['content-security-policy'])).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe-inline/);
    for (const [, path] of html.matchAll(/<(?:script|link)[^>]*(?:src|href)="([^"]+)"/g))
      expect([path, (await doors.raw('GET', `/graphql/explorer/${path}`)).status]).toEqual([path, 200]);
    expect(await doors.raw('GET', '/graphql/explorer')).toMatchObject({ status: 302, headers: { location: '/graphql/explorer/' } });
  });

  it('forbids browsers to guess, to frame and to send it elsewhere', async () => {
    const { headers } = await doors.raw('GET', '/health/live');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(String(headers['content-security-policy'])).not.toContain('upgrade-insecure-requests');
  });
});

describe('Behind TLS', () => {
  it('browsers are told to insist on it', async () => {
    const world = await openWorld({ BEHIND_TLS: '1' });
    const { headers } = await doorsOf(world).raw('GET', '/health/live');
    expect(headers['strict-transport-security']).toMatch(/max-age=/);
    await world.close();
  });
});

describe('Requests are counted', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ RATE_LIMIT: '60', RATE_LIMIT_LETTERS: '3' });
  });
  afterAll(() => world.close());
  const payload = { code: 'ZZZZZZZZZZ', vitaleSerial: '12345678901', birthDate: '1985-06-14' };
  const guessed = async (remoteAddress: string): Promise<number> =>
    (await world.app.inject({ method: 'POST', url: '/api/v1/oppositions', payload, remoteAddress })).statusCode;

  it('by network where a household has many addresses (IPv6), and by address, however it is written', async () => {
    const ofOne = ['2001:db8:1:2::1', '2001:db8:1:2:ffff::2', '2001:db8:1:2::3', '2001:db8:1:2::4'];
    const said: number[] = [];
    for (const address of [...ofOne, '2001:db8:1:3::1', '192.0.2.1', '192.0.2.1', '::ffff:192.0.2.1', '::ffff:192.0.2.1'])
      said.push(await guessed(address));
    expect(said).toEqual([404, 404, 404, 429, 404, 404, 404, 404, 429]);
  });

  it('also where thousands of others come in between', async () => {
    for (const _ of [1, 2, 3]) await guessed('198.51.100.1');
    for (let n = 0; n < 5_100; n++) await world.app.inject({ method: 'GET', url: '/docs', remoteAddress: `10.0.${n >> 8}.${n & 255}` });
    expect(await guessed('198.51.100.1')).toBe(429);
  });
});
