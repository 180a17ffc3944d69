import { parseArgs } from 'node:util';
import { checkFolder } from './folder.mjs';

const USAGE = `npm run conformance -- <folder> [--json]

Checks every FHIR resource in the .ndjson files below a folder (that of an export: data/fhir) with two validators, the BALP profiles it claims,
and the rules of this service. Exit code: 0 nothing found, 1 something found, 2 wrong usage or nothing to check.`;

const indented = (counts) => Object.entries(counts).map(([name, number]) => `  ${name}: ${number}`);

function wordsOf({ files, resources, types, profiles, knownFalseWarnings, found, findings }) {
  return [
    `${resources} resources in ${files} files`,
    ...indented(types),
    'claimed profiles',
    ...indented(profiles),
    'known false warnings (conformance/known-warnings.mjs)',
    ...indented(knownFalseWarnings),
    ...findings.map(({ file, line, id, by, rule, at }) => `${file}:${line} ${id} ${by}: ${rule}${at ? ` (${at})` : ''}`),
    found === 0 ? 'nothing found' : `${found} findings`,
  ].join('\n');
}

async function main() {
  const { values, positionals } = parseArgs({ options: { json: { type: 'boolean', default: false } }, allowPositionals: true });
  if (positionals.length !== 1) throw new Error(USAGE);
  const report = await checkFolder(positionals[0]);
  console.log(values.json ? JSON.stringify(report) : wordsOf(report));
  if (report.resources === 0) throw new Error('there is nothing to check');
  return report.found === 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error.message);
    process.exitCode = 2;
  },
);
