import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = join(process.cwd(), 'test/kurrentdb/server/main.mjs');
/** In the folder of a server. */
const LOG = 'events.log';

/** What is to go wrong from now on (test/kurrentdb/server/attacks.mjs). `methods`: append, read, subscribe, delete. */
export type Attack = { readonly times?: number; readonly methods?: readonly string[] } & (
  | { readonly kind: 'mute' | 'refuse' | 'hold-answers' | 'hold-commits' | 'time-out' }
  | { readonly kind: 'hold-reads'; readonly events: number }
  | { readonly kind: 'not-leader'; readonly host: string; readonly port: number; readonly replica?: boolean }
);

export interface LoopbackOptions {
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly users?: Readonly<Record<string, { readonly password: string; readonly groups?: readonly string[] }>>;
  readonly maxAppendSize?: number;
  readonly maxAppendEventSize?: number;
  /** How many ids of events it remembers. */
  readonly remembered?: number;
}

/** A node as gossip names it. */
export interface Member {
  readonly host: string;
  readonly port: number;
  readonly state?: 'LEADER' | 'FOLLOWER' | 'UNKNOWN';
  readonly alive?: boolean;
}

/** A record as it lies on the disk, bytes in base64. What lies behind it begins where its room ends, whatever it holds. */
export interface DiskRecord {
  readonly stream: string;
  readonly rev: string;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: string;
  readonly metadata: string;
  readonly room: number;
}

/** Everything that a record says, as it is sent. */
export const bytesOfRecord = ({ stream, type, data, metadata }: DiskRecord): Buffer =>
  Buffer.concat([Buffer.from(`${stream} ${type} `), Buffer.from(data, 'base64'), Buffer.from(metadata, 'base64')]);

/** What is left on a disk without these. The others stay at their places: the room of what is gone belongs to the record in front of it. */
export const takenOut = (records: readonly DiskRecord[], gone: (record: DiskRecord) => boolean): readonly DiskRecord[] =>
  records.reduce<readonly DiskRecord[]>((left, record) => {
    const before = left.at(-1);
    if (!gone(record) || before === undefined) return [...left, record];
    return [...left.slice(0, -1), { ...before, room: before.room + record.room }];
  }, []);

/** A server of the tests, as a process of its own: what it holds is on the disk, and survives it. */
export class LoopbackServer {
  port = 0;
  private child: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly options: LoopbackOptions,
  ) {}

  static async start(options: LoopbackOptions = {}): Promise<LoopbackServer> {
    const server = new LoopbackServer(await mkdtemp(join(tmpdir(), 'mes-kurrent-')), options);
    await server.begin();
    return server;
  }

  /** Another one with all that this one has acknowledged, at the same positions; nobody may be writing. */
  async copy(): Promise<LoopbackServer> {
    const server = new LoopbackServer(await mkdtemp(join(tmpdir(), 'mes-kurrent-')), this.options);
    await copyFile(join(this.folder, LOG), join(server.folder, LOG));
    await server.begin();
    return server;
  }

  get url(): string {
    return `esdb://127.0.0.1:${this.port}?tls=${this.options.tls !== undefined}`;
  }

  /** Null ends what goes wrong. */
  async attack(attack: Attack | null): Promise<void> {
    await this.tell({ attack });
  }

  /** What gossip says of the cluster. */
  async members(members: readonly Member[]): Promise<void> {
    await this.tell({ members });
  }

  /** From now on these accounts are let in, and no others; a server without TLS lets in everybody. */
  async accounts(users: NonNullable<LoopbackOptions['users']>): Promise<void> {
    await this.tell({ users });
  }

  /** Takes what lies in ended streams off its disk, as an administrator has it done on a real server. */
  async scavenge(): Promise<void> {
    await this.tell({ scavenge: true });
  }

  /** Resolves when the attack has held somebody back. */
  async happened(kind: Attack['kind']): Promise<void> {
    for (;;) if ((await this.heard()).happened === kind) return;
  }

  /** As a power cut ends it. */
  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.gone();
  }

  /** On the same port, with what it had acknowledged. */
  async restart(): Promise<void> {
    await this.kill();
    await this.begin();
  }

  /** What lies on its disk. */
  async records(): Promise<readonly DiskRecord[]> {
    const lines = (await readFile(join(this.folder, LOG), 'utf8')).split('\n').filter((line) => line !== '');
    return lines.flatMap((line) => JSON.parse(line) as DiskRecord[]);
  }

  /** Starts it again on what somebody makes of its disk while it is down. */
  async forge(alter: (records: readonly DiskRecord[]) => readonly DiskRecord[]): Promise<void> {
    await this.kill();
    const forged = alter(await this.records());
    await writeFile(join(this.folder, LOG), forged.map((record) => `${JSON.stringify([record])}\n`).join(''));
    await this.begin();
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async begin(): Promise<void> {
    const settings = JSON.stringify({ folder: this.folder, port: this.port, ...this.options });
    this.child = fork(PROGRAM, [settings], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
    const { port } = (await Promise.race([this.heard(), this.gone()])) ?? {};
    if (typeof port !== 'number') throw new Error('the test server ended before it served');
    this.port = port;
  }

  private async tell(message: object): Promise<void> {
    const done = this.heard();
    this.child?.send(message);
    await done;
  }

  private async heard(): Promise<Readonly<Record<string, unknown>>> {
    if (this.child === undefined) throw new Error('the test server does not run');
    const [message] = (await once(this.child, 'message')) as [Readonly<Record<string, unknown>>];
    return message;
  }

  private async gone(): Promise<undefined> {
    const { child } = this;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return undefined;
  }
}
