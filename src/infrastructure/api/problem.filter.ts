import { Catch, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Log } from '../log.js';
import { answerTo, answers, languageOf, problemOf, retryAfter, type Answer } from './problem.js';
import { KnownRoutes } from './known-routes.js';

/** Sends a refusal as RFC 9457 wants it, with the headers that belong to its kind. */
export function sendProblem(given: Answer, request: FastifyRequest, reply: FastifyReply): void {
  const language = languageOf(request.headers['accept-language']);
  const wait = retryAfter(given);
  if (wait !== undefined && !reply.hasHeader('retry-after')) reply.header('retry-after', String(wait));
  if (given.kind === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
  void reply
    .status(answers[given.kind].status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('content-language', language)
    .header('vary', 'Accept-Language')
    .send(JSON.stringify(problemOf(given, request.id, language)));
}

/** Every refusal and every defect over REST becomes one problem (RFC 9457); GraphQL has its formatter over the same table. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: Log,
    private readonly routes: KnownRoutes,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType<string>() === 'graphql') throw error;
    const http = host.switchToHttp();
    this.send(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also called for what fails before a route is found. */
  send(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const given = this.refined(answerTo(error), request, reply);
    if (answers[given.kind].status >= 500) this.log.defect(error, given.code, request.id);
    sendProblem(given, request, reply);
  }

  /** A path that exists under other methods is 405, with the methods that do (RFC 9110 §15.5.6). */
  private refined(given: Answer, request: FastifyRequest, reply: FastifyReply): Answer {
    const methods = given.code === 'request/no-such-route' ? this.routes.methodsAt(request.url) : [];
    if (methods.length === 0) return given;
    reply.header('allow', methods.join(', '));
    return { kind: 'no-such-method', code: 'request/no-such-method' };
  }
}
