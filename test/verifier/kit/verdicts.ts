import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { main } from '../../../verifier/mes-verify.mjs';

/** As both verifiers print it. */
export interface Finding {
  readonly code: string;
  readonly file: string;
  readonly line?: number;
  readonly index?: number;
  readonly stream?: string;
  readonly rev?: number;
  readonly cell?: string;
}
export interface Report {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly [member: string]: unknown;
}
export interface Answer {
  readonly code: number;
  readonly out: string;
}

/** A folder for packages, and both verifiers over it. Paths in arguments begin with `@/`. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'mes-verify-'));
  private readonly jobs: string[][] = [];

  path(name: string): string {
    return join(this.folder, name);
  }
  /** Writes a file for the arguments of a job. */
  file(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return `@/${name}`;
  }
  /** Number of the job. */
  job(...argv: string[]): number {
    return this.jobs.push([...argv, '--json']) - 1;
  }
  /** The JavaScript verifier, in this process. */
  node(): Answer[] {
    return this.jobs.map((argv) => {
      let out = '';
      const words = argv.map((word) => (word.startsWith('@/') ? this.path(word.slice(2)) : word));
      const code = main(words, { out: (text) => void (out += text), err: () => undefined });
      return { code, out };
    });
  }
  /** The Python verifier, in a process of its own. */
  async python(): Promise<Answer[]> {
    writeFileSync(this.path('jobs.json'), JSON.stringify(this.jobs));
    const child = fileURLToPath(new URL('python-child.mjs', import.meta.url));
    await promisify(execFile)(process.execPath, [child, this.folder]);
    return JSON.parse(readFileSync(this.path('answers.json'), 'utf8')) as Answer[];
  }
  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}

export const reportIn = ({ out }: Answer): Report => JSON.parse(out) as Report;
