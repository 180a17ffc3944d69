import fastifyStatic from '@fastify/static';
import { getDistDirectory, isSandboxFrame, renderAltair, renderInitialOptions, SANDBOX_FRAME_CSP } from 'altair-static';
import type { FastifyInstance } from 'fastify';
import { GRAPHQL_PATH } from './graphql.module.js';

export const EXPLORER_PATH = `${GRAPHQL_PATH}/explorer`;

/** Everything from our own packages; the editor sets styles from script, and runs its plugins in workers. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "frame-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "frame-ancestors 'self'",
].join('; ');

const options = {
  baseURL: `${EXPLORER_PATH}/`,
  endpointURL: GRAPHQL_PATH,
  initialHeaders: { Authorization: 'Bearer ' },
  serveInitialOptionsInSeperateRequest: true,
} as const;

/** Serves the Altair explorer from the package we ship, without any other host. */
export async function serveExplorer(fastify: FastifyInstance): Promise<void> {
  const page = renderAltair(options);
  const script = renderInitialOptions(options);
  await fastify.register(async (scope) => {
    scope.addHook('onSend', async (request, reply) => {
      reply.header('content-security-policy', isSandboxFrame(request.url) ? SANDBOX_FRAME_CSP : POLICY);
    });
    scope.get(EXPLORER_PATH, async (_, reply) => reply.redirect(`${EXPLORER_PATH}/`));
    scope.get(`${EXPLORER_PATH}/`, async (_, reply) => reply.type('text/html; charset=utf-8').send(page));
    scope.get(`${EXPLORER_PATH}/initial_options.js`, async (_, reply) => reply.type('text/javascript; charset=utf-8').send(script));
    await scope.register(fastifyStatic, { root: getDistDirectory(), prefix: `${EXPLORER_PATH}/`, index: false, decorateReply: false });
  });
}
