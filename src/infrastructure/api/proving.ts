import type { FastifyRequest } from 'fastify';
import { PREFIX } from './answers.js';
import { GRAPHQL_PATH } from './graphql/graphql.module.js';
import { TOKEN_ROUTE } from './oauth/token-route.js';

/** Where somebody proves himself by a letter, with an account or without one: guessing must be slow. The route over REST, the mutation over GraphQL. */
export const PROVING = {
  oppositions: 'registerOpposition',
  'opposition-withdrawals': 'withdrawOpposition',
  'non-representative-declarations': 'blockAutomaticCreation',
  'provisional-codes': 'renewProvisionalCode',
  activations: 'activateSpace',
  'spaces/:space/reopening': 'reopenSpace',
} as const;

const ROUTES = [...Object.keys(PROVING), TOKEN_ROUTE].map((noun) => `/${PREFIX}/${noun}`);
const MUTATIONS = new RegExp(`\\b(${Object.values(PROVING).join('|')})\\b`);

/** A document that names such a mutation, under whatever alias; it holds one wish at most (graphql/limits.ts), so it counts once. */
const names = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'query' in body && typeof body.query === 'string' && MUTATIONS.test(body.query);

/** True where a document proves somebody who has a token: known only once its body was read. */
export const isProvingDocument = ({ routeOptions: { url }, headers, body }: FastifyRequest): boolean =>
  url === GRAPHQL_PATH && headers.authorization !== undefined && names(body);

/** Somebody asks for a WebSocket, whatever the path: Node says so of the message itself, so that no header can feign it. */
export const isUpgrade = ({ raw }: FastifyRequest): boolean => (raw as { readonly upgrade?: boolean }).upgrade === true;

/**
 * Without a token GraphQL does nothing but what a letter allows: both doors share the stricter limit. Over a WebSocket, where the token comes later, it does
 * not even that.
 */
export const isProving = (request: FastifyRequest): boolean => {
  const { url = '' } = request.routeOptions;
  const tokenless = url === GRAPHQL_PATH && request.headers.authorization === undefined && !isUpgrade(request);
  return ROUTES.includes(url) || tokenless || isProvingDocument(request);
};
