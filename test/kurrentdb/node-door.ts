import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import type { Certificates } from './certificates.js';
import { LoopbackServer } from './loopback.js';

export const ADMIN = { username: 'admin', password: 'the password of the administrators' };
export const OPS = { username: 'ops', password: 'the password of those who run it' };

/** What a node says of its last scavenge. */
export type ScavengeResult = 'Unknown' | 'InProgress' | 'Success' | 'Stopped' | 'Errored';

interface Account {
  readonly password: string;
  readonly groups: readonly string[];
}
interface NewAccount {
  readonly loginName: string;
  readonly password: string;
  readonly groups: readonly string[];
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

interface Answer {
  readonly status: number;
  readonly body?: object;
}

/** The one port of a node under TLS, as a real one has it: gRPC for whoever speaks HTTP/2, and for others accounts (for administrators) and scavenges. */
export class NodeDoor {
  readonly accounts = new Map<string, Account>([
    [ADMIN.username, { password: ADMIN.password, groups: ['$admins'] }],
    [OPS.username, { password: OPS.password, groups: ['$ops'] }],
  ]);
  /** The thresholds of the scavenges that it was asked for. */
  scavenges: string[] = [];
  /** What it says of its last scavenge, one answer after the other; then that it succeeded. */
  results: ScavengeResult[] = [];
  isScavenging = false;
  private readonly http = createHttp((request, response) => void this.answer(request, response));
  private readonly open = new Set<TLSSocket>();

  private constructor(
    private readonly node: LoopbackServer,
    private readonly door: Server,
    private readonly ca: string,
  ) {}

  static async open({ ca, ...tls }: Certificates): Promise<NodeDoor> {
    const node = await LoopbackServer.start({ tls, users: {} });
    const server = createServer({ ...tls, ALPNProtocols: ['h2', 'http/1.1'] });
    const door = new NodeDoor(node, server, ca);
    await node.accounts(Object.fromEntries(door.accounts));
    server.on('secureConnection', (socket) => door.join(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return door;
  }

  get address(): string {
    return `localhost:${(this.door.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    this.door.close();
    await once(this.door, 'close');
    await this.node.stop();
  }

  private join(near: TLSSocket): void {
    this.open.add(near);
    near.on('close', () => this.open.delete(near));
    if (near.alpnProtocol !== 'h2') {
      this.http.emit('connection', near);
      return;
    }
    const far = connect({ host: '127.0.0.1', servername: 'localhost', port: this.node.port, ca: this.ca, ALPNProtocols: ['h2'] });
    near.pipe(far).pipe(near);
    // Whoever goes takes the other one along.
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await this.outcome(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  private async outcome(request: IncomingMessage): Promise<Answer> {
    const { method, url = '' } = request;
    const [, login = ''] = /^\/users\/?([^/?]*)$/.exec(url) ?? [];
    const [, threshold] = /^\/admin\/scavenge\?threshold=(-?\d+)$/.exec(url) ?? [];
    if (!this.isOf(request, url.startsWith('/users') ? ['$admins'] : ['$admins', '$ops'])) return { status: 401 };
    if (url === '/users' && method === 'POST') return this.make(JSON.parse(await textOf(request)) as NewAccount);
    if (threshold !== undefined && method === 'POST') return this.scavenge(threshold);
    if (url === '/admin/scavenge/last')
      return { status: 200, body: { scavengeId: this.last, scavengeResult: this.results.shift() ?? 'Success' } };
    return this.accounts.has(login) ? { status: 200, body: { data: { loginName: login } } } : { status: 404 };
  }

  private get last(): string {
    return `scavenge-${this.scavenges.length}`;
  }

  private async scavenge(threshold: string): Promise<Answer> {
    if (this.isScavenging) return { status: 400 };
    this.scavenges.push(threshold);
    await this.node.scavenge();
    return { status: 200, body: { scavengeId: this.last } };
  }

  private async make({ loginName, password, groups }: NewAccount): Promise<Answer> {
    if (this.accounts.has(loginName)) return { status: 409 };
    this.accounts.set(loginName, { password, groups });
    await this.node.accounts(Object.fromEntries(this.accounts));
    return { status: 201 };
  }

  private isOf({ headers: { authorization = '' } }: IncomingMessage, groups: readonly string[]): boolean {
    const [name = '', ...password] = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
      .toString('utf8')
      .split(':');
    const account = this.accounts.get(name);
    return account?.password === password.join(':') && account.groups.some((group) => groups.includes(group));
  }
}
