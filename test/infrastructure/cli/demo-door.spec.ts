import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Door } from '../../../src/infrastructure/cli/demo/door.js';

describe('Whoever asks the door of the demonstration', () => {
  let server: Server;
  let door: Door;
  let answers: number[];
  const came: { readonly key: unknown; readonly body: string }[] = [];

  const bodyOf = async (request: IncomingMessage): Promise<string> => Buffer.concat(await request.toArray()).toString();

  beforeAll(async () => {
    server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        came.push({ key: request.headers['idempotency-key'], body });
        const status = answers.shift() ?? 200;
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ code: `said/${status}` }));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    door = new Door(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, async () => 'token');
  });
  beforeEach(() => void came.splice(0));
  afterAll(() => void server.close());

  it('comes again with the same request when it is not available for the moment', async () => {
    answers = [503, 503, 200];
    expect(await door.ask({ method: 'POST', path: 'things', body: { a: 1 } })).toMatchObject({ body: { code: 'said/200' } });
    expect(came.map(({ body }) => body)).toEqual(Array.from({ length: 3 }, () => '{"a":1}'));
    expect(new Set(came.map(({ key }) => key)).size).toBe(1);
  });

  it('takes a refusal for what it is', async () => {
    answers = [409];
    await expect(door.ask({ method: 'PUT', path: 'things' })).rejects.toThrow('PUT things was refused: 409 said/409');
    expect(came).toHaveLength(1);
  });
});
