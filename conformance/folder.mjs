import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { check, claimed } from './check.mjs';
import { knownWarnings } from './known-warnings.mjs';

/** Findings that a report keeps; further ones are counted. */
const MOST_KEPT = 1_000;
const count = (counts, name) => counts.set(name, (counts.get(name) ?? 0) + 1);

function parsed(text) {
  try {
    return { resource: JSON.parse(text), findings: [] };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { resource: null, findings: [{ by: 'json', rule: 'a line is one JSON object' }] };
  }
}

function resultOf(text) {
  const { resource, findings } = parsed(text);
  return resource === null ? { resource, findings, known: [] } : { resource, ...check(resource) };
}

/** Checks every line of every `.ndjson` file below `folder`. */
export async function checkFolder(folder) {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ndjson')).sort();
  const [types, claims, known, ids] = [new Map(), new Map(), new Map(), new Set()];
  const findings = [];
  let [lines, found] = [0, 0];
  const keep = (finding) => {
    found += 1;
    if (findings.length < MOST_KEPT) findings.push(finding);
  };
  for (const file of names) {
    let line = 0;
    for await (const text of createInterface({ input: createReadStream(join(folder, file)), crlfDelay: Infinity })) {
      line += 1;
      lines += 1;
      const { resource, ...result } = resultOf(text);
      const name = `${resource?.resourceType}/${resource?.id}`;
      if (resource !== null && ids.has(name)) result.findings.push({ by: 'folder', rule: 'an id is used once' });
      ids.add(name);
      for (const one of result.findings) keep({ file, line, id: resource?.id, ...one });
      for (const number of result.known) count(known, knownWarnings[number].why);
      if (resource !== null) count(types, resource.resourceType);
      if (resource !== null) for (const profile of claimed(resource)) count(claims, profile);
    }
  }
  return {
    files: names.length,
    resources: lines,
    types: Object.fromEntries(types),
    profiles: Object.fromEntries(claims),
    knownFalseWarnings: Object.fromEntries(known),
    found,
    findings,
  };
}
