import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { epochOf, instantOf } from '../../src/domain/shared/time.js';
import { doorsOf } from '../support/doors.js';
import { eventually } from '../support/read-side.js';
import { openWorld, type World } from '../support/world.js';

/** The sealed log has no past, nor has a receipt out of it, nor a file that was made once; FHIR asks by its own `date`. */
const TIMELESS =
  /^\/api\/v1\/(seal\/|fhir\/)|\/history\/\{line\}\/proof$|\/copies\/\{copy\}\/content$|\/exports\/\{export\}\/(package|files\/\{file\})$/;
const TIMELESS_FIELDS = ['historyReceipt'];

describe('Every question', () => {
  it('takes a past moment and its sense over GraphQL', async () => {
    const fields =
      buildSchema(await readFile('schema.graphql', 'utf8'))
        .getQueryType()
        ?.getFields() ?? {};
    const without = Object.values(fields).filter(
      ({ name: field, args }) =>
        !TIMELESS_FIELDS.includes(field) && !['asOf', 'knowledge'].every((name) => args.some((arg) => arg.name === name)),
    );
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  it('takes both over REST', async () => {
    type Operation = { readonly parameters?: readonly { readonly name: string }[] };
    const { paths } = JSON.parse(await readFile('openapi.json', 'utf8')) as { paths: Record<string, { get?: Operation }> };
    const asked = Object.entries(paths).flatMap(([path, { get }]) => (get === undefined || TIMELESS.test(path) ? [] : [{ path, get }]));
    const without = asked.filter(({ get }) => !['asOf', 'knowledge'].every((name) => get.parameters?.some((one) => one.name === name)));
    expect(asked.length).toBeGreaterThan(15);
    expect(without.map(({ path }) => path)).toEqual([]);
  });
});

describe('An opposition that was said before it was written down', () => {
  let world: World;
  let doors: ReturnType<typeof doorsOf>;
  beforeAll(async () => {
    world = await openWorld();
    doors = doorsOf(world);
  });
  afterAll(() => world.close());

  it('is not what was known then, and is what was true then, over both doors and in the line of who asked', async () => {
    const { address } = await world.invite(3_600_000);
    const said = instantOf(epochOf(world.clock.now()) - 1_800_000);
    const body = { checked: ['INS', 'BIRTH_DATE', 'ADDRESS'], on: said, supervisor: 'agent-9' };
    const written = await doors.rest('PUT', `/support/spaces/${address.handle}/opposition`, { as: 'agent-3422', body });
    expect(written).toMatchObject({ status: 200 });
    // Declared and invited were written a moment ago, and true an hour ago: what was known half an hour ago is nothing at all.
    const url = `/spaces/${address.handle}?asOf=${said}`;
    const asked = async (query: string) => (await doors.rest('GET', `${url}${query}`, { as: 'agent-3422' })).body;
    expect(await asked('')).toMatchObject({ code: 'access/nothing-here' });
    expect(await asked('&knowledge=KNOWN')).toMatchObject({ code: 'access/nothing-here' });
    expect(await asked('&knowledge=TRUE')).toMatchObject({ status: 'OPPOSED', statusSince: said });
    expect(await asked('&knowledge=SOMEHOW')).toMatchObject({ code: 'request/header-invalid' });
    const document = `query ($space: ID!, $asOf: String, $knowledge: String) { space(space: $space, asOf: $asOf, knowledge: $knowledge) { view { status } } }`;
    const before = instantOf(epochOf(said) - 1);
    const over = await doors.graphql(document, { space: address.handle, asOf: before, knowledge: 'TRUE' }, { as: 'agent-3422' });
    expect(over.body).toMatchObject({ data: { space: { view: { status: 'INVITED' } } } });
    const officer = { as: 'compliance', headers: { 'x-purpose': 'essai' } } as const;
    await eventually(async () => {
      const now = await doors.rest('GET', `/spaces/${address.handle}/history?lane=ACCESS`, officer);
      expect(now.body.lines.some(({ en }: { en: string }) => en.includes('by what is known today'))).toBe(true);
    });
  });
});
