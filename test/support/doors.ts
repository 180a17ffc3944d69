import type { FastifyInstance } from 'fastify';
import type { PersonaName } from '../../src/infrastructure/identity/personas.js';

/** What has doors: a world, or the whole system. */
export interface WithDoors {
  readonly app: Pick<FastifyInstance, 'inject'>;
  readonly token: (name: PersonaName) => Promise<string>;
  /** Until the read models have taken everything that lies in the log now. */
  readonly caughtUp?: () => Promise<void>;
}

export interface Said {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}
interface Asked {
  readonly as?: PersonaName;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const authorization = async (world: WithDoors, { as, token }: Asked): Promise<Record<string, string>> => {
  const bearer = token ?? (as === undefined ? undefined : await world.token(as));
  return bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
};

const send = async (app: WithDoors['app'], method: string, url: string, headers: object, body: unknown): Promise<Said> => {
  const answer = await app.inject({
    method: method as 'GET',
    url,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
  });
  const json = String(answer.headers['content-type'] ?? '').includes('json') && answer.payload !== '';
  return { status: answer.statusCode, headers: answer.headers, body: json ? JSON.parse(answer.payload) : answer.payload };
};

/** The two doors of a world: what each answers, in its own words. */
export const doorsOf = (world: WithDoors) => ({
  /** `rest('GET', '/spaces/…', { as: 'alice' })`, below /api/v1. */
  rest: async (method: string, path: string, asked: Asked = {}): Promise<Said> =>
    send(world.app, method, `/api/v1${path}`, { ...(await authorization(world, asked)), ...asked.headers }, asked.body),
  /** Any path. */
  raw: async (method: string, path: string, asked: Asked = {}): Promise<Said> =>
    send(world.app, method, path, { ...(await authorization(world, asked)), ...asked.headers }, asked.body),
  /** One document with its variables. */
  graphql: async (query: string, variables: object = {}, asked: Asked = {}): Promise<Said> =>
    send(world.app, 'POST', '/graphql', { ...(await authorization(world, asked)), ...asked.headers }, { query, variables }),
});

/** The code of the refusal that a GraphQL answer holds; undefined when it holds none. */
export const refusedOverGraphql = ({ body }: Said): string | undefined => body.errors?.[0]?.extensions?.problem;
