import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './planted-project.js';

/** One thing that is wrong with a resource, by whom it was found. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly id?: string;
  readonly by: 'medplum' | 'fhir' | 'balp' | 'house' | 'folder' | 'json';
  readonly rule: string;
  readonly at?: string;
}
export interface ConformanceReport {
  readonly resources: number;
  readonly types: Readonly<Record<string, number>>;
  readonly profiles: Readonly<Record<string, number>>;
  readonly knownFalseWarnings: Readonly<Record<string, number>>;
  readonly found: number;
  readonly findings: readonly Finding[];
}

/** The program as people run it: its validators do not load inside the sandbox of the test runner. */
export function runConformance(
  folder: string,
  ...options: readonly string[]
): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'conformance/run.mjs'), folder, ...options], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { code: status, out: stdout, err: stderr };
}

/** A folder with these lines in one file, as long as `use` runs. */
export function inFolder<R>(lines: readonly string[], use: (folder: string) => R): R {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    writeFileSync(join(folder, 'resources.ndjson'), lines.map((line) => `${line}\n`).join(''));
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the program finds in these resources, each on its line. */
export const conformanceOf = (resources: readonly object[]): ConformanceReport =>
  inFolder(
    resources.map((resource) => JSON.stringify(resource)),
    (folder) => JSON.parse(runConformance(folder, '--json').out) as ConformanceReport,
  );
