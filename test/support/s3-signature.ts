import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** AWS Signature Version 4 for S3, from its public description: what a signature covers, and how it is computed. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}
export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const hmac = (key: Uint8Array | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

function canonicalQuery(query: string): string {
  const pairs = [...new URLSearchParams(query)].map(([name, value]) => [encoded(name), encoded(value)] as const);
  return pairs
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&');
}

/** Hex. `signedHeaders` in the order of the alphabet; `x-amz-date` and `x-amz-content-sha256` are among the headers. */
export function signatureOf({ method, target, headers }: SignedRequest, signedHeaders: readonly string[], signer: Signer): string {
  const [path = '', query = ''] = target.split('?');
  const date = headers['x-amz-date'] ?? '';
  const lines = signedHeaders.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`).join('');
  const request = [method, path, canonicalQuery(query), lines, signedHeaders.join(';'), headers['x-amz-content-sha256']].join('\n');
  const scope = [date.slice(0, 8), signer.region, 's3', 'aws4_request'];
  const key = scope.reduce<Buffer | string>(hmac, `AWS4${signer.secretAccessKey}`);
  return hmac(key, ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(request)].join('\n')).toString('hex');
}

/** The header `authorization` for a request. */
export function authorizationOf(request: SignedRequest, signer: Signer): string {
  const names = Object.keys(request.headers).sort();
  const scope = `${(request.headers['x-amz-date'] ?? '').slice(0, 8)}/${signer.region}/s3/aws4_request`;
  const signature = signatureOf(request, names, signer);
  return `AWS4-HMAC-SHA256 Credential=${signer.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
}

/** `20261122T081500Z`. */
export const amzDate = (epoch: number): string => new Date(epoch).toISOString().replace(/[-:]|\.\d{3}/g, '');
const epochOfAmzDate = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

const MOST_SKEW_MS = 15 * 60_000;
const FORM = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8}\/[^/]+\/[^/]+\/[^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/**
 * The error code of S3 for a request that is not signed as it must be, null for one that is. Stricter than the service where it has a choice:
 * over plain HTTP every body must be signed whole, so neither `UNSIGNED-PAYLOAD` nor the streaming forms are taken.
 */
export function refusalOf(request: SignedRequest, body: Uint8Array, signer: Signer, now: number): string | null {
  const { headers } = request;
  const [, id, scope, names = '', signature = ''] = FORM.exec(headers.authorization ?? '') ?? [];
  const date = headers['x-amz-date'] ?? '';
  const hash = headers['x-amz-content-sha256'] ?? '';
  const signed = names.split(';');
  const mustBeSigned = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-') || name === 'range')];
  if (scope === undefined || !mustBeSigned.every((name) => signed.includes(name))) return 'AccessDenied';
  if (id !== signer.accessKeyId) return 'InvalidAccessKeyId';
  if (scope !== `${date.slice(0, 8)}/${signer.region}/s3/aws4_request`) return 'AuthorizationHeaderMalformed';
  if (!(Math.abs(epochOfAmzDate(date) - now) <= MOST_SKEW_MS)) return 'RequestTimeTooSkewed';
  if (!timingSafeEqual(Buffer.from(signature, 'hex'), Buffer.from(signatureOf(request, signed, signer), 'hex')))
    return 'SignatureDoesNotMatch';
  if (!/^[0-9a-f]{64}$/.test(hash)) return 'NotImplemented';
  return hash === sha256(body) ? null : 'XAmzContentSHA256Mismatch';
}
