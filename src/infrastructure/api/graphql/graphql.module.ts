import type { DynamicModule } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import type { FastifyRequest } from 'fastify';
import { Log } from '../../log.js';
import { Settings } from '../../settings/settings.js';
import { formattedErrors, statusOf } from './error-formatter.js';
import { extraRules, graphqlLimits, noSubscriptions } from './limits.js';
import { LiveConnections } from './live-connections.js';
import { liveSubscriptions } from './live-subscriptions.js';

export const GRAPHQL_PATH = '/graphql';
/** Longest document with its variables, bytes: one of the holder's own files, in base64. Without a token nothing takes so much. */
const BODY_LIMIT = 7_000_000;

/** The GraphQL door: code-first, no batches, no GET, bounded in every direction. */
export const graphqlModule = (): DynamicModule =>
  GraphQLModule.forRootAsync<MercuriusDriverConfig>({
    driver: MercuriusDriver,
    inject: [Settings, Log, ModuleRef],
    useFactory: (settings: Settings, log: Log, modules: ModuleRef): MercuriusDriverConfig => {
      const errorsOf = formattedErrors(log);
      const connections = () => modules.get(LiveConnections, { strict: false });
      return {
        path: GRAPHQL_PATH,
        ...liveSubscriptions(connections, log, settings.graphqlTools),
        autoSchemaFile: true,
        sortSchema: true,
        // A test compares the whole schema with the committed one; introspecting it at each start finds nothing more.
        buildSchemaOptions: { skipCheck: true },
        graphiql: false,
        jit: 4,
        queryDepth: graphqlLimits.depth,
        allowBatchedQueries: false,
        graphql: { parseOptions: { maxTokens: graphqlLimits.tokens } },
        validationRules: [...extraRules(settings.graphqlTools), noSubscriptions],
        additionalRouteOptions: { bodyLimit: BODY_LIMIT },
        context: (req: FastifyRequest) => ({ req }),
        errorFormatter: (result, context) => {
          const errors = errorsOf(result, (context as { req?: FastifyRequest }).req ?? context.reply?.request);
          return { statusCode: statusOf(errors), response: { data: result.data ?? null, errors: errors as never } };
        },
      };
    },
  });
