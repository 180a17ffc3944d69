import { answers, type AnswerKind } from '../api/problem.js';
import { inputCodes } from '../api/input-errors.js';
import { problemTexts } from '../api/problem-texts.js';

const kindRow = (kind: string): string => {
  const { status, title, graphql } = answers[kind as AnswerKind];
  return `| ${kind} | ${status} | \`${graphql}\` | ${title} |`;
};

/** `docs/reference/problems.md`. */
export const problemsReference = (): string =>
  [
    '# Refusals',
    '',
    'Generated from `src/infrastructure/api/problem.ts` and `problem-texts.ts`; do not edit.',
    'REST answers `application/problem+json` (RFC 9457) with `code`; GraphQL puts the same code into `extensions.problem`.',
    '',
    '| Kind | HTTP | GraphQL `extensions.code` | Title |',
    '|---|---|---|---|',
    ...Object.keys(answers).map(kindRow),
    '',
    '## Codes',
    '',
    '| Code | French | English |',
    '|---|---|---|',
    ...Object.keys(problemTexts)
      .sort()
      .map((code) => `| \`${code}\` | ${problemTexts[code]?.fr} | ${problemTexts[code]?.en} |`),
    '',
    '## Codes of single inputs',
    '',
    'In `errors[].code`, beside the `pointer` (RFC 6901) to the member that is wrong.',
    '',
    ...[...new Set([...Object.values(inputCodes), 'input/invalid'])].sort().map((code) => `- \`${code}\``),
    '',
  ].join('\n');
