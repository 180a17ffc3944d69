import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { SpaceReceipt } from '../../application/enrolment/space.orders.js';
import type { TaggedView } from '../../application/enrolment/space.questions.js';

export const PREFIX = 'api/v1';

const sameTag = (header: string | undefined, etag: string): boolean =>
  header !== undefined && (header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag));

/** Puts the tag of an overview into `ETag`, and answers 304 to whoever has it already (RFC 9110 §13.1.2): the passage is written by then. */
@Injectable()
export class Tagged implements NestInterceptor<TaggedView> {
  intercept(context: ExecutionContext, next: CallHandler<TaggedView>): Observable<unknown> {
    const http = context.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const known = http.getRequest<FastifyRequest>().headers['if-none-match'];
    return next.handle().pipe(
      map(({ view, etag }) => {
        reply.header('etag', etag).header('cache-control', 'private, no-cache');
        return sameTag(known, etag) ? void reply.status(304) : view;
      }),
    );
  }
}

/** Says where the space of a receipt is. */
@Injectable()
export class Located implements NestInterceptor<SpaceReceipt> {
  intercept(context: ExecutionContext, next: CallHandler<SpaceReceipt>): Observable<SpaceReceipt> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((receipt) => {
        reply.header('location', `/${PREFIX}/spaces/${receipt.space}`);
        return receipt;
      }),
    );
  }
}
