import { connect } from 'node:net';
import { openSystem, type RunningSystem } from '../support/system.js';

const PATHS = [
  '/../../etc/passwd',
  '/graphql/explorer/../../../../etc/passwd',
  '/graphql/explorer/%2e%2e/%2e%2e/%2e%2e/package.json',
  '/graphql/explorer/..%5c..%5cpackage.json',
  '/graphql/explorer/%00',
  '/docs/%2e%2e%2fpackage.json',
  '/docs/..%c0%af..%c0%afetc/passwd',
  '/api/v1/spaces/%00',
  '/api/v1/spaces/%ff',
  '/api/v1/spaces/%zz',
  '//evil.example/api/v1/me/spaces',
  'http://evil.example/api/v1/nothing',
  '*',
  '/api/v1/me/spaces#fragment',
  `/${'x'.repeat(10_000)}`,
  `/?${'a=b&'.repeat(3_000)}`,
];
const HEADS = [
  'GET / HTTP/9.9\r\nHost: x\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n',
  'GET\r\n\r\n',
  '\u0000\u0001\u0002\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n',
  `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`,
  'BREW /api/v1/me/spaces HTTP/1.1\r\nHost: x\r\n\r\n',
  'POST /api/v1/oppositions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: -5\r\n\r\n{}',
  'POST /api/v1/oppositions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
];

describe('what a client library would not send, over a socket', () => {
  let running: RunningSystem;
  beforeAll(async () => {
    running = await openSystem({ LOG_LEVEL: 'warn' });
  });
  afterAll(() => running.close());

  /** Everything the server says until it hangs up. */
  const say = (head: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(running.system.url ?? '');
      const chunks: Buffer[] = [];
      const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(Buffer.from(head, 'latin1')));
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('error', reject);
      socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    });
  const refused = (answer: string): void => {
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toMatch(/root:|"dependencies"|node_modules|\bat [\w.]+ \(/);
  };

  it.each(PATHS.map((path) => [path.slice(0, 60), path]))('a path like %s', async (_, path) => {
    const answer = await say(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    refused(answer);
    if (path.length < 9_000) expect(answer).toContain('application/problem+json');
  });

  it.each(HEADS.map((head) => [JSON.stringify(head.slice(0, 60)), head]))('a head like %s', async (_, head) => {
    refused(await say(head.replace('\r\n', '\r\nConnection: close\r\n').replace(/^GET\r\nConnection: close/, 'GET')));
  });

  it('a document in pieces, from nobody', async () => {
    const head =
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n';
    const answer = await say(`${head}1b\r\n{"query": "{ __typename }"} \r\n0\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 411 /);
    expect(answer).toContain('request/length-required');
  });

  it('and it goes on serving, without a word about a failure', async () => {
    expect(await say('GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
    expect(running.lines).toEqual([]);
  });
});
