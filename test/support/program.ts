import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** KiB; `ulimit -f` counts in blocks of 512 bytes in POSIX, and of 1,024 in some shells: twice the room then. */
export type FileLimit = number | 'unlimited';
const BLOCKS_PER_KIB = 2;
const LIMIT = 'ulimit -S -f "$1" && shift && exec "$@"';
const PROGRAM = join(process.cwd(), 'dist/program/mes.mjs');

/** `mes` as its own process, built. */
export class Program {
  private said = '';

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
  }

  /** `environment` says where the installation is that it is a process of; on a state folder alone, with the embedded database, where DATABASE_URL is empty. */
  static under(environment: Readonly<Record<string, string>>, ...line: readonly string[]): Program {
    return Program.limited('unlimited', environment, ...line);
  }

  /** The same, none of whose files may grow beyond so many KiB: the system refuses the byte behind them, as it does on a full disk. */
  static limited(limit: FileLimit, environment: Readonly<Record<string, string>>, ...line: readonly string[]): Program {
    // Where its log lies is said by who starts it: EVENT_STORE of the test run alone would name a store without an address.
    const env = { ...process.env, EVENT_STORE: 'postgres', SIMULATED_CLOCK: '1', LOG_LEVEL: 'silent', NODE_ENV: 'test', ...environment };
    const mes = [process.execPath, PROGRAM, '--json', ...line];
    const [command = '', ...rest] = limit === 'unlimited' ? mes : ['/bin/sh', '-c', LIMIT, 'sh', String(limit * BLOCKS_PER_KIB), ...mes];
    return new Program(spawn(command, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** What it has written so far, on both streams. */
  get output(): string {
    return this.said;
  }
  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Resolves when what it writes matches; throws when it ends before. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.said);
      if (found !== null) return found;
      if (this.ended) throw new Error(`mes ended early: ${this.said}`);
      await Promise.race([once(this.child.stdout ?? this.child, 'data'), once(this.child.stderr ?? this.child, 'data'), this.exit()]);
    }
  }

  /** Exit code, or the signal that ended it. */
  async exit(): Promise<number | string | null> {
    if (!this.ended) await once(this.child, 'close');
    return this.child.exitCode ?? this.child.signalCode;
  }

  /** Like a power cut, but for the database: nothing of the process runs any more. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit();
  }

  /** Nothing of it runs until it is thawed or killed: whoever looks meanwhile sees where it stood at this instant. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }
  thaw(): void {
    this.child.kill('SIGCONT');
  }

  /** As an administrator ends it. Resolves with the exit code. */
  async stop(): Promise<number | string | null> {
    this.child.kill('SIGTERM');
    return this.exit();
  }
}
