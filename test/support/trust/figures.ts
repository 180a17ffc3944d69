import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';

/** What a drill counted: numbers, never data of anybody. */
export type Figures = Readonly<Record<string, number>>;

/** Short commit of the checkout; said when there is none. */
function commit(): string {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'no checkout';
}
const fileOf = (drill: string, { people }: Figures): string => (people === undefined ? drill : `${drill}-${people}`);
const machine = (): string =>
  `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;

/**
 * Writes down what a drill counted, for docs/TRUST.md (`npm run trust`), with the commit and the machine: one file a drill and number of
 * people in it, so that a short run leaves the figures of a long one; the last run of its size counts.
 * Nothing where the run does not collect figures (TRUST_FIGURES, a folder; jest.config.mjs names one).
 */
export function trustFigures(drill: string, counted: Figures): void {
  const folder = process.env['TRUST_FIGURES'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${fileOf(drill, counted)}.json`),
    `${JSON.stringify({ drill, counted, commit: commit(), machine: machine() })}\n`,
  );
}
