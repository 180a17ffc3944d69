import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { doorsOf, refusedOverGraphql, type Said } from '../support/doors.js';
import { openWorld, type World } from '../support/world.js';
import { operations, type Operation, type Scene } from './operations.js';

const QUERIES = [
  'space',
  'mySpaces',
  'activityHistory',
  'closurePreview',
  'findSpaceByIdentity',
  'campaignReport',
  'deadlinesDue',
  'notices',
  'professionalNotices',
];
const IDS = ['space', 'campaign'];
const TERMS = { conditions: '2026-01', privacy: '2026-01' };
type Refused = Partial<Operation['refused']>;

describe('Both doors do the same', () => {
  let world: World;
  let doors: ReturnType<typeof doorsOf>;
  let scenes = 0;
  beforeAll(async () => {
    world = await openWorld();
    doors = doorsOf(world);
  });
  afterAll(() => world.close());

  const must = async (said: Promise<Said>): Promise<Said> => {
    expect(await said).toMatchObject({ status: 200 });
    return said;
  };

  /** Somebody new in that state, and a campaign of his own. */
  const sceneIn = async (state: Operation['from']): Promise<Scene> => {
    const invited = await world.invite();
    const campaign = `essai-${++scenes}`;
    const opened = await must(doors.rest('PUT', `/campaigns/${campaign}`, { as: 'operator', body: { label: 'Essai' } }));
    if (state === 'OPPOSED') await must(doors.rest('POST', '/oppositions', { body: invited.letter }));
    if (state === 'ACTIVE' || state === 'CLOSED')
      await must(doors.rest('POST', '/activations', { as: 'alice', body: { ...invited.letter, terms: TERMS } }));
    if (state === 'CLOSED') await must(doors.rest('PUT', `/spaces/${invited.address.handle}/closure`, { as: 'alice', body: {} }));
    await must(doors.rest('GET', `/campaigns/${campaign}?after=${opened.body.position}`, { as: 'operator' }));
    return { ...invited, campaign };
  };

  const spoken = ({ as, args, input }: Operation, refused: Refused, scene: Scene) => ({
    as: refused.as ?? as,
    args: (refused.args ?? args)?.(scene) ?? {},
    input: (refused.input ?? input?.[1])?.(scene),
  });

  const overRest = async (operation: Operation, scene: Scene, refused: Refused = {}): Promise<Said> => {
    const { as, args, input } = spoken(operation, refused, scene);
    const [method, template] = operation.route;
    const inPath = Object.entries(args).filter(([name]) => template.includes(`{${name}}`));
    const inQuery = Object.entries(args).filter(([name]) => !template.includes(`{${name}}`));
    const path = inPath.reduce((url, [name, value]) => url.replace(`{${name}}`, value), template);
    const url = inQuery.length === 0 ? path : `${path}?${new URLSearchParams(inQuery).toString()}`;
    return doors.rest(method, url, { ...(as === undefined ? {} : { as }), ...(input === undefined ? {} : { body: input }) });
  };

  const overGraphql = async (operation: Operation, scene: Scene, refused: Refused = {}): Promise<Said> => {
    const { as, args, input } = spoken(operation, refused, scene);
    const types = { ...Object.fromEntries(Object.keys(args).map((name) => [name, IDS.includes(name) ? 'ID!' : 'String!'])) };
    const all = { ...types, ...(input === undefined ? {} : { input: `${operation.input?.[0]}!` }) };
    const declared = Object.entries(all).map(([name, type]) => `$${name}: ${type}`);
    const passed = Object.keys(all).map((name) => `${name}: $${name}`);
    const brackets = (items: readonly string[]) => (items.length === 0 ? '' : `(${items.join(', ')})`);
    const kind = QUERIES.includes(operation.field) ? 'query' : 'mutation';
    const document = `${kind} Said${brackets(declared)} { ${operation.field}${brackets(passed)} { ${operation.select} } }`;
    return doors.graphql(document, { ...args, input }, as === undefined ? {} : { as });
  };

  describe.each(operations.map((operation) => [operation.field, operation] as const))('%s', (field, operation) => {
    it('goes well over REST', async () => {
      const said = await overRest(operation, await sceneIn(operation.from));
      expect([200, 202]).toContain(said.status);
      expect(said.body).toBeTruthy();
    });

    it('goes well over GraphQL', async () => {
      const said = await overGraphql(operation, await sceneIn(operation.from));
      expect(said).toMatchObject({ status: 200, body: { data: { [field]: expect.anything() } } });
      expect(said.body.errors ?? []).toEqual([]);
    });

    it('is refused with the same code over both', async () => {
      const { refused } = operation;
      const scene = await sceneIn(operation.from);
      const rest = await overRest(operation, scene, refused);
      const graphql = await overGraphql(operation, scene, refused);
      expect(rest).toMatchObject({ status: refused.status, body: { code: refused.code, status: refused.status } });
      expect(rest.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(refusedOverGraphql(graphql)).toBe(refused.code);
      expect(graphql.body.errors[0].message).toBe(rest.body.detail);
    });
  });

  it('covers every field of the schema and every route of the OpenAPI document', async () => {
    const schema = buildSchema(await readFile('schema.graphql', 'utf8'));
    const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) => Object.keys(type?.getFields() ?? {}));
    expect(operations.map(({ field }) => field).sort()).toEqual(fields.sort());

    const { paths } = JSON.parse(await readFile('openapi.json', 'utf8')) as { paths: Record<string, object> };
    const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((m) => `${m.toUpperCase()} ${path}`));
    expect(operations.map(({ route: [method, path] }) => `${method} /api/v1${path}`).sort()).toEqual(routes.sort());
  });
});
