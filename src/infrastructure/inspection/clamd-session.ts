import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { StoreUnavailable } from '../../application/shared/ports.js';

/** How long to wait for a connection, for room to write, and for the answer once everything is sent. */
export interface ClamdLimits {
  readonly connectMs: number;
  readonly writeMs: number;
  readonly answerMs: number;
}

const MOST_ANSWER = 1024;
/** clamd takes larger ones, but holds each in memory. */
const MOST_CHUNK = 1 << 20;
const COMMAND = Buffer.from('zINSTREAM\0', 'latin1');

const away = (reason: string, cause?: unknown): StoreUnavailable => new StoreUnavailable(`the antivirus ${reason}`, { cause });

/** One connection for one scan: `zINSTREAM`, chunks behind their length in four bytes, a length of zero, one answer that ends with a NUL. */
export class ClamdSession {
  private readonly socket: Socket;
  private readonly answer: Promise<string>;
  private received = '';
  /** Set as soon as clamd answered or the connection broke: nothing more need be sent. */
  private over = false;
  private wake: (() => void) | null = null;

  constructor(
    address: NetConnectOpts,
    private readonly limits: ClamdLimits,
  ) {
    this.socket = connect(address);
    this.answer = new Promise((resolve, reject) => {
      this.socket.on('data', (piece: Buffer) => this.read(piece, resolve, reject));
      this.socket.on('error', (error) => this.finish(() => reject(away('cannot be reached', error))));
      this.socket.on('close', () => this.finish(() => reject(away('hung up'))));
    });
    // Whoever waits for the answer hears of the failure there; until then nobody does.
    this.answer.catch(() => undefined);
    this.socket.on('drain', () => this.wake?.());
  }

  /** Sends everything, and returns the answer without its NUL. `early`: it came before everything was sent. */
  async scan(bytes: AsyncIterable<Uint8Array>): Promise<{ readonly answer: string; readonly early: boolean }> {
    try {
      await this.connected();
      await this.write(COMMAND);
      for await (const piece of bytes) {
        for (let at = 0; at < piece.length && !this.over; at += MOST_CHUNK) await this.chunk(piece.subarray(at, at + MOST_CHUNK));
        if (this.over) return { answer: await this.answer, early: true };
      }
      const early = this.over;
      await this.write(Buffer.alloc(4));
      return { answer: await this.within(this.limits.answerMs, this.answer), early };
    } finally {
      this.socket.destroy();
    }
  }

  private connected(): Promise<unknown> {
    if (!this.socket.connecting) return Promise.resolve();
    const connected = new Promise<void>((resolve) => this.socket.once('connect', resolve));
    return this.within(this.limits.connectMs, Promise.race([connected, this.answer]));
  }

  private async chunk(piece: Uint8Array): Promise<void> {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(piece.length);
    this.socket.write(length);
    await this.write(piece);
  }

  /** Resolves when there is room for more, or when nothing more need be sent. */
  private async write(bytes: Uint8Array): Promise<void> {
    if (this.over || this.socket.write(bytes)) return;
    await this.within(this.limits.writeMs, new Promise<void>((resolve) => (this.wake = resolve)));
    this.wake = null;
  }

  private read(piece: Buffer, resolve: (answer: string) => void, reject: (error: StoreUnavailable) => void): void {
    this.received += piece.toString('latin1');
    const end = this.received.indexOf('\0');
    if (end !== -1) this.finish(() => resolve(this.received.slice(0, end)));
    else if (this.received.length > MOST_ANSWER) this.finish(() => reject(away('gave no answer that ends')));
  }

  private finish(how: () => void): void {
    this.over = true;
    how();
    this.wake?.();
  }

  private async within<T>(ms: number, promise: Promise<T>): Promise<T> {
    let alarm: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      alarm = setTimeout(() => reject(away('does not answer')), ms);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(alarm);
    }
  }
}
