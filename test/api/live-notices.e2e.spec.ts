import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CommandBus } from '@nestjs/cqrs';
import { IssueNotice } from '../../src/application/notices/notices.commands.js';
import { EndLegalRepresentation, LinkLegalRepresentative } from '../../src/application/access/access.commands.js';
import { EventStore } from '../../src/application/shared/event-store.js';
import { StoreUnavailable } from '../../src/application/shared/ports.js';
import type { NoticeWish } from '../../src/domain/notices/notice-vocabulary.js';
import { REACTOR, type Actor } from '../../src/domain/shared/actor.js';
import { instant } from '../../src/domain/shared/time.js';
import { LogNoticeFeed } from '../../src/infrastructure/api/notices/log-notice-feed.js';
import { LOCAL_ISSUER } from '../../src/infrastructure/identity/local-issuer.js';
import type { PersonaName } from '../../src/infrastructure/identity/personas.js';
import { doorsOf } from '../support/doors.js';
import { FIELD, LiveClient } from '../support/live-client.js';
import { eventually } from '../support/read-side.js';
import { openWorld, type Invited, type World } from '../support/world.js';

const support: Actor = { role: 'support', subject: { issuer: 'https://staff.test', sub: 'agent' }, assurance: 'high' };

describe('Live notices', () => {
  let world: World;
  let url: string;
  let mine: Invited;
  let doors: ReturnType<typeof doorsOf>;
  const clients: LiveClient[] = [];
  beforeAll(async () => {
    world = await openWorld();
    doors = doorsOf(world);
    await world.app.listen({ host: '127.0.0.1', port: 0 });
    url = `${(await world.app.getUrl()).replace('http', 'ws')}/graphql`;
  });
  beforeEach(async () => {
    mine = await world.invite();
    const terms = { conditions: '2026-01', privacy: '2026-01' };
    expect(await doors.rest('POST', '/activations', { as: 'alice', body: { ...mine.letter, terms } })).toMatchObject({ status: 200 });
  });
  afterEach(() => {
    for (const { socket } of clients.splice(0)) socket.terminate();
  });
  afterAll(() => world.close());

  const client = (protocol?: string, headers?: Readonly<Record<string, string>>) => {
    const one = new LiveClient(url, protocol, headers);
    clients.push(one);
    return one;
  };
  const connected = async (name: PersonaName = 'alice', headers?: Readonly<Record<string, string>>) => {
    const one = client(undefined, headers);
    await one.introduce(await world.token(name));
    await one.hears('connection_ack');
    return one;
  };
  /** How often somebody was let in to the notices of this space. */
  const passages = async () => (await looks()).length;
  const looks = async () =>
    (await world.log.journal.read(`passage-${mine.address.id}`)).facts.filter(
      ({ event }) => 'action' in event && event.action === 'ListNotices',
    );
  const following = async (name: PersonaName = 'alice', headers?: Readonly<Record<string, string>>) => {
    const before = await passages();
    const one = await connected(name, headers);
    await one.follow(mine.address.handle);
    await eventually(async () => expect(await passages()).toBe(before + 1));
    return one;
  };
  const issue = (more: Partial<NoticeWish> = {}) => {
    const on = instant('2026-11-20T08:00:00Z');
    const wish: NoticeWish = {
      notice: randomUUID(),
      kind: 'RIGHTS_CHANGED',
      on,
      hiddenFrom: [],
      about: { stream: 'access', rev: 1 },
      ...more,
    };
    return world.app.get(CommandBus).execute(new IssueNotice(mine.address.id, wish, { actor: REACTOR, messageId: randomUUID() }));
  };
  const rights = (represents: boolean) => {
    const subject = { issuer: LOCAL_ISSUER, sub: 'bruno' };
    const sender = { actor: support, messageId: randomUUID() };
    const bus = world.app.get(CommandBus);
    return represents
      ? bus.execute(new LinkLegalRepresentative(mine.address.id, { subject, until: instant('2040-01-01T00:00:00Z') }, sender))
      : bus.execute(new EndLegalRepresentation(mine.address.id, { subjects: [subject], reason: 'DECISION' }, sender));
  };

  it('reach the holder who follows his space, as they are issued', async () => {
    const alice = await following();
    await issue({ who: { kind: 'PROFESSIONAL', id: '810000000001', name: 'Dr Martin' } });
    await alice.hears('next');
    expect(alice.of('next')[0]).toMatchObject({
      id: 'one',
      payload: { data: { noticeIssued: { kind: 'RIGHTS_CHANGED', document: null, who: { name: 'Dr Martin' } } } },
    });
  });

  it('leave one line in the history for one subscription, however many notices come', async () => {
    const alice = await following();
    await issue();
    await issue();
    await alice.hears('next', 2);
    expect(await passages()).toBe(1);
  });

  it.each([
    ['a token that nobody signed', 'Bearer a.b.c', 4401, 'request/token-refused'],
    ['what is no token', 'alice', 4401, 'request/token-refused'],
    ['nothing at all', undefined, 4401, 'request/token-missing'],
  ])('are not for somebody who shows %s', async (_, authorization, code, reason) => {
    const stranger = client();
    await stranger.say({ type: 'connection_init', ...(authorization === undefined ? {} : { payload: { authorization } }) });
    expect(await stranger.closed).toEqual({ code, reason });
    expect(stranger.of('connection_ack')).toEqual([]);
  });

  it('of the space of somebody else are refused like a space that does not exist', async () => {
    const bruno = await connected('bruno');
    await bruno.follow(mine.address.handle, 'other');
    await bruno.follow(randomUUID(), 'none');
    await bruno.hears('error', 2);
    const said = bruno.of('error').map(({ payload }) => ({ ...payload[0].extensions, instance: undefined, message: payload[0].message }));
    expect(said[0]).toEqual(said[1]);
    expect(said[0]).toMatchObject({ problem: 'access/nothing-here', code: 'NOT_FOUND' });
    await issue();
    expect(bruno.of('next')).toEqual([]);
  });

  it('end for whoever lost the right: he gets nothing more', async () => {
    await rights(true);
    const bruno = await following('bruno');
    const alice = await following();
    await issue();
    await bruno.hears('next');
    await rights(false);
    await issue();
    await alice.hears('next', 2);
    await bruno.hears('error');
    expect(bruno.of('error')[0]?.payload[0].extensions.problem).toBe('access/nothing-here');
    await issue();
    await alice.hears('next', 3);
    expect(bruno.of('next')).toHaveLength(1);
  });

  it('that are hidden from representatives reach the holder alone', async () => {
    await rights(true);
    const bruno = await following('bruno');
    const alice = await following();
    await issue({ hiddenFrom: ['REPRESENTATIVES'] });
    await issue({ kind: 'ANNOUNCEMENT_REMINDER' });
    await alice.hears('next', 2);
    await bruno.hears('next', 1);
    expect(bruno.of('next')[0]?.payload.data.noticeIssued.kind).toBe('ANNOUNCEMENT_REMINDER');
  });

  it('are not for compliance without a reason', async () => {
    const officer = await connected('compliance');
    await officer.follow(mine.address.handle);
    await officer.hears('error');
    expect(officer.of('error')[0]?.payload[0].extensions).toMatchObject({ problem: 'audit/purpose-needed' });
    expect(await passages()).toBe(0);
  });

  it('reach compliance, who says why when connecting, also where they are hidden from representatives, as the list does', async () => {
    await rights(true);
    const officer = await following('compliance', { 'x-purpose': 'controle 2027-4' });
    expect((await looks())[0]?.meta).toMatchObject({ who: { role: 'compliance' }, purpose: 'controle 2027-4' });
    const bruno = await following('bruno');
    await issue({ hiddenFrom: ['REPRESENTATIVES'] });
    await issue({ kind: 'ANNOUNCEMENT_REMINDER' });
    await officer.hears('next', 2);
    await bruno.hears('next', 1);
    await world.caughtUp();
    const path = `/spaces/${mine.address.handle}/notices`;
    const listed = await doors.rest('GET', path, { as: 'compliance', headers: { 'x-purpose': 'controle 2027-4' } });
    const live = officer.of('next').map(({ payload }) => payload.data.noticeIssued.notice);
    expect(listed.body.notices.map(({ notice }: { notice: string }) => notice)).toEqual(live.reverse());
  });

  it('stop when the client says so, and its name may be used again', async () => {
    const alice = await following();
    await alice.say({ id: 'one', type: 'complete' });
    const before = await passages();
    await alice.follow(mine.address.handle, 'one');
    await eventually(async () => expect(await passages()).toBe(before + 1));
    await issue();
    await alice.hears('next');
  });

  it('are not followed twice under one name', async () => {
    const alice = await following();
    await alice.follow(mine.address.handle);
    expect(await alice.closed).toMatchObject({ code: 4409 });
  });

  it('come over at most five connections of one account', async () => {
    await Promise.all(Array.from({ length: 5 }, () => connected('bruno')));
    const sixth = client();
    await sixth.introduce(await world.token('bruno'));
    expect(await sixth.closed).toEqual({ code: 4429, reason: 'request/too-many-live' });
  });

  it.each(['graphql-ws', 'soap'])('do not speak the protocol %s', async (protocol) => {
    const status = new Promise((resolve) =>
      client(protocol).socket.once('unexpected-response', (_, { statusCode }) => resolve(statusCode)),
    );
    expect(await status).toBe(400);
  });

  it.each([
    ['with a field that does not exist', 'subscription { nothing }', 'request/graphql-invalid'],
    [
      'that asks too much',
      `subscription { noticeIssued(space: "x") { ${Array.from({ length: 20 }, (_, n) => `a${n}: fr`).join(' ')} } }`,
      'request/graphql-too-costly',
    ],
    ['for what is no handle', 'subscription { noticeIssued(space: "x") { fr } }', 'request/invalid'],
  ])('refuse a document %s', async (_, query, problem) => {
    const alice = await connected();
    await alice.follow(mine.address.handle, 'one', query);
    await alice.hears('error');
    expect(alice.of('error')[0]?.payload[0].extensions.problem).toBe(problem);
  });

  it('let go of their readers, who are told at once, while new ones cannot be opened', async () => {
    const alarms: string[] = [];
    const decoder = { decodeBatch: () => Promise.reject(new StoreUnavailable('the vault is away')) };
    const feed = new LogNoticeFeed(world.app.get(EventStore), decoder, (alarm) => alarms.push(alarm));
    await feed.onApplicationBootstrap();
    try {
      const dropped: string[] = [];
      const tap = feed.tap(mine.address.id, (why) => dropped.push(why));
      const other = feed.tap(randomUUID(), (why) => dropped.push(why));
      const waiting = tap.next();
      await issue();
      expect(await waiting).toBeNull();
      expect([dropped, alarms]).toEqual([['AWAY'], ['live notices could not be opened: StoreUnavailable']]);
      other.close();
    } finally {
      await feed.onModuleDestroy();
    }
  });

  it('are refused where they are asked for over HTTP', async () => {
    const said = await doors.graphql(FIELD, { space: mine.address.handle }, { as: 'alice' });
    expect(said).toMatchObject({ status: 200, body: { data: null } });
    expect(said.body.errors[0].extensions.problem).toBe('request/graphql-invalid');
  });

  it('are nowhere else: what asks for a WebSocket there is answered like any other request, and hung up on', async () => {
    const { hostname, port } = new URL(url);
    const answer = await new Promise<string>((resolve, reject) => {
      let heard = '';
      const socket = connect({ host: hostname, port: Number(port) }, () =>
        socket.write('GET /api/v1/me/spaces HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
      );
      socket
        .on('data', (data) => (heard += data.toString()))
        .once('end', () => resolve(heard))
        .once('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('answer no questions and take no orders over this connection', async () => {
    const alice = await connected();
    await alice.follow(mine.address.handle, 'one', 'query { mySpaces { space } }');
    await alice.hears('error');
    expect(alice.of('next')).toEqual([]);
  });

  it('hang up on a message that is too long, and on what is no message', async () => {
    const long = await connected();
    await long.say({ id: 'one', type: 'subscribe', payload: { query: ' '.repeat(200_000) } });
    expect(await long.closed).toMatchObject({ code: 1009 });
    const odd = await connected();
    await odd.say({ id: 'one', type: 'subscribe', payload: { query: { kind: 'Document', definitions: [] } } });
    await odd.hears('error');
  });
});
