import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PREFIX } from '../answers.js';
import { DoorRefusal } from '../problem.js';

/** Below the prefix of all REST routes. */
export const TOKEN_ROUTE = 'oauth/token';

/** Forms are read where OAuth wants them (RFC 6749 §4.4.2), and nowhere else: a page of another site can post one. */
export function readTokenForms(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (request: FastifyRequest, body: string) => {
      if (request.routeOptions.url === `/${PREFIX}/${TOKEN_ROUTE}`) return new URLSearchParams(body);
      throw new DoorRefusal({ kind: 'unsupported-media', code: 'request/unsupported-media-type' });
    },
  );
}
