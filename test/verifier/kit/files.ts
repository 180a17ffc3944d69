import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { policyOf, type Draft } from './draft.js';
import { jcs, type Json } from './sealing.js';

/** Paths in a package, and what is in the files. */
export type Files = Map<string, Buffer>;

const PER_FILE = 40;
const ndjson = (values: readonly Json[]): Buffer => Buffer.from(values.map((value) => `${jcs(value)}\n`).join(''));
const json = (value: Json): Buffer => Buffer.from(`${jcs(value)}\n`);

/** The lines in files of a number of lines each; one file even where there is no line. */
const numbered = (folder: string, stem: string, values: readonly Json[]): [string, Buffer][] =>
  Array.from({ length: Math.max(1, Math.ceil(values.length / PER_FILE)) }, (_, n) => [
    `data/${folder}/${stem}-${String(n + 1).padStart(6, '0')}.ndjson`,
    ndjson(values.slice(n * PER_FILE, (n + 1) * PER_FILE)),
  ]);

/** The payload: everything under data/. */
export function payloadOf(draft: Draft): Files {
  const files: Files = new Map([
    ['data/LISEZMOI.txt', Buffer.from('Comment contrôler cet export : …\n')],
    ['data/demande.json', json(draft.request)],
    ...numbered('evenements', 'evenements', draft.lines),
    ['data/fhir/AuditEvent-000001.ndjson', ndjson(draft.fhir)],
    ['data/fhir/manifest.json', json(draft.fhirManifest)],
    ['data/preuves/checkpoint', Buffer.from(draft.checkpoint)],
    ['data/preuves/policy.txt', Buffer.from(policyOf('none'))],
    ['data/referentiel/types.json', json({ types: [] })],
    ['data/stats.json', json(draft.stats)],
    ['data/tetes-de-flux.ndjson', ndjson(draft.heads)],
  ]);
  if (draft.wanted.mode === 'nominative') for (const [path, bytes] of numbered('cles', 'cles', draft.keys)) files.set(path, bytes);
  if (draft.leaves !== null) files.set('data/preuves/feuilles.bin', draft.leaves);
  if (draft.inclusion !== null) files.set('data/preuves/inclusion.ndjson', ndjson(draft.inclusion));
  if (draft.earlier !== null) files.set('data/preuves/checkpoint-precedent', Buffer.from(draft.earlier));
  if (draft.consistency !== null) files.set('data/preuves/coherence.txt', Buffer.from(draft.consistency));
  if (draft.mapNote !== null) files.set('data/preuves/tetes.note', json(draft.mapNote));
  if (draft.mapProofs.length > 0) files.set('data/preuves/tetes-preuves.ndjson', ndjson(draft.mapProofs));
  return files;
}

const sums = (files: Files): Buffer =>
  Buffer.from([...files].map(([path, bytes]) => `${createHash('sha512').update(bytes).digest('hex')}  ${path}\n`).join(''));

/** The payload with the files of a bag around it, which fit whatever is in it. */
export function bagged(payload: Files, request: Json): Files {
  const bytes = [...payload.values()].reduce((sum, { length }) => sum + length, 0);
  const info = {
    'Source-Organization': 'essai',
    'External-Identifier': String(request['id']),
    'Bagging-Date': '2026-02-01',
    'Payload-Oxum': `${bytes}.${payload.size}`,
    'X-Mode': String(request['mode']),
  };
  const tags: Files = new Map([
    ['bagit.txt', Buffer.from('BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n')],
    [
      'bag-info.txt',
      Buffer.from(
        Object.entries(info)
          .map(([name, value]) => `${name}: ${value}\n`)
          .join(''),
      ),
    ],
    ['manifest-sha512.txt', sums(payload)],
  ]);
  return new Map([...payload, ...tags, ['tagmanifest-sha512.txt', sums(tags)]]);
}

export const packageOf = (draft: Draft): Files => bagged(payloadOf(draft), draft.request);

/** A folder on the disk; `links` are symbolic. */
export function writeFolder(folder: string, files: Files, links: readonly (readonly [string, string])[] = []): void {
  mkdirSync(folder, { recursive: true });
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  for (const [path, target] of links) symlinkSync(target, join(folder, path));
}
