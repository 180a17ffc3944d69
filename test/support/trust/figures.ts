import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a drill counted: numbers and short words, never data of anybody. */
export type Figures = Readonly<Record<string, number | string>>;

/** Writes down what a drill counted, for docs/TRUST.md; nothing where the run does not collect figures (TRUST_FIGURES, a folder). */
export function trustFigures(drill: string, figures: Figures): void {
  const folder = process.env['TRUST_FIGURES'];
  if (folder === undefined || folder === '') return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${drill}.json`), `${JSON.stringify({ drill, ...figures })}\n`);
}
