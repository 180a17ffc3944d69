import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ExportBytes, WantedBytes } from '../../../application/audit/export-ports.js';
import { DoorRefusal } from '../problem.js';
import { rangeOf } from '../record/byte-range.js';

/** The part that a request asks for; a part that does not exist is refused (416). */
export const wantedIn =
  ({ headers }: FastifyRequest): WantedBytes =>
  (size) => {
    const range = rangeOf(headers.range, size);
    if (range === 'unsatisfiable') throw new DoorRefusal({ kind: 'range', code: 'record/no-such-range' });
    return range;
  };

/** Hands a file of an export out, under its own name: names are ours, and hold nothing but letters, digits, dots and hyphens. */
export function sendExport(reply: FastifyReply, { name, size, range, bytes }: ExportBytes): FastifyReply {
  reply.headers({
    'content-type': 'application/octet-stream',
    'content-length': range.end - range.start,
    'content-disposition': `attachment; filename="${name}"`,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-store',
    'x-content-type-options': 'nosniff',
  });
  if (range.start > 0 || range.end < size) reply.status(206).header('content-range', `bytes ${range.start}-${range.end - 1}/${size}`);
  return reply.send(Readable.from(bytes, { objectMode: false }));
}
