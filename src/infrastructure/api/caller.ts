import { randomUUID } from 'node:crypto';
import { createParamDecorator, Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../application/shared/caller.js';
import { Clock } from '../../application/shared/ports.js';
import { Refused } from '../../application/shared/refused.js';
import type { AccessMode } from '../../domain/access/access-vocabulary.js';
import type { Actor } from '../../domain/shared/actor.js';
import { reject } from '../../domain/shared/rejection.js';
import type { Knowledge } from '../../domain/shared/knowledge.js';
import { instant, type Instant } from '../../domain/shared/time.js';
import { TokenCheck } from '../identity/token-check.js';
import { DoorRefusal } from './problem.js';

const TOKENLESS = 'without a token';
/** Marks what somebody may do who has a letter and no account; everything else wants a token. */
export const ForLetterHolders = () => SetMetadata(TOKENLESS, true);
/** Marks what tells nothing about anybody: health and figures. */
export const ForEverybody = () => SetMetadata(TOKENLESS, true);
/** Marks where a token is asked for: whoever comes has none yet, and proves himself in the request. */
export const ForClients = () => SetMetadata(TOKENLESS, true);

/** What is known of a request once somebody stands at the door: the same for every field of one GraphQL document. */
interface Arrival {
  readonly actor: Actor;
  readonly receivedAt: Instant;
}
const arrivals = new WeakMap<FastifyRequest, Arrival>();
const BEARER: Actor = { role: 'bearer' };

const isGraphql = (context: ExecutionContext): boolean => context.getType<string>() === 'graphql';
const requestOf = (context: ExecutionContext): FastifyRequest =>
  isGraphql(context) ? context.getArgByIndex<{ req: FastifyRequest }>(2).req : context.switchToHttp().getRequest<FastifyRequest>();

/** The token in a value of `Authorization` (RFC 6750 §2.1). Throws Refused when it holds none. */
export function bearerOf(authorization: string): string {
  const token = /^Bearer ([\w-]+\.[\w-]*\.[\w-]*)$/i.exec(authorization)?.[1];
  if (token === undefined) throw new Refused(reject('unauthenticated', 'request/token-refused'));
  return token;
}

/** Says who is asking, for both doors. What he may do is the gate's business. */
@Injectable()
export class Identification implements CanActivate {
  constructor(
    private readonly tokens: TokenCheck,
    private readonly clock: Clock,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const arrival = await this.met(requestOf(context));
    const tokenless = this.reflector.getAllAndOverride<boolean | undefined>(TOKENLESS, [context.getHandler(), context.getClass()]);
    if (arrival.actor.role === 'bearer' && tokenless !== true) throw new Refused(reject('unauthenticated', 'request/token-missing'));
    return true;
  }

  /** Who is asking, found out once for each request. Throws Refused `request/token-refused`. */
  async met(request: FastifyRequest): Promise<Arrival> {
    const arrival = arrivals.get(request) ?? (await this.arrivalOf(request));
    arrivals.set(request, arrival);
    return arrival;
  }

  private async arrivalOf({ headers }: FastifyRequest): Promise<Arrival> {
    const { authorization } = headers;
    const receivedAt = this.clock.now();
    if (authorization === undefined) return { actor: BEARER, receivedAt };
    return { actor: await this.tokens.actorOf(bearerOf(authorization), workplaceIn(headers)), receivedAt };
  }
}

const malformed = (pointer: string): DoorRefusal =>
  new DoorRefusal({ kind: 'invalid', code: 'request/header-invalid', errors: [{ pointer, code: 'input/wrong-form' }] });

/** Where a professional works as he asks: the FINESS number of the place, or `none` for his practice without one. */
function workplaceIn({ 'x-facility': facility }: FastifyRequest['headers']): string | undefined {
  if (facility === undefined || (typeof facility === 'string' && /^(\d{9}|none)$/.test(facility))) return facility;
  throw malformed('/x-facility');
}

/** Longest accepted form of what a caller may say about his request, and where: header, and argument or query parameter. */
const sayings = {
  messageId: { header: 'idempotency-key', parameter: 'idempotencyKey', form: /^[\x21-\x7e]{1,128}$/ },
  ifMatch: { header: 'if-match', parameter: 'ifMatch', form: /^(\*|"[\x21\x23-\x7e]{1,128}")$/ },
  purpose: { header: 'x-purpose', parameter: 'purpose', form: /^[\x20-\x7e\xa0-\xff]{1,200}$/ },
  asOf: { header: null, parameter: 'asOf', form: /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/ },
  knowledge: { header: null, parameter: 'knowledge', form: /^(KNOWN|TRUE)$/ },
  after: { header: null, parameter: 'after', form: /^[\w.=-]{1,256}$/ },
  // How one comes holds for the whole request, whatever fields it asks for: a header over both doors.
  mode: { header: 'x-access-mode', parameter: null, form: /^(normal|bris_de_glace|centre_15)$/ },
  secret: { header: 'x-secret-connection', parameter: null, form: /^(true|false)$/ },
} as const;
type Saying = keyof typeof sayings;

/** The caller as the application knows him, from the request and, over GraphQL, from the arguments of the field. */
export function callerOf(context: ExecutionContext): Caller {
  const request = requestOf(context);
  const arrival = arrivals.get(request);
  if (arrival === undefined) throw new Error('a handler was reached without identification');
  const parameters = (isGraphql(context) ? context.getArgByIndex<object>(1) : request.query) as Readonly<Record<string, unknown>>;
  const said = (name: Saying): string | undefined => {
    const { header, parameter, form } = sayings[name];
    const value = (parameter === null ? undefined : parameters[parameter]) ?? (header === null ? undefined : request.headers[header]);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string' || !form.test(value)) throw malformed(`/${parameter ?? header}`);
    return value;
  };
  return {
    ...arrival,
    messageId: said('messageId') ?? randomUUID(),
    ifMatch: said('ifMatch'),
    asOf: momentOf(said('asOf')),
    knowledge: said('knowledge') as Knowledge | undefined,
    after: said('after'),
    purpose: said('purpose'),
    mode: said('mode') as AccessMode | undefined,
    secret: said('secret') === 'true' ? true : undefined,
  };
}

function momentOf(said: string | undefined): Instant | undefined {
  try {
    return said === undefined ? undefined : instant(said);
  } catch (error) {
    throw error instanceof RangeError ? malformed('/asOf') : error;
  }
}

/** The caller as a parameter of a controller or resolver method. */
export const FromCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => callerOf(context));
