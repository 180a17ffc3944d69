import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { MercuriusDriverConfig } from '@nestjs/mercurius';
import { GraphQLError, parse, specifiedRules, validate, type DocumentNode, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { Log } from '../../log.js';
import { formattedErrors } from './error-formatter.js';
import { extraRules, graphqlLimits } from './limits.js';
import type { LiveConnection, LiveSocket } from './live-connection.js';
import type { LiveConnections } from './live-connections.js';

/** What resolvers of subscriptions find in their context. */
export interface LiveContext {
  readonly live: LiveConnection;
  /** Name the client gave to this subscription. */
  readonly id: string | number;
  req: FastifyRequest;
}
/** Longest message of a client, bytes: one document with its variables. */
const LONGEST_MESSAGE = 100_000;

/** Our refusal in place of whatever was thrown, as the other errors of this door are (graphql/error-formatter.ts). */
export function liveRefusal(log: Log, error: unknown, request: FastifyRequest | undefined): GraphQLError {
  const originalError = error instanceof Error ? error : new Error('not an error');
  const thrown = error instanceof GraphQLError ? error : new GraphQLError('refused', { originalError });
  const [said] = formattedErrors(log)({ errors: [thrown] }, request);
  return new GraphQLError(said?.message ?? '', { extensions: said?.extensions ?? null });
}

/** The connection as Mercurius has it when somebody introduces himself; it calls `onConnect` as its own method. */
interface Introduced {
  readonly socket: LiveSocket;
  readonly context: { readonly request: FastifyRequest };
}

const subscriptionBy = (connections: () => LiveConnections): Exclude<MercuriusDriverConfig['subscription'], boolean | undefined> => ({
  fullWsTransport: false,
  verifyClient(
    this: { maxPayload?: number },
    { req }: { readonly req: IncomingMessage },
    next: (admitted: boolean, status?: number) => void,
  ) {
    // `this`: the options of the WebSocket server, which Mercurius fills with a megabyte.
    this.maxPayload = LONGEST_MESSAGE;
    next(connections().knock(req), 400);
  },
  async onConnect(this: Introduced | void, message: { payload: unknown }) {
    const { socket, context } = this as Introduced;
    const { payload } = message;
    // Mercurius would lay what it finds here over the headers of the request.
    message.payload = undefined;
    const live = await connections().introduce(socket, context.request, payload);
    return live === null ? false : { live };
  },
});

/** What Mercurius checks of documents over HTTP and not of those that come over a WebSocket. */
class Checks {
  private readonly read = new WeakSet<object>();

  constructor(
    private readonly log: Log,
    private readonly introspection: boolean,
  ) {}

  readonly parsing = (_: GraphQLSchema, source: string, context: unknown, id: string | number): void => {
    const { live } = context as LiveContext;
    if (!live.mayStart(String(id))) throw liveRefusal(this.log, new GraphQLError('too many'), undefined);
    this.orStop(context as LiveContext, id, () => parse(source, { maxTokens: graphqlLimits.tokens }));
    this.read.add(context as object);
  };

  /** Also turned away: a document that did not come as text, and so was not read above. */
  readonly execution = (schema: GraphQLSchema, document: DocumentNode, context: unknown, id: string | number): void => {
    const asked = context as LiveContext;
    this.orStop(asked, id, () => {
      if (!this.read.has(asked)) throw new GraphQLError('not a text');
      const [error] = validate(schema, document, [...specifiedRules, ...extraRules(this.introspection)]);
      if (error) throw error;
    });
    asked.req = asked.live.nextRequest();
  };

  readonly end = (context: unknown, id: string | number): void => (context as LiveContext).live.stop(String(id));

  private orStop({ live, req }: LiveContext, id: string | number, work: () => unknown): void {
    try {
      work();
    } catch (error) {
      live.stop(String(id));
      throw liveRefusal(this.log, error, req);
    }
  }
}

type Subscribe = GraphQLFieldResolver<unknown, LiveContext>;
/** A subscription that is refused says so like every other answer, and its name is free again. */
const refusing =
  (log: Log, subscribe: Subscribe): Subscribe =>
  async (source, args, context, info): Promise<unknown> => {
    try {
      return await subscribe(source, args, context, info);
    } catch (error) {
      context.live.stop(String(context.id));
      throw liveRefusal(log, error, context.req);
    }
  };

function withRefusals(log: Log, schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {}))
    if (field.subscribe) field.subscribe = refusing(log, field.subscribe as Subscribe);
  return schema;
}

/** Subscriptions over graphql-transport-ws: who is connected, what is refused, and how. */
export function liveSubscriptions(
  connections: () => LiveConnections,
  log: Log,
  introspection: boolean,
): Required<Pick<MercuriusDriverConfig, 'subscription' | 'hooks' | 'transformSchema'>> {
  const checks = new Checks(log, introspection);
  return {
    subscription: subscriptionBy(connections),
    hooks: { preSubscriptionParsing: checks.parsing, preSubscriptionExecution: checks.execution, onSubscriptionEnd: checks.end },
    transformSchema: (schema) => withRefusals(log, schema),
  };
}
