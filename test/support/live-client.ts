import WebSocket from 'ws';
import { eventually } from './read-side.js';

export interface Heard {
  readonly type: string;
  readonly id?: string;
  readonly payload?: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}
/** What a client asks for. */
export const FIELD = 'subscription Live($space: ID!) { noticeIssued(space: $space) { notice kind document fr who { name } } }';

/** A client of graphql-transport-ws that writes down what it hears. */
export class LiveClient {
  readonly heard: Heard[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  private readonly open: Promise<void>;

  constructor(
    url: string,
    protocol = 'graphql-transport-ws',
    headers: Readonly<Record<string, string>> = {},
    readonly socket = new WebSocket(url, protocol, { headers }),
  ) {
    this.open = new Promise((resolve, reject) => socket.once('open', () => resolve()).once('error', reject));
    this.open.catch(() => undefined);
    this.closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })));
    socket.on('message', (data) => this.heard.push(JSON.parse((data as Buffer).toString()) as Heard));
  }

  async say(message: object): Promise<void> {
    await this.open;
    this.socket.send(JSON.stringify(message));
  }
  introduce = (token: string) => this.say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  follow = (space: string, id = 'one', query = FIELD) => this.say({ id, type: 'subscribe', payload: { query, variables: { space } } });
  of = (type: string) => this.heard.filter((message) => message.type === type);
  hears = (type: string, times = 1) => eventually(async () => expect(this.of(type)).toHaveLength(times));
}
