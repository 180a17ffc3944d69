import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PROVING } from '../../src/infrastructure/api/proving.js';
import { doorsOf, refusedOverGraphql } from '../support/doors.js';
import { openWorld, type World } from '../support/world.js';

const HANDLE = '7f8b7a34-0c1d-4b52-9d53-0d1a2b3c4d5e';
const LETTER = { code: '23456789AB', vitaleSerial: '12345678901', birthDate: '1985-06-14' };

describe('A request that makes no sense', () => {
  let world: World;
  let doors: ReturnType<typeof doorsOf>;
  beforeAll(async () => {
    world = await openWorld();
    doors = doorsOf(world);
  });
  afterAll(() => world.close());

  it.each([
    ['a member too many', { ...LETTER, role: 'operator' }, [{ pointer: '', code: 'input/unknown-member' }]],
    ['a member missing', { code: LETTER.code, vitaleSerial: LETTER.vitaleSerial }, [{ pointer: '/birthDate', code: 'input/not-a-date' }]],
    ['a number for a text', { ...LETTER, code: 5 }, [{ pointer: '/code', code: 'input/not-a-text' }]],
    ['a text too long', { ...LETTER, code: 'A'.repeat(41) }, [{ pointer: '/code', code: 'input/wrong-length' }]],
    ['an empty text', { ...LETTER, code: '' }, [{ pointer: '/code', code: 'input/wrong-length' }]],
    ['a control character', { ...LETTER, code: 'AB\u0000CD' }, [{ pointer: '/code', code: 'input/control-characters' }]],
    ['a day that does not exist', { ...LETTER, birthDate: '1985-02-29' }, [{ pointer: '/birthDate', code: 'input/not-a-date' }]],
    ['a thirteenth month', { ...LETTER, birthDate: '1985-13-01' }, [{ pointer: '/birthDate', code: 'input/not-a-date' }]],
    ['a moment for a day', { ...LETTER, birthDate: '1985-06-14T00:00:00Z' }, [{ pointer: '/birthDate', code: 'input/not-a-date' }]],
    ['a list for an object', { ...LETTER, birthDate: ['1985-06-14'] }, [{ pointer: '/birthDate', code: 'input/not-a-date' }]],
  ])('with %s says where and what, never the value', async (_, body, errors) => {
    const said = await doors.rest('POST', '/oppositions', { body });
    expect(said).toMatchObject({ status: 400, body: { code: 'request/invalid' } });
    expect(said.body.errors).toEqual(expect.arrayContaining(errors));
    const input = Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'role'));
    const graphql = await doors.graphql('mutation ($input: LetterInput!) { registerOpposition(input: $input) { position } }', { input });
    expect(graphql.body.data === null || graphql.body.errors !== undefined || 'role' in body).toBe(true);
    // Ids of requests are random, and hold any digits one day.
    expect(JSON.stringify([said.body, graphql.body]).replaceAll(/urn:uuid:[\da-f-]{36}/g, '')).not.toContain('1985');
  });

  it.each([
    ['POST', '/api/v1/oppositions', '{"code": "CANARI', 400, 'request/malformed'],
    ['POST', '/api/v1/oppositions', '[]', 400, 'request/invalid'],
    ['POST', '/api/v1/oppositions', '{"__proto__": {"code": "A"}}', 400, 'request/malformed'],
    ['POST', '/api/v1/oppositions', JSON.stringify({ code: 'A'.repeat(70_000) }), 413, 'request/too-large'],
    ['GET', '/api/v1/nothing', undefined, 404, 'request/no-such-route'],
    ['GET', '/nothing/at/all', undefined, 404, 'request/no-such-route'],
    ['GET', '/api/v1/spaces/%zz', undefined, 400, 'request/malformed'],
    ['DELETE', `/api/v1/spaces/${HANDLE}`, undefined, 405, 'request/no-such-method'],
    ['GET', '/api/v1/oppositions', undefined, 405, 'request/no-such-method'],
    ['GET', '/graphql?query={mySpaces{space}}', undefined, 405, 'request/no-such-method'],
    ['GET', '/%67raphql?query={mySpaces{space}}', undefined, 405, 'request/no-such-method'],
  ] as const)('%s %s is a problem like any other', async (method, path, body, status, code) => {
    const said = await doors.raw(method, path, body === undefined ? {} : { body });
    expect(said).toMatchObject({ status, body: { code, status }, headers: { 'content-type': 'application/problem+json; charset=utf-8' } });
    expect(said.body.instance).toBe(`urn:uuid:${String(said.headers['x-request-id'])}`);
    expect(JSON.stringify(said.body)).not.toContain('CANARI');
  });

  it('names the methods that exist', async () => {
    expect((await doors.raw('DELETE', `/api/v1/spaces/${HANDLE}`)).headers['allow']).toBe('GET, HEAD');
  });

  it.each(['text/plain', 'application/graphql', 'application/x-www-form-urlencoded', 'application/xml', 'multipart/form-data; boundary=x'])(
    'in %s is not read, over both doors',
    async (type) => {
      const headers = { 'content-type': type };
      for (const path of ['/api/v1/oppositions', '/graphql', '/%67raphql'])
        expect(await doors.raw('POST', path, { headers, body: 'query={mySpaces{space}}' })).toMatchObject({
          status: 415,
          body: { code: 'request/unsupported-media-type' },
        });
    },
  );

  it.each(['not-a-uuid', '..%2F..%2Fetc', "1'--"])('about the space "%s" is refused before it is looked for', async (space) => {
    const said = await doors.rest('GET', `/spaces/${space}`, { as: 'alice' });
    expect(said).toMatchObject({ status: 400, body: { errors: [{ pointer: '/space', code: 'input/not-a-uuid' }] } });
  });

  it.each([
    ['first=0', '/first', 'input/too-small'],
    ['first=101', '/first', 'input/too-large'],
    ['first=two', '/first', 'input/not-an-integer'],
    ['lane=ALL', '/lane', 'input/not-in-list'],
  ])('for a page with %s is refused', async (query, pointer, code) => {
    const said = await doors.rest('GET', `/spaces/${HANDLE}/history?${query}`, { as: 'alice' });
    expect(said.body.errors).toEqual(expect.arrayContaining([{ pointer, code }]));
  });

  it.each([
    ['2026-01-01', '2025-12-31'],
    ['2026-01-01', '2027-01-02'],
    ['2026-02-30', '2026-03-01'],
  ])('for the deadlines from %s to %s is refused', async (from, to) => {
    expect(await doors.rest('GET', `/deadlines?from=${from}&to=${to}`, { as: 'operator' })).toMatchObject({ status: 400 });
  });

  it('is answered in the language that was asked for', async () => {
    const french = await doors.rest('GET', '/me/spaces', { headers: { 'accept-language': 'fr' } });
    const english = await doors.rest('GET', '/me/spaces', { headers: { 'accept-language': 'en' } });
    expect([french.body.detail, english.body.detail]).toEqual(['Identifiez-vous.', 'Identify yourself.']);
    expect([french.headers['content-language'], english.headers['content-language']]).toEqual(['fr', 'en']);
  });

  describe('in GraphQL', () => {
    const aliases = (n: number): string => `{ ${Array.from({ length: n }, (_, i) => `a${i}: __typename`).join(' ')} }`;
    const levels = (n: number): string => `{ __type(name: "Space") ${'{ ofType '.repeat(n - 2)} { name } ${'}'.repeat(n - 2)} }`;

    it.each([
      ['that does not parse', '{ mySpaces'],
      ['with an unknown field', '{ everything }'],
      ['with a canary for a number', 'query { activityHistory(space: "x", first: "CANARI") { next } }'],
      ['with two operations and no name', 'query A { __typename } query B { __typename }'],
      ['that is empty', ''],
    ])('%s gives a code and nothing of what was sent', async (_, document) => {
      const said = await doors.graphql(document, {}, { as: 'alice' });
      expect(refusedOverGraphql(said)).toBe('request/graphql-invalid');
      expect(JSON.stringify(said.body)).not.toMatch(/CANARI|everything|Did you mean/);
    });

    it.each([
      ['16 aliases', aliases(16)],
      ['six questions', `{ ${Array.from({ length: 6 }, (_, i) => `a${i}: mySpaces { space }`).join(' ')} }`],
      [
        'six questions in a fragment',
        `{ ...F } fragment F on Query { ${Array.from({ length: 6 }, (_, i) => `a${i}: mySpaces { space }`).join(' ')} }`,
      ],
      ['two wishes', 'mutation { a: resumeCampaign(campaign: "a") { position } b: resumeCampaign(campaign: "b") { position } }'],
      ['more than a thousand tokens', `{ mySpaces { ${'space '.repeat(1_000)} } }`],
      ['more than fifty directives', `{ mySpaces { ${'space @skip(if: false) '.repeat(51)} } }`],
      ['nine levels', levels(9)],
    ])('with %s asks for too much', async (_, document) => {
      expect(refusedOverGraphql(await doors.graphql(document, {}, { as: 'alice' }))).toBe('request/graphql-too-costly');
    });

    // Without a token: whoever reaches the door can send it.
    it.each([
      ['lead nowhere', '...Nowhere'],
      ['lead back to themselves', '...F0'],
    ])('of fragments that spread each other twice and %s is refused, and the door stays open', async (_, leaf) => {
      const fragments = Array.from(
        { length: 60 },
        (__, n) => `fragment F${n} on Query { ${n === 59 ? leaf : `...F${n + 1} ...F${n + 1}`} }`,
      );
      const said = await doors.graphql(`query { ...F0 } ${fragments.join(' ')}`);
      expect(refusedOverGraphql(said)).toBe('request/graphql-invalid');
    });

    it('just within the limits is answered', async () => {
      expect((await doors.graphql(levels(8), {}, { as: 'alice' })).body.errors).toBeUndefined();
      const questions = `{ ${Array.from({ length: 5 }, (_, i) => `a${i}: mySpaces { space }`).join(' ')} }`;
      expect((await doors.graphql(questions, {}, { as: 'alice' })).body.errors).toBeUndefined();
    });

    it('that is too long has the status of what was not read', async () => {
      const said = await doors.graphql(`{ ${' '.repeat(100_000)}__typename }`);
      expect([said.status, refusedOverGraphql(said)]).toEqual([413, 'request/too-large']);
    });

    describe('whose body nobody answers for', () => {
      // Malformed, so that it shows whether it was read.
      const long = `{"query": "${'x'.repeat(150_000)}`;
      const sent = async (payload: string, headers: Readonly<Record<string, string>>) => {
        const json = { 'content-type': 'application/json', ...headers };
        const { statusCode, payload: body } = await world.app.inject({ method: 'POST', url: '/graphql', payload, headers: json });
        const said = JSON.parse(body);
        return [statusCode, said.code ?? said.errors[0].extensions.problem];
      };
      const inPieces = { 'transfer-encoding': 'chunked' };
      const as = (token: string) => ({ authorization: `Bearer ${token}` });

      it('is not read: long or of unknown length, without a token or under one that is none', async () => {
        expect(await sent(long, {})).toEqual([413, 'request/too-large']);
        expect(await sent('{"query"', inPieces)).toEqual([411, 'request/length-required']);
        for (const authorization of ['x', 'Bearer x', 'Bearer a.b.c', `Bearer ${await world.token('alice')}x`])
          for (const [body, headers] of [[long, {}] as const, ['{"query"', inPieces] as const])
            expect(await sent(body, { authorization, ...headers })).toEqual([200, 'request/token-refused']);
      });

      it('is read when somebody does', async () => {
        const token = await world.token('alice');
        for (const headers of [as(token), { ...as(token), ...inPieces }])
          expect(await sent(long, headers)).toEqual([400, 'request/malformed']);
        expect(await sent('{"query"', {})).toEqual([400, 'request/malformed']);
      });
    });

    it('in a batch is refused', async () => {
      const said = await doors.raw('POST', '/graphql', { body: [{ query: '{ __typename }' }, { query: '{ __typename }' }] });
      expect(said.body.data ?? null).toBeNull();
    });
  });
});

describe('Behind closed tools', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ GRAPHQL_TOOLS: '0', RATE_LIMIT: '60', RATE_LIMIT_LETTERS: '3' });
  });
  afterAll(() => world.close());

  it('introspection is refused and the explorer is not there', async () => {
    const doors = doorsOf(world);
    expect(refusedOverGraphql(await doors.graphql('{ __schema { types { name } } }', {}, { as: 'alice' }))).toBe('request/graphql-invalid');
    expect(await doors.raw('GET', '/graphql/explorer/')).toMatchObject({ status: 404 });
  });

  it('who has no account tries a letter three times a minute, over both doors together', async () => {
    const doors = doorsOf(world);
    const { letter } = await world.invite();
    const document = 'mutation ($input: LetterInput!) { registerOpposition(input: $input) { position } }';
    const wrong = { ...letter, code: 'ZZZZZZZZZZ' };
    expect(refusedOverGraphql(await doors.graphql(document, { input: wrong }))).toBe('enrolment/code-unknown');
    expect(await doors.rest('POST', '/oppositions', { body: wrong })).toMatchObject({ status: 404 });
    expect(await doors.rest('POST', '/provisional-codes', { body: wrong })).toMatchObject({ status: 400 });
    const fourth = await doors.rest('POST', '/oppositions', { body: wrong });
    expect(fourth).toMatchObject({ status: 429, body: { code: 'request/too-many' } });
    expect(Number(fourth.headers['retry-after'])).toBeGreaterThan(0);
    const fifth = await doors.graphql(document, { input: wrong });
    expect([fifth.status, refusedOverGraphql(fifth)]).toEqual([429, 'request/too-many']);
    expect(await doors.rest('GET', '/me/spaces', { as: 'alice' })).toMatchObject({ status: 200 });
  });
});

describe('Whoever has an account', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld({ RATE_LIMIT: '60', RATE_LIMIT_LETTERS: '3' });
  });
  afterEach(() => world.close());
  const wrong = { ...LETTER, code: 'ZZZZZZZZZZ' };
  const card = { vitaleSerial: LETTER.vitaleSerial, birthDate: LETTER.birthDate };
  const inputs = {
    registerOpposition: ['LetterInput!', wrong],
    withdrawOpposition: ['LetterInput!', wrong],
    blockAutomaticCreation: ['LetterInput!', wrong],
    renewProvisionalCode: ['CodeRequestInput!', { ins: '185067599990139', ...card, channel: 'POST' }],
    activateSpace: ['ActivateSpaceInput!', { ...wrong, terms: { conditions: '2026-01', privacy: '2026-01' } }],
    reopenSpace: ['ReopenSpaceInput', { letter: wrong }],
  } as const;

  it.each(Object.values(PROVING))('tries a letter three times a minute, by %s as over REST, under whatever alias', async (mutation) => {
    const doors = doorsOf(world);
    const [type, input] = inputs[mutation];
    const space = mutation === 'reopenSpace' ? `space: "${HANDLE}", ` : '';
    const field = `${mutation}(${space}input: $input) { position }`;
    const documents = [
      `mutation ($input: ${type}) { ${field} }`,
      `mutation ($input: ${type}) { a: ${field} }`,
      `mutation ($input: ${type}) { ...F } fragment F on Mutation { b: ${field} }`,
    ];
    for (const document of documents) {
      const said = await doors.graphql(document, { input }, { as: 'alice' });
      expect([said.status, refusedOverGraphql(said)]).toEqual([200, expect.stringMatching(/^(enrolment|access)\//)]);
    }
    const fourth = await doors.graphql(documents[0] ?? '', { input }, { as: 'alice' });
    expect([fourth.status, refusedOverGraphql(fourth) ?? fourth.body.code]).toEqual([429, 'request/too-many']);
    expect(await doors.rest('POST', '/oppositions', { as: 'alice', body: wrong })).toMatchObject({ status: 429 });
    expect((await doors.graphql('{ mySpaces { space } }', {}, { as: 'alice' })).body.errors).toBeUndefined();
  });
});
