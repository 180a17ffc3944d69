import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { conformanceOf } from '../support/conformance.js';
import { doorsOf, type Said } from '../support/doors.js';
import { eventually } from '../support/read-side.js';
import { openWorld, type Invited, type World } from '../support/world.js';

const TERMS = { conditions: '2026-01', privacy: '2026-01' };
const ASKED = { as: 'compliance', headers: { 'x-purpose': 'complaint 2026-17' } } as const;
const FORM = { ...ASKED.headers, 'content-type': 'application/x-www-form-urlencoded' };

describe('The trail of a space as FHIR AuditEvent', () => {
  let world: World;
  let doors: ReturnType<typeof doorsOf>;
  let invited: Invited;
  let space: string;

  beforeAll(async () => {
    world = await openWorld();
    doors = doorsOf(world);
    invited = await world.invite();
    space = invited.address.handle;
    const activated = await doors.rest('POST', '/activations', { as: 'alice', body: { ...invited.letter, terms: TERMS } });
    expect(activated.status).toBe(200);
    await doors.rest('GET', `/spaces/${space}?after=${activated.body.position}`, { as: 'alice' });
  });
  afterAll(() => world.close());

  const search = (query: string, asked: Parameters<typeof doors.rest>[2] = ASKED): Promise<Said> =>
    doors.rest('GET', `/fhir/AuditEvent?patient=${space}${query}`, asked);
  const form = (body: string, query = ''): Promise<Said> =>
    doors.rest('POST', `/fhir/AuditEvent/_search${query}`, { ...ASKED, headers: FORM, body });
  const resourcesIn = ({ body }: Said): readonly { meta: { tag: [{ code: string }] }; id: string }[] =>
    (body.entry ?? []).map(({ resource }: { resource: object }) => resource);
  const kindsIn = (said: Said): string[] => resourcesIn(said).map(({ meta }) => meta.tag[0].code);
  const nextOf = ({ body }: Said): string | undefined =>
    body.link.find(({ relation }: { relation: string }) => relation === 'next')?.url.replace('/api/v1', '');

  it('is a bundle of valid audit events, latest first, in which the space is called by its handle', async () => {
    const said = await search('');
    expect(said.status).toBe(200);
    expect(said.headers['content-type']).toBe('application/fhir+json; charset=utf-8');
    expect(said.body).toMatchObject({ resourceType: 'Bundle', type: 'searchset' });
    expect(kindsIn(said)).toEqual(expect.arrayContaining(['SpaceActivated', 'PersonDeclaredEligible']));
    expect(kindsIn(said).indexOf('SpaceActivated')).toBeLessThan(kindsIn(said).indexOf('PersonDeclaredEligible'));
    expect(conformanceOf(resourcesIn(said)).findings).toEqual([]);
    const text = JSON.stringify(said.body);
    expect(text).toContain(space);
    expect(text).not.toContain(invited.address.id);
    expect(text).not.toContain(invited.ins);
  });

  it('each look is a line of the trail itself, with what it was for kept apart from it', async () => {
    const before = await search('&_count=100');
    await search('');
    let after = before;
    await eventually(async () => {
      after = await search('&_count=100');
      expect(resourcesIn(after).length).toBeGreaterThan(resourcesIn(before).length + 1);
    });
    const trail = resourcesIn(after).find(({ meta }) => meta.tag[0].code === 'AccessGranted');
    expect(trail).toMatchObject({ type: { code: '110101' }, purposeOfEvent: [{ coding: [{ code: 'HLEGAL' }] }] });
    expect(JSON.stringify(after.body)).not.toContain('complaint');
  });

  it('comes page by page by the link to the next, without a gap or a line twice', async () => {
    const until = encodeURIComponent(new Date().toISOString());
    const pagedBy = async (count: number): Promise<readonly string[]> => {
      const paged: string[] = [];
      for (let page = await search(`&_count=${count}&date=lt${until}`); ;) {
        paged.push(...resourcesIn(page).map(({ id }) => id));
        const next = nextOf(page);
        if (next === undefined) return paged;
        page = await doors.rest('GET', next, ASKED);
      }
    };
    // Looks of the tests before are older than that moment, and may come into the history between two answers.
    await eventually(async () => {
      const whole = await pagedBy(100);
      expect(await pagedBy(2)).toEqual(whole);
      expect(whole.length).toBeGreaterThan(2);
    }, 10_000);
  });

  it('is narrowed by days of Paris and moments', async () => {
    expect(kindsIn(await search('&date=ge2999-01-01'))).toEqual([]);
    expect((await search('&date=ge2999-01-01')).body).not.toHaveProperty('entry');
    expect(kindsIn(await search('&date=ge2020-01-01&date=lt2999-01-01T00:00:00Z'))).toContain('SpaceActivated');
  });

  it('names a professional in a form alone', async () => {
    const agent = encodeURIComponent('urn:oid:1.2.250.1.71.4.2.1|899700000011');
    expect(await search(`&agent=${agent}`)).toMatchObject({ status: 400 });
    const said = await form(`patient=${space}&agent=${agent}`);
    expect(said.status).toBe(200);
    expect(kindsIn(said)).toEqual([]);
    expect(kindsIn(await form(`patient=${space}&date=ge2020-01-01&date=lt2999-01-01`))).toContain('SpaceActivated');
  });

  it('pages of a form come by the same form and the cursor of the link', async () => {
    const first = await form(`patient=${space}&_count=1`);
    const second = await doors.rest('POST', nextOf(first) ?? '', { ...ASKED, headers: FORM, body: `patient=${space}&_count=1` });
    expect(second.status).toBe(200);
    expect(resourcesIn(second)[0]?.id).not.toBe(resourcesIn(first)[0]?.id);
  });

  it('wants to know why', async () => {
    expect(await search('', { as: 'compliance' })).toMatchObject({ status: 400, body: { code: 'audit/purpose-needed' } });
  });

  it.each(['alice', 'operator', 'agent-3422'] as const)('is not for %s', async (as) => {
    expect(await search('', { ...ASKED, as })).toMatchObject({ status: 403, body: { code: 'access/not-allowed' } });
  });

  it('of nobody is nothing', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(await doors.rest('GET', `/fhir/AuditEvent?patient=${nobody}`, ASKED)).toMatchObject({ status: 404 });
  });

  it.each([
    '&date=2026-11-01',
    '&date=gexx',
    '&date=ge2026-02-31',
    '&_count=0',
    '&_count=101',
    '&cursor=strange',
    '&name=x',
    '&asOf=2026-01-01T00:00:00Z',
  ])('does not understand %s', async (query) => {
    expect(await search(query)).toMatchObject({ status: 400 });
  });
});
