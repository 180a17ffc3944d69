import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { ByteRange, Download } from '../../../application/record/record.questions.js';

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/plain': 'txt',
  'application/rtf': 'rtf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/tiff': 'tif',
  'text/xml': 'xml',
  'application/zip': 'zip',
};

/** Characters of a name, before its ending. */
const LONGEST_NAME = 100;
/** A name to save it under: the title, with nothing in it that a file system or a header could take for something else (RFC 6266, RFC 8187). */
const dispositionOf = ({ title, mediaType }: Download): string => {
  const plain = title.replace(/[\p{C}/\\:*?"<>|%]+/gu, ' ').trim();
  // By whole characters: half of one has no form in UTF-8.
  const name = `${[...plain].slice(0, LONGEST_NAME).join('')}.${EXTENSIONS[mediaType] ?? 'bin'}`;
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="document.${EXTENSIONS[mediaType] ?? 'bin'}"; filename*=UTF-8''${encoded}`;
};

const isPart = ({ start, end }: ByteRange, size: number): boolean => start > 0 || end < size;

/** Hands a document out: never shown by a browser within our pages, never guessed at, never kept by anything in between. */
export function sendContent(reply: FastifyReply, download: Download): FastifyReply {
  const { range, size, mediaType, bytes } = download;
  reply.headers({
    'content-type': mediaType === 'text/plain' || mediaType === 'text/xml' ? `${mediaType}; charset=utf-8` : mediaType,
    'content-length': range.end - range.start,
    'content-disposition': dispositionOf(download),
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
  });
  if (isPart(range, size)) reply.status(206).header('content-range', `bytes ${range.start}-${range.end - 1}/${size}`);
  return reply.send(Readable.from(bytes, { objectMode: false }));
}
