import { randomUUID } from 'node:crypto';

/** A file of a submission, as its sender names it. */
export interface Attached {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly fileName: string;
}

/** A body of `multipart/form-data` (RFC 7578) as software sends it: the entry first, then the files in their order. */
export function multipartOf(metadata: unknown, files: readonly Attached[]): { readonly contentType: string; readonly body: Buffer } {
  const boundary = `essai-${randomUUID()}`;
  const entry = [
    `--${boundary}`,
    'Content-Disposition: form-data; name="metadata"',
    'Content-Type: application/json',
    '',
    JSON.stringify(metadata),
    '',
  ];
  const parts = files.flatMap(({ bytes, mediaType, fileName }) => {
    const head = [
      `--${boundary}`,
      `Content-Disposition: form-data; name="file"; filename="${fileName}"`,
      `Content-Type: ${mediaType}`,
      '',
      '',
    ];
    return [Buffer.from(head.join('\r\n')), bytes, Buffer.from('\r\n')];
  });
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([Buffer.from(entry.join('\r\n')), ...parts, Buffer.from(`--${boundary}--\r\n`)]),
  };
}
