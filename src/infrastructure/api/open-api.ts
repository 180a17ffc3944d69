import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { TOKEN_PATH } from '../identity/facility-issuer.js';

const description = [
  'The health space of everybody insured in France. Write requests take an `Idempotency-Key`: the same key again gives the same answer.',
  'Questions take `asOf` (a past moment; with `knowledge=TRUE` what was true then, otherwise what was known) and `after` (the `position` of a receipt: read your own write).',
  'Refusals are `application/problem+json` (RFC 9457) with a stable `code`.',
].join('\n');

const workplace =
  'Of a professional with several places of work: the FINESS number of the one he works in now, `none` for his practice without a number.';
/** Software of places of care proves itself with a signed assertion (RFC 7523 §2.2). */
const softwareTokens = {
  type: 'oauth2' as const,
  description: 'Software of a place of care, registered beforehand: `private_key_jwt`.',
  flows: { clientCredentials: { tokenUrl: TOKEN_PATH, scopes: {} } },
};

/** The OpenAPI document of the REST door. */
export const openApiOf = (app: INestApplication): OpenAPIObject =>
  SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setTitle('Mon espace santé')
      .setDescription(description)
      .setVersion('1')
      .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
      .addBearerAuth()
      .addOAuth2(softwareTokens, 'software')
      .addGlobalParameters(
        { name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 128 } },
        {
          name: 'X-Facility',
          in: 'header',
          required: false,
          description: workplace,
          schema: { type: 'string', pattern: '^(\\d{9}|none)$' },
        },
        {
          name: 'X-Access-Mode',
          in: 'header',
          required: false,
          schema: { type: 'string', enum: ['normal', 'bris_de_glace', 'centre_15'] },
        },
        { name: 'X-Secret-Connection', in: 'header', required: false, schema: { type: 'string', enum: ['true', 'false'] } },
        { name: 'Accept-Language', in: 'header', required: false, schema: { type: 'string', enum: ['fr', 'en'] } },
      )
      .addSecurityRequirements('bearer')
      .addSecurityRequirements('software')
      .build(),
  );

/** The page at /docs, from our own packages, and the document at /openapi.json. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiOf(app), { jsonDocumentUrl: 'openapi.json', yamlDocumentUrl: 'openapi.yaml' });
}
