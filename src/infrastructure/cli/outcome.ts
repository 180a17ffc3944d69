import { CommanderError } from 'commander';
import { StoreUnavailable } from '../../application/shared/ports.js';
import { Refused } from '../../application/shared/refused.js';
import { problemTexts } from '../api/problem-texts.js';

/** 0: done · 1: refused or failed · 2: wrong usage. */
export type ExitCode = 0 | 1 | 2;

/** The command did its work, and what it found is bad: exit code 1, one sentence. */
export class Failed extends Error {}

/** The exit code of an error, and the sentence that explains it (null: it was said already). */
export function outcomeOf(error: unknown): { readonly code: ExitCode; readonly sentence: string | null } {
  if (error instanceof CommanderError) return { code: error.exitCode === 0 ? 0 : 2, sentence: null };
  if (error instanceof Refused) return { code: 1, sentence: refusal(error.rejection.rejected) };
  if (error instanceof StoreUnavailable)
    return { code: 1, sentence: `the store did not answer, nothing was promised (${error.message}); try again` };
  return { code: 1, sentence: error instanceof Error ? error.message : 'failed for a reason that is no error' };
}

const refusal = (code: string): string => {
  const text = problemTexts[code]?.en;
  return text === undefined ? `refused: ${code}` : `refused: ${text} (${code})`;
};
