import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between a client and a server, whatever they speak: what a network does wrong, it can do. */
export class Proxy {
  private readonly open = new Set<Socket>();
  private readonly silent = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private target: { readonly host: string; readonly port: number },
  ) {}

  static async to(target: { readonly host: string; readonly port: number }): Promise<Proxy> {
    const server = createServer();
    const proxy = new Proxy(server, target);
    server.on('connection', (socket) => proxy.join(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends every connection without a word. New ones may be made at once. */
  cut(): void {
    for (const socket of this.open) socket.destroy();
  }

  /** The connections stay, and nothing comes through any more. */
  mute(): void {
    for (const socket of this.open) {
      socket.pause();
      this.silent.add(socket);
    }
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(near: Socket): void {
    const far = connect(this.target);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.open.add(from);
      // Whole messages pass through here: nothing is won by waiting for more of them.
      from.setNoDelay(true);
      from.on('data', (bytes) => {
        if (!this.silent.has(from)) to.write(bytes);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.open.delete(from);
        to.destroy();
      });
    }
  }
}
