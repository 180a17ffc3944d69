import { createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What the server does with a stream: scans it · closes at once · dies in the middle of the upload · stops reading · reads all and says nothing ·
 * closes instead of answering · answers these words (`early`: before the end of the stream).
 */
export type Conduct =
  'scan' | 'refuse' | 'die-midway' | 'stop-reading' | 'silent' | 'hang-up' | { readonly answer: string; readonly early?: boolean };

const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
const COMMAND = 'zINSTREAM\0';
const LIMIT = 26 * 1024 * 1024;

/** Chunks of a stream as they arrive: a length in four bytes, big-endian, then as many bytes; a length of zero ends it. */
class Incoming {
  private waiting = Buffer.alloc(0);
  private started = false;
  readonly chunks: Buffer[] = [];

  /** Takes what arrived; true once the stream is complete. */
  take(piece: Buffer): boolean {
    this.waiting = Buffer.concat([this.waiting, piece]);
    if (!this.started) {
      if (this.waiting.length < COMMAND.length) return false;
      if (this.waiting.toString('latin1', 0, COMMAND.length) !== COMMAND) throw new Error('not the command of the protocol');
      this.waiting = this.waiting.subarray(COMMAND.length);
      this.started = true;
    }
    while (this.waiting.length >= 4) {
      const length = this.waiting.readUInt32BE(0);
      if (length === 0) return true;
      if (this.waiting.length < 4 + length) return false;
      this.chunks.push(this.waiting.subarray(4, 4 + length));
      this.waiting = this.waiting.subarray(4 + length);
    }
    return false;
  }

  get size(): number {
    return this.chunks.reduce((sum, { length }) => sum + length, 0);
  }

  verdict(): string {
    if (this.size > LIMIT) return 'INSTREAM size limit exceeded. ERROR';
    return Buffer.concat(this.chunks).includes(EICAR) ? 'stream: Eicar.Test.UNOFFICIAL FOUND' : 'stream: OK';
  }
}

function onPiece(socket: Socket, conduct: Conduct, incoming: Incoming, piece: Buffer): void {
  if (conduct === 'stop-reading') return void socket.pause();
  const isComplete = incoming.take(piece);
  const answer = (words: string): void => void socket.end(`${words}\0`);
  if (conduct === 'die-midway' && incoming.size > 0) socket.resetAndDestroy();
  else if (typeof conduct === 'object' && (isComplete || conduct.early)) answer(conduct.answer);
  else if (isComplete && conduct === 'hang-up') socket.end();
  else if (isComplete && conduct === 'scan') answer(incoming.verdict());
}

/** A server that speaks the protocol of clamd, and conducts itself as it is told. `path`: on a socket in the file system instead of TCP. */
export async function fakeClamd(first: Conduct = 'scan', path?: string) {
  const sockets = new Set<Socket>();
  const streams: Incoming[] = [];
  let conduct = first;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (conduct === 'refuse') return void socket.destroy();
    const incoming = new Incoming();
    streams.push(incoming);
    socket.on('data', (piece: Buffer) => onPiece(socket, conduct, incoming, piece));
  });
  await new Promise<void>((resolve) => (path === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(path, resolve)));
  return {
    address: path === undefined ? { host: '127.0.0.1', port: (server.address() as AddressInfo).port } : { path },
    streams,
    behave: (next: Conduct) => (conduct = next),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type FakeClamd = Awaited<ReturnType<typeof fakeClamd>>;

/** The test file that every antivirus finds, in bytes. */
export const eicar = (): Buffer => Buffer.from(EICAR, 'latin1');
