import { randomUUID } from 'node:crypto';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { Type, DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Log } from '../log.js';
import { Settings } from '../settings/settings.js';
import { PREFIX } from './answers.js';
import { Identification } from './caller.js';
import { readForms } from './forms.js';
import { EXPLORER_PATH, serveExplorer } from './graphql/explorer.js';
import { GRAPHQL_PATH } from './graphql/graphql.module.js';
import { Metrics } from './health/metrics.js';
import { KnownRoutes } from './known-routes.js';
import { serveOpenApi } from './open-api.js';
import { answerTo, DoorRefusal } from './problem.js';
import { ProblemFilter, sendProblem } from './problem.filter.js';
import { isProving, isProvingDocument, isUpgrade } from './proving.js';
import { onlyExpectedBodies, onlyKnownSenders, onlyPossiblePaths, onlySoundBodies } from './sound-requests.js';

/** Longest body of a REST request, bytes; files come as multipart, with limits of their own. */
const BODY_LIMIT = 65_536;

/** Addresses that are counted at a time: whoever is crowded out by others begins anew, a guesser too. */
const MOST_COUNTED = 100_000;

/** Every error becomes a problem in one place of ours: the handler that Nest would set first, only to be replaced, is not taken. */
class ProblemsOnly extends FastifyAdapter {
  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    return this.getInstance();
  }
}

const adapter = ({ trustedProxies }: Settings): FastifyAdapter =>
  new ProblemsOnly({
    bodyLimit: BODY_LIMIT,
    genReqId: () => randomUUID(),
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 100 },
    // A submission of 25 MB on a slow line takes its time.
    requestTimeout: 120_000,
    // What fails before there is a route: a path that cannot be decoded.
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(answerTo(error), request, reply.header('x-request-id', request.id)),
  });

/** The whole application behind its doors, as main and the tests use it; not listening yet. */
export async function createApp(rootModule: Type | DynamicModule, settings: Settings, log: Log): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(rootModule, adapter(settings), {
    logger: log,
    abortOnError: false,
    bodyParser: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', app.get(KnownRoutes, { strict: false }).learn);
  fastify.addHook('onRequest', onlyPossiblePaths);
  fastify.addHook('onRequest', onlyPostedJson);
  fastify.addHook('onRequest', onlyExpectedBodies);
  fastify.addHook('preParsing', onlyKnownSenders(app.get(Identification, { strict: false })));
  fastify.addHook('onResponse', hangUp);
  fastify.addHook('preValidation', onlySoundBodies);
  countAnswers(fastify, app.get(Metrics, { strict: false }), log);
  const problems = app.get(ProblemFilter, { strict: false });
  fastify.setErrorHandler((error, request, reply) => problems.send(error, request, reply));
  fastify.removeContentTypeParser('text/plain');
  await fastify.register(multipart, { throwFileSizeLimit: false });
  readForms(fastify);
  await protect(fastify, settings);
  app.setGlobalPrefix(PREFIX, { exclude: ['health/live', 'health/ready', 'metrics'] });
  if (settings.graphqlTools) await serveExplorer(fastify);
  serveOpenApi(app);
  await app.init();
  await fastify.ready();
  return app;
}

/** GraphQL is posted as JSON and no other way: a form of another site cannot do that (CSRF), and no document lies in a URL. */
async function onlyPostedJson(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  // The router reads a path in more than one spelling (%67raphql, an absolute address); one that leads nowhere has no route.
  const path = request.routeOptions.url ?? request.url.split('?')[0];
  if (path !== GRAPHQL_PATH || isUpgrade(request)) return undefined;
  const json = /^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '');
  if (request.method === 'POST' && json) return undefined;
  if (request.method !== 'POST')
    sendProblem({ kind: 'no-such-method', code: 'request/no-such-method' }, request, reply.header('allow', 'POST'));
  else sendProblem({ kind: 'unsupported-media', code: 'request/unsupported-media-type' }, request, reply);
  return reply;
}

/** Node leaves the socket of such a request to us: where it was answered like any other, nothing more comes over it. */
async function hangUp(request: FastifyRequest): Promise<void> {
  if (isUpgrade(request)) request.raw.socket.end();
}

async function protect(fastify: FastifyInstance, { behindTls, rateLimit: max, letterRateLimit }: Settings): Promise<void> {
  await fastify.register(helmet, {
    hsts: behindTls,
    referrerPolicy: { policy: 'no-referrer' },
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        upgradeInsecureRequests: null,
      },
    },
  });
  await fastify.register(rateLimit, {
    timeWindow: '1 minute',
    max: (request: FastifyRequest) => (isProving(request) ? letterRateLimit : max),
    // Of IPv6 the network: one household has more addresses than there are people.
    keyGenerator: (request: FastifyRequest) => `${isProving(request) ? 'letter' : 'any'} ${normalizeIP(request.ip)}`,
    cache: MOST_COUNTED,
    allowList: (request: FastifyRequest) => request.url.startsWith('/health/') || request.url.startsWith(`${EXPLORER_PATH}/`),
    errorResponseBuilder: tooMany,
  });
  const count = fastify.createRateLimit();
  // What such a document asks for is known once its body was read; it counts among the letters too, whoever has a token.
  fastify.addHook('preValidation', async (request) => {
    if (!isProvingDocument(request)) return;
    const limit = await count(request);
    if (!limit.isAllowed && limit.isExceeded) throw tooMany();
  });
}
const tooMany = (): DoorRefusal => new DoorRefusal({ kind: 'too-early', code: 'request/too-many' });

function countAnswers(fastify: FastifyInstance, metrics: Metrics, log: Log): void {
  fastify.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.answered(request.method, route, reply.statusCode, reply.elapsedTime / 1_000);
    log.answered({ requestId: request.id, method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) });
  });
  fastify.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    // Nothing that is said of somebody lies about in a browser or on the way; what may be kept says so itself.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
}
