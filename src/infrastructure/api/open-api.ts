import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

const description = [
  'The health space of everybody insured in France. Write requests take an `Idempotency-Key`: the same key again gives the same answer.',
  'Questions take `asOf` (a past moment) and `after` (the `position` of a receipt: read your own write).',
  'Refusals are `application/problem+json` (RFC 9457) with a stable `code`.',
].join('\n');

/** The OpenAPI document of the REST door. */
export const openApiOf = (app: INestApplication): OpenAPIObject =>
  SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setTitle('Mon espace santé')
      .setDescription(description)
      .setVersion('1')
      .setLicense('EUPL-1.2', 'https://eupl.eu/1.2/en/')
      .addBearerAuth()
      .addGlobalParameters(
        { name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 128 } },
        { name: 'Accept-Language', in: 'header', required: false, schema: { type: 'string', enum: ['fr', 'en'] } },
      )
      .addSecurityRequirements('bearer')
      .build(),
  );

/** The page at /docs, from our own packages, and the document at /openapi.json. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiOf(app), { jsonDocumentUrl: 'openapi.json', yamlDocumentUrl: 'openapi.yaml' });
}
