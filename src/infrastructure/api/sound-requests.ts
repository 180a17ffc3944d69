import type { FastifyRequest } from 'fastify';
import type { Identification } from './caller.js';
import { GRAPHQL_PATH } from './graphql/graphql.module.js';
import { DoorRefusal, type Answer } from './problem.js';

/** Longest path, characters: ours have a third of it, and no file system is asked for names longer than it can hold. */
const LONGEST_PATH = 240;
/** Levels of a body that are looked at: what we take has four, with the variables around it. */
const DEEPEST = 16;

const nowhere: Answer = { kind: 'not-found', code: 'request/no-such-route' };
const malformed: Answer = { kind: 'invalid', code: 'request/malformed' };
const tooLarge: Answer = { kind: 'too-large', code: 'request/too-large' };
const unmeasured: Answer = { kind: 'length-required', code: 'request/length-required' };
const unsupported: Answer = { kind: 'unsupported-media', code: 'request/unsupported-media-type' };
const noDocument: Answer = { kind: 'invalid', code: 'request/graphql-invalid' };

/** Hook before routing: a path that cannot be one of ours is nowhere. */
export async function onlyPossiblePaths({ url }: FastifyRequest): Promise<void> {
  if ((url.split('?')[0] ?? '').length > LONGEST_PATH) throw new DoorRefusal(nowhere);
}

/**
 * Hook before validation. Whatever turns bodies into inputs follows them down: one that nests further than any of ours would end in a stack
 * overflow. A member `constructor` is passed over by what looks for unknown members.
 */
export async function onlySoundBodies({ body, routeOptions: { url } }: FastifyRequest): Promise<void> {
  if (!isSound(body, DEEPEST)) throw new DoorRefusal(malformed);
  const query: unknown = url === GRAPHQL_PATH && typeof body === 'object' && body !== null && 'query' in body ? body.query : undefined;
  if (isTooLong(query)) throw new DoorRefusal(tooLarge);
  if (!isDocument(query)) throw new DoorRefusal(noDocument);
}

/** True when a parsed text nests no further than `levels`, and has no member that would be passed over. */
export const isSound = (value: unknown, levels: number): boolean => {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && !Object.hasOwn(value, 'constructor') && Object.values(value).every((inside) => isSound(inside, levels - 1));
};

/** Bytes of a request that nobody answers for, and characters of any document: only the bytes of a holder's own file make a request longer. */
const MODEST = 100_000;
const isTooLong = (query: unknown): boolean => typeof query === 'string' && query.length > MODEST;

/** Hook before the body is read: files come where files are taken, and nothing long comes from nobody. */
export async function onlyExpectedBodies({ headers, method, routeOptions: { url = '' } }: FastifyRequest): Promise<void> {
  const takesFiles = method === 'POST' && FILE_ROUTES.some((route) => url.endsWith(route));
  if (/^multipart\//i.test(headers['content-type'] ?? '') && !takesFiles) throw new DoorRefusal(unsupported);
  if (url !== GRAPHQL_PATH || headers.authorization !== undefined) return;
  if (headers['transfer-encoding'] !== undefined) throw new DoorRefusal(unmeasured);
  if (lengthOf(headers) > MODEST) throw new DoorRefusal(tooLarge);
}

/** Hook before the body is read, behind the limit of requests: who sends much, or does not say how much, has a token, and it is a good one. */
export const onlyKnownSenders =
  (who: Pick<Identification, 'met'>) =>
  async (request: FastifyRequest): Promise<void> => {
    if (request.routeOptions.url === GRAPHQL_PATH && lengthOf(request.headers) > MODEST) await who.met(request);
  };

/** Bytes of the body, as announced; of one that comes in pieces nothing is known. */
const lengthOf = ({ 'content-length': announced, 'transfer-encoding': pieces }: FastifyRequest['headers']): number =>
  pieces === undefined ? Number(announced ?? 0) : Infinity;
const FILE_ROUTES = ['/spaces/:space/documents', '/spaces/:space/document-batches'];

/** The engine takes a document that is no text, or a text of JSON, for a syntax tree, and looks neither at its size nor at its form. */
const isDocument = (query: unknown): boolean => query === undefined || (typeof query === 'string' && !isJson(query));

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
