import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { doorsOf, refusedOverGraphql } from '../support/doors.js';
import { refusingAppends } from '../support/lying-log.js';
import { openWorld, SEVEN_WEEKS, type Invited, type World } from '../support/world.js';

const TERMS = { conditions: '2026-01', privacy: '2026-01' };

describe('The doors', () => {
  let world: World;
  let doors: ReturnType<typeof doorsOf>;
  beforeAll(async () => {
    world = await openWorld();
    doors = doorsOf(world);
  });
  afterAll(() => world.close());

  const activated = async (): Promise<Invited & { readonly position: string; readonly url: string }> => {
    const invited = await world.invite();
    const { body } = await doors.rest('POST', '/activations', { as: 'alice', body: { ...invited.letter, terms: TERMS } });
    return { ...invited, position: body.position, url: `/spaces/${invited.address.handle}` };
  };
  const events = async (category: string, { address }: Invited): Promise<number> =>
    (await world.log.store.read(`${category}-${address.id}`)).length;

  it('tell an operator nothing about which codes and numbers exist', async () => {
    const { letter, ins } = await world.invite();
    const card = { vitaleSerial: letter.vitaleSerial, birthDate: letter.birthDate, channel: 'POST' };
    const asked = [
      await doors.rest('POST', '/oppositions', { as: 'operator', body: letter }),
      await doors.rest('POST', '/oppositions', { as: 'operator', body: { ...letter, code: 'ZZZZZZZZZZ' } }),
      await doors.rest('POST', '/provisional-codes', { as: 'operator', body: { ...card, ins } }),
      await doors.rest('POST', '/provisional-codes', { as: 'operator', body: { ...card, ins: '110054499991163' } }),
    ];
    expect(asked.map(({ status, body }) => [status, body.code])).toEqual(asked.map(() => [403, 'access/not-allowed']));
  });

  it('let somebody with an account oppose by letter as anybody else', async () => {
    const { letter } = await world.invite();
    expect(await doors.rest('POST', '/oppositions', { as: 'bruno', body: letter })).toMatchObject({ status: 200 });
  });

  describe('given an Idempotency-Key', () => {
    it('answer a repetition as the first time, and write nothing twice', async () => {
      const invited = await world.invite();
      const oppose = () => doors.rest('POST', '/oppositions', { headers: { 'idempotency-key': key }, body: invited.letter });
      const key = randomUUID();
      const first = await oppose();
      const written = await events('space', invited);
      expect(await oppose()).toMatchObject({ status: 200 });
      expect(first.status).toBe(200);
      expect(await events('space', invited)).toBe(written);
    });

    it('repeat a refusal that was remembered, without counting it again', async () => {
      const invited = await world.invite();
      const wrong = { ...invited.letter, birthDate: '1999-01-01' };
      const headers = { 'idempotency-key': randomUUID() };
      const said = [
        await doors.rest('POST', '/oppositions', { headers, body: wrong }),
        await doors.rest('POST', '/oppositions', { headers, body: wrong }),
      ];
      expect(said.map(({ body }) => body.code)).toEqual(['enrolment/not-recognised', 'enrolment/not-recognised']);
      expect(await events('space', invited)).toBe(4);
    });

    it('refuse the key for another content', async () => {
      const { letter } = await world.invite();
      const headers = { 'idempotency-key': randomUUID() };
      await doors.rest('POST', '/oppositions', { headers, body: letter });
      const other = await doors.rest('POST', '/oppositions', { headers, body: { ...letter, birthDate: '1999-01-01' } });
      expect(other).toMatchObject({ status: 422, body: { code: 'request/key-used-for-something-else' } });
    });

    it('leave a line with an id of its own for each question, also when all bear the same key', async () => {
      const subject = await activated();
      const headers = { 'idempotency-key': randomUUID() };
      const document = 'query ($space: ID!) { a: space(space: $space) { etag } b: space(space: $space) { etag } }';
      await doors.graphql(document, { space: subject.address.handle }, { as: 'alice', headers });
      await doors.rest('GET', subject.url, { as: 'alice', headers });
      const lines = await world.log.store.read(`passage-${subject.address.id}`);
      const ids = lines.map(({ header }) => (JSON.parse(Buffer.from(header).toString()) as { id: string }).id);
      expect(ids).toHaveLength(3);
      expect(new Set(ids).size).toBe(3);
    });

    it.each(['', ' ', 'a b', 'é', 'x'.repeat(129)])('refuse "%s" as a key', async (key) => {
      const { letter } = await world.invite();
      const said = await doors.rest('POST', '/oppositions', { headers: { 'idempotency-key': key }, body: letter });
      expect(said).toMatchObject({ status: 400, body: { code: 'request/header-invalid' } });
    });
  });

  describe('given what the caller saw', () => {
    it('answer 304 to whoever has this state already, once the passage is written', async () => {
      const subject = await activated();
      const seen = await doors.rest('GET', `${subject.url}?after=${subject.position}`, { as: 'alice' });
      const etag = String(seen.headers['etag']);
      const before = await events('passage', subject);
      const again = await doors.rest('GET', subject.url, { as: 'alice', headers: { 'if-none-match': `"other", W/${etag}` } });
      expect(again).toMatchObject({ status: 304, body: '', headers: { etag } });
      expect(await events('passage', subject)).toBe(before + 1);
    });

    it('close a space only if it is still what he saw, over both doors', async () => {
      const { url, position, address } = await activated();
      const etag = String((await doors.rest('GET', `${url}?after=${position}`, { as: 'alice' })).headers['etag']);
      const stale = await doors.rest('PUT', `${url}/closure`, { as: 'alice', body: {}, headers: { 'if-match': '"another"' } });
      expect(stale).toMatchObject({ status: 412, body: { code: 'request/changed-meanwhile' } });
      const document = 'mutation ($space: ID!, $ifMatch: String) { closeSpace(space: $space, ifMatch: $ifMatch) { position } }';
      const variables = { space: address.handle, ifMatch: '"another"' };
      expect(refusedOverGraphql(await doors.graphql(document, variables, { as: 'alice' }))).toBe('request/changed-meanwhile');
      expect(await doors.rest('PUT', `${url}/closure`, { as: 'alice', body: {}, headers: { 'if-match': etag } })).toMatchObject({
        status: 200,
      });
    });

    it('answer a closure that is repeated with its key as the first time, though the space has changed by it', async () => {
      const { url, position } = await activated();
      const etag = String((await doors.rest('GET', `${url}?after=${position}`, { as: 'alice' })).headers['etag']);
      const headers = { 'if-match': etag, 'idempotency-key': randomUUID() };
      const close = () => doors.rest('PUT', `${url}/closure`, { as: 'alice', body: {}, headers });
      const { status, body } = await close();
      expect(status).toBe(200);
      await doors.rest('GET', `${url}?after=${body.position}`, { as: 'alice' });
      expect(await close()).toMatchObject({ status: 200 });
    });

    it('show the same tag over GraphQL, and take it there', async () => {
      const { url, position, address } = await activated();
      const etag = String((await doors.rest('GET', `${url}?after=${position}`, { as: 'alice' })).headers['etag']);
      const asked = await doors.graphql(
        'query ($space: ID!) { space(space: $space) { etag } }',
        { space: address.handle },
        { as: 'alice' },
      );
      expect(asked.body.data.space.etag).toBe(etag);
    });

    it('refuse a receipt that is not ours', async () => {
      const { url } = await activated();
      expect(await doors.rest('GET', `${url}?after=abc`, { as: 'alice' })).toMatchObject({
        status: 400,
        body: { code: 'query/receipt-unknown' },
      });
    });
  });

  it('show an account its spaces, with a line in the history of each', async () => {
    const { address, position } = await activated();
    const before = await events('passage', { address } as Invited);
    const { body } = await doors.rest('GET', `/me/spaces?after=${position}`, { as: 'alice' });
    expect(body.map(({ space }: { space: string }) => space)).toContain(address.handle);
    expect(await events('passage', { address } as Invited)).toBe(before + 1);
  });

  it('show nothing while the log cannot be written, and answer again when it can', async () => {
    const { url: its, address, position } = await activated();
    const url = `${its}?after=${position}`;
    const writable = await refusingAppends(world);
    const silent = await doors.rest('GET', url, { as: 'alice' });
    await writable();
    expect(silent).toMatchObject({ status: 503, body: { code: 'request/store-unavailable' } });
    expect(JSON.stringify(silent)).not.toContain(address.handle);
    expect(await doors.rest('GET', url, { as: 'alice' })).toMatchObject({ status: 200 });
  });

  describe('asked about the past', () => {
    it('tell what was known then, over both doors', async () => {
      const invited = await world.invite();
      const then = world.clock.now();
      const { body } = await doors.rest('POST', '/activations', { as: 'alice', body: { ...invited.letter, terms: TERMS } });
      const url = `/spaces/${invited.address.handle}`;
      expect(await doors.rest('GET', `${url}?after=${body.position}`, { as: 'alice' })).toMatchObject({ body: { status: 'ACTIVE' } });
      expect(await doors.rest('GET', `${url}?asOf=${then}`, { as: 'alice' })).toMatchObject({ status: 200, body: { status: 'INVITED' } });
      const document = 'query ($space: ID!, $asOf: String) { space(space: $space, asOf: $asOf) { view { status } } }';
      const past = await doors.graphql(document, { space: invited.address.handle, asOf: then }, { as: 'alice' });
      expect(past.body).toMatchObject({ data: { space: { view: { status: 'INVITED' } } } });
    });

    it('show an account its spaces as they were, those that were not there left out, with a line in the history of each', async () => {
      const { address, position } = await activated();
      const before = await events('passage', { address } as Invited);
      const shown = async (asOf: string) => (await doors.rest('GET', `/me/spaces?after=${position}&asOf=${asOf}`, { as: 'alice' })).body;
      expect(await shown('2026-01-01T00:00:00Z')).toEqual([]);
      expect((await shown(world.clock.now())).map(({ space }: { space: string }) => space)).toContain(address.handle);
      expect(await events('passage', { address } as Invited)).toBe(before + 2);
    });

    it.each([
      ['alice', '/me/spaces'],
      ['operator', '/campaigns/no-such-one'],
      ['operator', '/deadlines?from=2026-01-01&to=2026-12-31'],
    ] as const)('refuse %s a moment that has not come, at %s too', async (as, path) => {
      const said = await doors.rest('GET', `${path}${path.includes('?') ? '&' : '?'}asOf=9999-12-31T23:59:59-14:00`, { as });
      expect(said).toMatchObject({ status: 400, body: { code: 'query/as-of-in-the-future' } });
    });

    it.each(['yesterday', '2026-02-30T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00'])('refuse "%s" as a moment', async (asOf) => {
      const { url } = await activated();
      expect(await doors.rest('GET', `${url}?asOf=${asOf}`, { as: 'alice' })).toMatchObject({
        status: 400,
        body: { code: 'request/header-invalid' },
      });
    });
  });

  it('are kept by nobody on the way, unless they say otherwise themselves', async () => {
    const { url } = await activated();
    const kept = async (path: string, as: 'alice' | 'operator' = 'alice') =>
      (await doors.rest('GET', path, { as })).headers['cache-control'];
    for (const part of ['documents', 'history', 'rights', 'notices', 'nothing'])
      expect([part, await kept(`${url}/${part}`)]).toEqual([part, 'no-store']);
    expect(await kept(`${url}/history`, 'operator')).toBe('no-store');
    expect((await doors.graphql('{ mySpaces { space } }', {}, { as: 'alice' })).headers['cache-control']).toBe('no-store');
    expect(await kept(url)).toBe('private, no-cache');
  });

  it('let a space open by itself after six weeks, and its holder close it by phone', async () => {
    const silent = await world.invite(SEVEN_WEEKS);
    const { position } = await world.openAutomatically(silent);
    const found = await doors.raw('POST', `/api/v1/support/space-searches?after=${position}`, {
      as: 'agent-3422',
      body: { ins: silent.ins },
    });
    expect(found.body).toMatchObject({ space: silent.address.handle, status: 'OPENED' });
    const checked = ['INS', 'BIRTH_DATE', 'VITALE_SERIAL'];
    const closing = await doors.rest('PUT', `/spaces/${silent.address.handle}/closure`, { as: 'agent-3422', body: { checked } });
    expect(closing.status).toBe(200);
  });

  it('show the history page by page, latest first, and who looked', async () => {
    const { url, position } = await activated();
    const first = await doors.rest('GET', `${url}/history?first=2&lane=LIFE&after=${position}`, { as: 'alice' });
    expect(first.body.lines).toHaveLength(2);
    const second = await doors.rest('GET', `${url}/history?first=2&lane=LIFE&cursor=${encodeURIComponent(first.body.next)}`, {
      as: 'alice',
    });
    expect(second.body.lines[0].id).not.toBe(first.body.lines[1].id);
  });
});
