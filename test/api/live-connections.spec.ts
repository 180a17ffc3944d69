import 'reflect-metadata';
import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { describe, expect, it, jest } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../src/domain/shared/actor.js';
import type { LiveSocket } from '../../src/infrastructure/api/graphql/live-connection.js';
import { LiveConnections } from '../../src/infrastructure/api/graphql/live-connections.js';
import type { TokenCheck } from '../../src/infrastructure/identity/token-check.js';

const PAYLOAD = { authorization: 'Bearer a.b.c' };
const ALICE: Actor = { role: 'person', subject: { issuer: 'i', sub: 'alice' }, assurance: 'high', authenticatedAt: 0 };

/** A WebSocket as far as it is used, open until it is closed. */
class FakeSocket extends EventEmitter implements LiveSocket {
  readyState = 1;
  readonly ping = jest.fn();
  terminate = (): void => this.close();
  close(): void {
    this.readyState = 3;
    this.emit('close');
  }
}

describe('Who is connected', () => {
  it('counts among the connections of his account no longer than he is, also when he goes while his token is looked at', async () => {
    let recognised = (_: Actor): void => undefined;
    const tokens = { actorOf: () => new Promise<Actor>((resolve) => (recognised = resolve)) };
    const connections = new LiveConnections(tokens as unknown as TokenCheck);
    const request = { raw: { socket: new Socket() }, headers: {} } as unknown as FastifyRequest;
    for (let n = 0; n < 6; n++) {
      const socket = new FakeSocket();
      const introduced = connections.introduce(socket, request, PAYLOAD);
      socket.close();
      recognised(ALICE);
      expect(await introduced).toBeNull();
    }
    const stays = new FakeSocket();
    const introduced = connections.introduce(stays, request, PAYLOAD);
    recognised(ALICE);
    expect(await introduced).not.toBeNull();
    stays.close();
  });
});
