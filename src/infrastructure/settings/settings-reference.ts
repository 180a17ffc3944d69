import { settingTable, type Setting } from './setting-table.js';
import { unsafeCombinations } from './unsafe-combinations.js';

const row = ({ variable, kind, standardInWords, meaning }: Setting): string =>
  `| \`${variable}\` | ${kind} | ${standardInWords} | ${meaning} |`;

/** `docs/reference/settings.md`. */
export const settingsReference = (): string =>
  [
    '# Settings',
    '',
    'Generated from `src/infrastructure/settings/`; do not edit.',
    'All settings are environment variables, read and judged once at start. A flag is `0` or `1`; a list is separated by commas.',
    '',
    '| Variable | Type | Default | Meaning |',
    '|---|---|---|---|',
    ...Object.values(settingTable).map(row),
    '',
    '## Combinations that refuse to start',
    '',
    ...unsafeCombinations.map(({ because }) => `- ${because}.`),
    '',
  ].join('\n');
