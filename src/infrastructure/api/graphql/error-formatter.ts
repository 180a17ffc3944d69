import type { ExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import type { FastifyRequest } from 'fastify';
import type { Log } from '../../log.js';
import {
  answers,
  answerTo,
  DoorRefusal,
  languageOf,
  problemOf,
  retryAfter,
  type Answer,
  type AnswerKind,
  type Problem,
} from '../problem.js';
import { TOO_COSTLY } from './limits.js';

/** A message of graphql itself can quote what the caller sent: the code and the place say enough. */
const invalidDocument: Answer = { kind: 'invalid', code: 'request/graphql-invalid' };
const tooCostly: Answer = { kind: 'invalid', code: TOO_COSTLY };

/** Mercurius wraps what validation found; the errors themselves are inside. */
const unwrapped = (error: GraphQLError): readonly GraphQLError[] => {
  const inside = (error.originalError ?? error) as { errors?: readonly GraphQLError[] };
  return inside.errors ?? [error];
};

/** Mercurius' own refusals (depth, missing query) carry a code and no cause. */
const ofMercurius = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('MER_ERR');
const tooMuch = (error: GraphQLError): boolean => /exceeds the query depth limit|contains more th.. \d+ tokens/.test(error.message);

function answerOf(error: GraphQLError): Answer {
  const cause = error.originalError;
  if (error.extensions?.['code'] === TOO_COSTLY || tooMuch(error)) return tooCostly;
  if (cause === undefined || ofMercurius(cause) || ofMercurius(error)) return invalidDocument;
  return cause instanceof DoorRefusal || cause.name !== 'GraphQLError' ? answerTo(cause) : invalidDocument;
}

const extensionsOf = (answer: Answer, { instance, also, errors }: Problem): Readonly<Record<string, unknown>> => {
  const wait = retryAfter(answer);
  return {
    code: answers[answer.kind].graphql,
    problem: answer.code,
    instance,
    ...(also === undefined ? {} : { also }),
    ...(errors === undefined ? {} : { errors }),
    ...(wait === undefined ? {} : { retryAfter: wait }),
  };
};

/** Errors of both doors come from the same table: the same refusal has the same code, whatever the door. */
export const formattedErrors =
  (log: Log) =>
  (result: ExecutionResult, request: FastifyRequest | undefined): readonly GraphQLFormattedError[] =>
    (result.errors ?? []).flatMap(unwrapped).map((error) => {
      const { locations, path, originalError } = error;
      const answer = answerOf(error);
      const requestId = request?.id ?? 'unknown';
      if (answers[answer.kind].status >= 500) log.defect(originalError ?? error, answer.code, requestId);
      const problem = problemOf(answer, requestId, languageOf(request?.headers['accept-language']));
      return {
        message: problem.detail,
        ...(locations === undefined ? {} : { locations }),
        ...(path === undefined ? {} : { path }),
        extensions: extensionsOf(answer, problem),
      };
    });

/** What was refused before a document was read has its status over GraphQL too; what a document was answered has 200. */
const unread: Readonly<Record<string, AnswerKind>> = {
  'request/too-many': 'too-early',
  'request/too-large': 'too-large',
  'request/length-required': 'length-required',
  'request/malformed': 'invalid',
};
export const statusOf = ([first]: readonly GraphQLFormattedError[]): number => {
  const kind = unread[String(first?.extensions?.['problem'])];
  return kind === undefined ? 200 : answers[kind].status;
};
