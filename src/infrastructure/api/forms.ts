import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PREFIX } from './answers.js';
import { formFields, SEARCH_FORM_ROUTE } from './fhir/search-form.js';
import { TOKEN_ROUTE } from './oauth/token-route.js';
import { DoorRefusal } from './problem.js';

/** Route → what a form becomes there. */
const FORMS: Readonly<Record<string, (form: URLSearchParams) => unknown>> = {
  [`/${PREFIX}/${TOKEN_ROUTE}`]: (form) => form,
  [`/${PREFIX}/${SEARCH_FORM_ROUTE}`]: formFields,
};

/** Forms are read where OAuth (RFC 6749 §4.4.2) and FHIR want them, and nowhere else: a page of another site can post one. */
export function readForms(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (request: FastifyRequest, body: string) => {
      const read = FORMS[request.routeOptions.url ?? ''];
      if (read) return read(new URLSearchParams(body));
      throw new DoorRefusal({ kind: 'unsupported-media', code: 'request/unsupported-media-type' });
    },
  );
}
