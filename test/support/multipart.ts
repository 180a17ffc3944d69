/** One file of a submission. */
export interface FormFile {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly fileName?: string | undefined;
}
/** A part as it lies on the wire: its header lines, and what it holds. */
export interface Part {
  readonly head: string;
  readonly body: Buffer | string;
}
export interface Form {
  readonly headers: { readonly 'content-type': string };
  readonly payload: Buffer;
}

export const BOUNDARY = '----essai-7MA4YWxkTrZu0gW';

export const metadataPart = (text: string): Part => ({ head: 'Content-Disposition: form-data; name="metadata"', body: text });
export const filePart = ({ bytes, mediaType, fileName = 'document' }: FormFile): Part => ({
  head: `Content-Disposition: form-data; name="file"; filename="${fileName}"\r\nContent-Type: ${mediaType}`,
  body: bytes,
});

/** Parts between boundaries; `ending`: what stands behind the last one. */
export const assembled = (parts: readonly Part[], boundary = BOUNDARY, ending = `--${boundary}--\r\n`): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ head, body }) => [Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), Buffer.from(body), Buffer.from('\r\n')]),
    Buffer.from(ending),
  ]);

/** A submission as software sends it: the entry, then the files. */
export const form = (metadata: object, ...files: readonly FormFile[]): Form => ({
  headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
  payload: assembled([metadataPart(JSON.stringify(metadata)), ...files.map(filePart)]),
});
