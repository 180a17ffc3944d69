import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Refused } from '../../../application/shared/refused.js';
import { nameOf } from '../../../domain/shared/actor.js';
import { reject } from '../../../domain/shared/rejection.js';
import { bearerOf } from '../caller.js';
import { answerTo, type AnswerKind } from '../problem.js';
import { TokenCheck } from '../../identity/token-check.js';
import { CLOSE, LiveConnection, type LiveSocket } from './live-connection.js';

/** How many connections one account may hold in this process. */
const MOST_PER_ACCOUNT = 5;
/** How long somebody may be connected without saying who he is. */
const INTRODUCTION_MS = 10_000;
/** State of a WebSocket over which something can be said. */
const OPEN = 1;
export const SUBPROTOCOL = 'graphql-transport-ws';

/** A token that does not hold, and one that says too little of whoever shows it; everything else may be tried again. */
const CLOSES: Partial<Readonly<Record<AnswerKind, number>>> = {
  unauthenticated: CLOSE.unauthenticated,
  forbidden: CLOSE.forbidden,
  invalid: CLOSE.forbidden,
};

const tokenMissing = reject('unauthenticated', 'request/token-missing');

/** Who is connected to this process for what comes live. */
@Injectable()
export class LiveConnections {
  private readonly strangers = new WeakMap<Socket, NodeJS.Timeout>();
  private readonly met = new WeakSet<LiveSocket>();
  private readonly held = new Map<string, number>();

  constructor(private readonly tokens: TokenCheck) {}

  /** A connection is being made: the one protocol we speak, and not much time to say who it is. False refuses it. */
  knock({ socket, headers }: IncomingMessage): boolean {
    if (headers['sec-websocket-protocol'] !== SUBPROTOCOL) return false;
    const patience = setTimeout(() => socket.destroy(), INTRODUCTION_MS);
    patience.unref();
    socket.once('close', () => clearTimeout(patience));
    this.strangers.set(socket, patience);
    return true;
  }

  /** Somebody says who he is; null when he is not let in, and the connection is being closed with the reason. */
  async introduce(socket: LiveSocket, request: FastifyRequest, payload: unknown): Promise<LiveConnection | null> {
    if (this.met.has(socket)) return refused(socket, CLOSE.tooMany, 'request/too-many-live');
    this.met.add(socket);
    clearTimeout(this.strangers.get(request.raw.socket));
    try {
      return await this.admit(socket, request, authorizationIn(payload));
    } catch (error) {
      const { kind, code } = answerTo(error);
      return refused(socket, CLOSES[kind] ?? CLOSE.later, code);
    }
  }

  private async admit(socket: LiveSocket, request: FastifyRequest, authorization: string): Promise<LiveConnection | null> {
    const recognise = (said: string) => this.tokens.actorOf(bearerOf(said));
    const account = nameOf(await recognise(authorization));
    // Who went meanwhile is not waited for: of a socket that is closed nobody hears any more that it was.
    if (socket.readyState !== OPEN) return null;
    const others = this.held.get(account) ?? 0;
    if (others >= MOST_PER_ACCOUNT) return refused(socket, CLOSE.tooMany, 'request/too-many-live');
    this.held.set(account, others + 1);
    socket.on('close', () => this.leave(account));
    return new LiveConnection(socket, request, authorization, recognise);
  }

  private leave(account: string): void {
    const left = (this.held.get(account) ?? 1) - 1;
    if (left > 0) this.held.set(account, left);
    else this.held.delete(account);
  }
}

const refused = (socket: LiveSocket, code: number, reason: string): null => {
  socket.close(code, reason);
  return null;
};

function authorizationIn(payload: unknown): string {
  const said =
    typeof payload === 'object' && payload !== null ? (payload as Readonly<Record<string, unknown>>)['authorization'] : undefined;
  if (typeof said !== 'string') throw new Refused(tokenMissing);
  return said;
}
