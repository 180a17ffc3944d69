import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Target {
  readonly host: string;
  readonly port: number;
}

/** How a tunnel says that it leads to where it was asked to lead. */
const OPENED = Buffer.from('HTTP/1.1 200 OK\r\n\r\n');

/** Stands between a client and a server, whatever they speak: what a network does wrong, it can do. */
export class Proxy {
  private readonly open = new Set<Socket>();
  private readonly silent = new Set<Socket>();
  /** What becomes of connections from now on, those to come among them; null: they are whole. */
  private trouble: 'away' | 'silent' | 'unanswered' | null = null;
  private fuse: { left: number; readonly burnt: () => void } | null = null;

  private constructor(private readonly server: Server) {}

  static async to(target: Target): Promise<Proxy> {
    const server = createServer();
    const proxy = new Proxy(server);
    server.on('connection', (near) => {
      if (proxy.trouble === 'away') near.destroy();
      else proxy.join(near, target);
    });
    return proxy.listening();
  }

  /** To whatever server each connection asks for: it knows all nodes of a cluster by their own names, and reads nothing of what they say. */
  static async tunnel(): Promise<Proxy> {
    const server = createHttpServer();
    const proxy = new Proxy(server);
    server.on('connect', ({ url = '' }, near) => {
      const { hostname, port } = new URL(`tunnel://${url}`);
      proxy.lead(near as Socket, { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
    });
    return proxy.listening();
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends every connection without a word. New ones may be made at once. */
  cut(): void {
    for (const socket of this.open) socket.destroy();
  }

  /** The connections stay, and nothing comes through any more. New ones are whole. */
  mute(): void {
    for (const socket of this.open) this.hush(socket);
  }

  /** Nothing comes through any more, on no connection, those to come among them; or nothing of what the server says. */
  silence(what: 'everything' | 'answers' = 'everything'): void {
    this.trouble = what === 'everything' ? 'silent' : 'unanswered';
    if (what === 'everything') this.mute();
  }

  /** As where no server is any more: every connection ends, and none can be made. */
  leave(): void {
    this.trouble = 'away';
    this.cut();
  }

  /** Whatever went wrong is over; connections that saw it end. */
  heal(): void {
    this.trouble = null;
    this.cut();
  }

  /** When the server has said so many bytes more, every connection ends, or nothing comes through any more; resolves then. */
  after(bytes: number, what: 'cut' | 'silence'): Promise<void> {
    return new Promise((resolve) => {
      const burnt = (): void => {
        if (what === 'cut') this.heal();
        else this.silence();
        resolve();
      };
      this.fuse = { left: bytes, burnt };
    });
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private async listening(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  private lead(near: Socket, target: Target): void {
    // The tunnel is there: it is the server behind it that is not.
    if (this.trouble === 'away') near.end(OPENED, () => near.destroy());
    else this.join(near, target).once('connect', () => this.answer(near, OPENED));
  }

  private join(near: Socket, target: Target): Socket {
    const far = connect(target);
    this.tie(near, far, (bytes) => far.write(bytes));
    this.tie(far, near, (bytes) => this.answer(near, bytes));
    if (this.trouble === 'silent') [near, far].forEach((socket) => this.hush(socket));
    return far;
  }

  private tie(from: Socket, to: Socket, pass: (bytes: Buffer) => void): void {
    this.open.add(from);
    // Whole messages pass through here: nothing is won by waiting for more of them.
    from.setNoDelay(true);
    from.on('data', (bytes) => {
      if (!this.silent.has(from)) pass(bytes);
    });
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.open.delete(from);
      to.destroy();
    });
  }

  /** What the server says, as long as it is heard. */
  private answer(near: Socket, bytes: Buffer): void {
    if (this.trouble === 'unanswered' || this.silent.has(near)) return;
    const { fuse } = this;
    if (fuse === null || bytes.length < fuse.left) {
      near.write(bytes);
      if (fuse !== null) fuse.left -= bytes.length;
      return;
    }
    this.fuse = null;
    this.trouble = 'unanswered';
    near.write(bytes.subarray(0, fuse.left), () => fuse.burnt());
  }

  private hush(socket: Socket): void {
    socket.pause();
    this.silent.add(socket);
  }
}
