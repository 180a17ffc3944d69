import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signCheckpoint } from '../../src/infrastructure/seal/note/checkpoint.js';
import { verifierKey, type Signer } from '../../src/infrastructure/seal/note/signed-note.js';
import { proveConsistency } from '../../src/infrastructure/seal/tree/prove.js';
import { rootOf } from '../../src/infrastructure/seal/tree/growth.js';
import { planted } from './planted-tree.js';

const PROGRAM = new URL('../../witness/mes-witness.mjs', import.meta.url).pathname;

/** Runs a command of the program to its end. */
export const runWitness = (...words: readonly string[]) =>
  spawnSync(process.execPath, [PROGRAM, ...words], { encoding: 'utf8', timeout: 60_000 });

/** The program in a folder of its own, as somebody else would run it. */
export class WitnessProgram {
  private process: ChildProcess | null = null;
  private port = 0;

  private constructor(
    readonly folder: string,
    readonly name: string,
    /** As it is printed for those who verify. */
    readonly key: string,
  ) {}

  static async make(name: string, logs: readonly Signer[]): Promise<WitnessProgram> {
    const folder = join(await mkdtemp(join(tmpdir(), 'mes-witness-')), 'witness');
    const made = runWitness('init', '--folder', folder, '--name', name);
    if (made.status !== 0) throw new Error(made.stderr);
    await appendFile(join(folder, 'logs'), logs.map((log) => `${verifierKey(log)}\n`).join(''));
    return new WitnessProgram(folder, name, made.stdout.trim());
  }

  /** Serves; the first time on a port that the kernel chose, later on the same one. */
  async start(): Promise<this> {
    const child = spawn(process.execPath, [PROGRAM, 'serve', '--folder', this.folder, '--port', String(this.port)]);
    this.process = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      child.on('exit', () => reject(new Error(`the witness ended: ${said}`)));
      child.stdout.on('data', (chunk: Buffer) => {
        const [, port] = /listening on \S+:(\d+)/.exec(chunk.toString()) ?? [];
        if (port === undefined) return;
        this.port = Number(port);
        resolve();
      });
    });
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.process?.pid ?? 0;
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    const child = this.process;
    this.process = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Names of the files of evidence. */
  evidence(): Promise<string[]> {
    return readdir(join(this.folder, 'evidence'));
  }

  /** What it cosigned last of a log, as it serves it; null before. */
  async head(origin: string): Promise<{ readonly size: number; readonly note: string } | null> {
    const response = await fetch(`${this.url}/${createHash('sha256').update(origin).digest('hex')}/checkpoint`);
    if (response.status === 404) return null;
    const note = await response.text();
    return { size: Number(note.split('\n')[1]), note };
  }

  async submit(body: string | Uint8Array) {
    const response = await fetch(`${this.url}/add-checkpoint`, { method: 'POST', body });
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(join(this.folder, '..'), { recursive: true });
  }
}

/** A log that lives in these leaves, as far as a witness sees it. */
export function shownLog(signer: Signer, leaves: readonly Uint8Array[]) {
  const checkpoint = (size: number): string =>
    signCheckpoint({ origin: signer.name, size, root: rootOf(planted(leaves.slice(0, size)).edge) }, [signer]);
  const proof = async (from: number, to: number): Promise<readonly string[]> =>
    from === 0
      ? []
      : (await proveConsistency(planted(leaves.slice(0, to)).source, from, to)).map((hash) => Buffer.from(hash).toString('base64'));
  const request = async (from: number, to: number): Promise<string> => requestOf(from, await proof(from, to), checkpoint(to));
  return { checkpoint, proof, request };
}

export const requestOf = (old: number | string, proof: readonly string[], checkpoint: string): string =>
  [`old ${old}`, ...proof, '', checkpoint].join('\n');
