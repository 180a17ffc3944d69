import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Place } from '../../src/infrastructure/blobs/s3-blob-store.js';
import { refusalOf } from './s3-signature.js';

/** What goes wrong, in the words of the service, with its status. */
class S3Error extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
  ) {
    super(code);
  }
}

interface Asked {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}
interface Given {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

const LEAST_PART = 5 * 1024 * 1024;
const etagOf = (bytes: Uint8Array): string => `"${createHash('md5').update(bytes).digest('hex')}"`;
const xml = (name: string, content: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n<${name}>${content}</${name}>`;
const found = (text: string, element: string): string[] =>
  [...text.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))].map(([, inner = '']) => inner);

/** Objects on disk: `objects/<key>`, `uploads/<upload id>/<part number>`. */
class Bucket {
  readonly objects: string;
  readonly uploads: string;
  constructor(private readonly folder: string) {
    this.objects = join(folder, 'objects');
    this.uploads = join(folder, 'uploads');
  }

  async get(key: string): Promise<Buffer> {
    return readFile(join(this.objects, key)).catch(() => {
      throw new S3Error('NoSuchKey', 404);
    });
  }

  /** `onlyNew`: If-None-Match, decided by the file system, so that of many at once one succeeds. */
  async put(key: string, bytes: Uint8Array, onlyNew: boolean): Promise<void> {
    const draft = join(this.folder, randomUUID());
    await writeFile(draft, bytes);
    if (!onlyNew) return rename(draft, join(this.objects, key));
    try {
      await link(draft, join(this.objects, key));
    } catch {
      throw new S3Error('PreconditionFailed', 412);
    } finally {
      await rm(draft);
    }
  }

  async begin(): Promise<string> {
    const id = randomUUID();
    await mkdir(join(this.uploads, id));
    return id;
  }

  async putPart(id: string, number: number, bytes: Uint8Array): Promise<void> {
    await writeFile(join(await this.uploadOf(id), `${number}`), bytes);
  }

  /** The parts named, in rising order, each as large as it must be and what it was when it was sent. */
  async joined(id: string, listed: readonly { readonly number: number; readonly etag: string }[]): Promise<Buffer> {
    const folder = await this.uploadOf(id);
    const parts: Buffer[] = [];
    for (const [index, { number, etag }] of listed.entries()) {
      const bytes = await readFile(join(folder, `${number}`)).catch(() => Buffer.alloc(0));
      if (etagOf(bytes) !== etag) throw new S3Error('InvalidPart', 400);
      if (index > 0 && number <= (listed[index - 1]?.number ?? 0)) throw new S3Error('InvalidPartOrder', 400);
      if (index < listed.length - 1 && bytes.length < LEAST_PART) throw new S3Error('EntityTooSmall', 400);
      parts.push(bytes);
    }
    if (parts.length === 0) throw new S3Error('MalformedXML', 400);
    return Buffer.concat(parts);
  }

  async end(id: string): Promise<void> {
    await rm(await this.uploadOf(id), { recursive: true });
  }

  private async uploadOf(id: string): Promise<string> {
    const known = await readdir(this.uploads);
    if (!known.includes(id)) throw new S3Error('NoSuchUpload', 404);
    return join(this.uploads, id);
  }
}

const objectAnswer = async (bucket: Bucket, { key, headers }: Asked): Promise<Given> => {
  const bytes = await bucket.get(key);
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  if (first === undefined || last === undefined) return { status: 200, headers: { etag: etagOf(bytes) }, body: bytes };
  if (Number(first) >= bytes.length) throw new S3Error('InvalidRange', 416);
  const part = bytes.subarray(Number(first), Number(last) + 1);
  return { status: 206, headers: { 'content-range': `bytes ${first}-${Number(first) + part.length - 1}/${bytes.length}` }, body: part };
};

const listAnswer = async (bucket: Bucket, { query }: Asked, pageSize: number): Promise<Given> => {
  if (query.get('list-type') !== '2') throw new S3Error('NotImplemented', 501);
  const after = Buffer.from(query.get('continuation-token') ?? '', 'base64url').toString();
  const keys = (await readdir(bucket.objects)).sort().filter((key) => key > after);
  const page = keys.slice(0, pageSize);
  const contents = await Promise.all(
    page.map(async (key) => {
      const { size, mtime } = await stat(join(bucket.objects, key));
      return `<Contents><Key>${key}</Key><LastModified>${mtime.toISOString()}</LastModified><Size>${size}</Size></Contents>`;
    }),
  );
  const more = keys.length > page.length;
  const token = more ? `<NextContinuationToken>${Buffer.from(page.at(-1) ?? '').toString('base64url')}</NextContinuationToken>` : '';
  return { status: 200, body: xml('ListBucketResult', `<IsTruncated>${more}</IsTruncated>${token}${contents.join('')}`) };
};

const completeAnswer = async (bucket: Bucket, { key, query, headers, body }: Asked): Promise<Given> => {
  const id = query.get('uploadId') ?? '';
  const listed = found(body.toString(), 'Part').map((part) => ({
    number: Number(found(part, 'PartNumber')[0]),
    etag: (found(part, 'ETag')[0] ?? '').replaceAll('&quot;', '"'),
  }));
  await bucket.put(key, await bucket.joined(id, listed), headers['if-none-match'] === '*');
  await bucket.end(id);
  return { status: 200, body: xml('CompleteMultipartUploadResult', `<Key>${key}</Key>`) };
};

/** Only what the adapter uses; anything else is refused as unknown. */
async function answerOf(bucket: Bucket, asked: Asked, pageSize: number): Promise<Given> {
  const { method, key, query, headers, body } = asked;
  const id = query.get('uploadId');
  const kind = `${method} ${key === '' ? 'bucket' : id !== null ? 'upload' : query.has('uploads') ? 'uploads' : 'object'}`;
  switch (kind) {
    case 'GET bucket':
      return listAnswer(bucket, asked, pageSize);
    case 'GET object':
      return objectAnswer(bucket, asked);
    case 'PUT object':
      await bucket.put(key, body, headers['if-none-match'] === '*');
      return { status: 200, headers: { etag: etagOf(body) } };
    case 'DELETE object':
      await rm(join(bucket.objects, key), { force: true });
      return { status: 204 };
    case 'POST uploads':
      return { status: 200, body: xml('InitiateMultipartUploadResult', `<UploadId>${await bucket.begin()}</UploadId>`) };
    case 'PUT upload':
      await bucket.putPart(id ?? '', Number(query.get('partNumber')), body);
      return { status: 200, headers: { etag: etagOf(body) } };
    case 'POST upload':
      return completeAnswer(bucket, asked);
    case 'DELETE upload':
      await bucket.end(id ?? '');
      return { status: 204 };
    default:
      throw new S3Error('NotImplemented', 501);
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

const STATUS: Readonly<Record<string, number>> = { NotImplemented: 501, XAmzContentSHA256Mismatch: 400, AuthorizationHeaderMalformed: 400 };

async function asked(request: IncomingMessage, place: S3Place, now: number): Promise<Asked> {
  const { method = '', url: target = '' } = request;
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const body = await bodyOf(request);
  const refusal = refusalOf({ method, target, headers }, body, place, now);
  if (refusal !== null) throw new S3Error(refusal, STATUS[refusal] ?? 403);
  if (method === 'PUT' && headers['content-length'] === undefined) throw new S3Error('MissingContentLength', 411);
  const [path = '', query = ''] = target.split('?');
  const [, bucket = '', ...key] = path.split('/').map(decodeURIComponent);
  if (bucket !== place.bucket) throw new S3Error('NoSuchBucket', 404);
  return { method, bucket, key: key.join('/'), query: new URLSearchParams(query), headers, body };
}

/** A service that speaks as much S3 as the adapter uses, on loopback, with its objects on disk, and believes no request that is not signed. */
export interface S3Server {
  readonly place: S3Place;
  /** Objects that can be read, and uploads that are not complete. */
  count(): Promise<{ readonly objects: number; readonly uploads: number }>;
  /** Does what the next request asks, and breaks the connection instead of saying so. */
  loseNextAnswer(): void;
  /** Sends the head of the next answer and the first byte of its body, and nothing more. */
  stallNextAnswer(): void;
  /** Ends every connection, and takes no new one. */
  goAway(): Promise<void>;
  close(): Promise<void>;
}

export async function startS3Server({ pageSize = 1_000, now = Date.now } = {}): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'mes-s3-'));
  const bucket = new Bucket(folder);
  await mkdir(bucket.objects);
  await mkdir(bucket.uploads);
  let losing = false;
  let stalling = false;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, headers, body } = await asked(request, place, now())
      .then((sound) => answerOf(bucket, sound, pageSize))
      .catch((error: unknown): Given => {
        const { code, status } = error instanceof S3Error ? error : new S3Error('InternalError', 500);
        return {
          status,
          headers: { 'content-type': 'application/xml' },
          body: xml('Error', `<Code>${code}</Code><Message>${code}</Message>`),
        };
      });
    if (losing) {
      losing = false;
      request.socket.destroy();
      return;
    }
    if (stalling) {
      stalling = false;
      response
        .writeHead(status, { 'content-length': Buffer.byteLength(body ?? ''), ...headers })
        .write(Buffer.from(body ?? '').subarray(0, 1));
      return;
    }
    response.writeHead(status, { 'content-length': Buffer.byteLength(body ?? ''), ...headers }).end(body);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const place: S3Place = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'fr-par',
    bucket: 'documents',
    accessKeyId: 'TESTKEY',
    secretAccessKey: 'a secret of this test alone',
  };
  const goAway = async (): Promise<void> => {
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  };
  return {
    place,
    count: async () => ({ objects: (await readdir(bucket.objects)).length, uploads: (await readdir(bucket.uploads)).length }),
    loseNextAnswer: () => {
      losing = true;
    },
    stallNextAnswer: () => {
      stalling = true;
    },
    goAway,
    close: async () => {
      await goAway();
      await rm(folder, { recursive: true });
    },
  };
}
