import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { PREFIX } from '../api/answers.js';
import { controllers, resolvers } from '../api/api.module.js';
import { openApiOf } from '../api/open-api.js';

/** Reading the decorators starts nothing, so what the controllers would work with is never there. */
const unused = [...new Set(controllers.flatMap((controller) => Reflect.getMetadata('design:paramtypes', controller) as Type[]))].map(
  (provide) => ({ provide, useValue: null }),
);
@Module({ controllers, providers: unused })
class ControllersOnly {}

/** `openapi.json`: read from the controllers, which are not started. */
export async function openApiFile(): Promise<string> {
  const app = await NestFactory.create<NestFastifyApplication>(ControllersOnly, new FastifyAdapter(), {
    logger: false,
    abortOnError: false,
  });
  app.setGlobalPrefix(PREFIX);
  return `${JSON.stringify(openApiOf(app), null, 2)}\n`;
}

/** `schema.graphql`: read from the resolvers. */
export async function graphqlSchemaFile(): Promise<string> {
  const app = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
  try {
    const schema = await app.get(GraphQLSchemaFactory).create(resolvers);
    return `# Generated from src/infrastructure/api; do not edit.\n\n${printSchema(lexicographicSortSchema(schema))}\n`;
  } finally {
    await app.close();
  }
}
