import { createRequire } from 'node:module';
import { devNull } from 'node:os';
import { checkName } from './pdf-values.js';
import { PristineInstance } from './pristine-instance.js';
import { unfit } from './verdict.js';

/** What is used of the module; its own types leave most of it out. */
interface Qpdf {
  callMain(args: string[]): number;
  readonly FS: {
    readonly streams: readonly unknown[];
    open(path: string, flags: number): unknown;
    close(stream: unknown): void;
    writeFile(path: string, bytes: Uint8Array): void;
    readFile(path: string): Uint8Array;
  };
}
type CreateQpdf = (options: { readonly locateFile: () => string; readonly noInitialRun: true }) => Promise<Qpdf>;

const require = createRequire(import.meta.url);
const createQpdf = require('@neslinesli93/qpdf-wasm') as CreateQpdf;
const program = new PristineInstance(require.resolve('@neslinesli93/qpdf-wasm/dist/qpdf.wasm'));
/** It would read the program for each file: with nothing to read it takes the instance that is there. */
const load = (): Promise<Qpdf> => createQpdf({ locateFile: () => devNull, noInitialRun: true });

const STANDARD_OUTPUT_AND_ERROR = [1, 2];
const TO_WRITE = 1;

/** qpdf quotes what it reads, and nothing of a file may appear on our console. */
function silence({ FS }: Qpdf): void {
  for (const number of STANDARD_OUTPUT_AND_ERROR) {
    FS.close(FS.streams[number]);
    // Takes the number that has just become free.
    FS.open('/dev/null', TO_WRITE);
  }
}

/** Every object that the tables of contents lead to, object streams opened, escapes undone; a damaged file is not repaired, content is left out. */
const LIST = ['--json=2', '--json-key=qpdf', '--json-stream-data=none', '--suppress-recovery', '/in.pdf', '/out.json'];
const DONE = 0;
const DONE_WITH_WARNINGS = 3;
const NAME = /"(\/[A-Za-z0-9]+)"/g;

/** The result that a shell would see. The module takes itself for the program: it sets the exit code, and puts its name in front of the list. */
function run(qpdf: Qpdf): number {
  const { exitCode } = process;
  try {
    return qpdf.callMain([...LIST]);
  } finally {
    process.exitCode = exitCode;
  }
}

/** Nothing of one file is left when the next one comes. */
const list = (bytes: Uint8Array): Promise<string> => program.with(load, (qpdf) => listed(qpdf, bytes));

function listed(qpdf: Qpdf, bytes: Uint8Array): string {
  silence(qpdf);
  qpdf.FS.writeFile('/in.pdf', bytes);
  const result = run(qpdf);
  if (result !== DONE && result !== DONE_WITH_WARNINGS) unfit('record/truncated');
  return Buffer.from(qpdf.FS.readFile('/out.json')).toString('utf8');
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const member = (json: Json | undefined, key: string): Json | undefined =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Readonly<Record<string, Json>>)[key] : undefined;

/** What the listing says of the act at opening, references followed. */
function isHarmlessListing(listing: Json): boolean {
  const qpdf = member(listing, 'qpdf');
  const objects = Array.isArray(qpdf) ? (qpdf as readonly Json[])[1] : undefined;
  const followed = (value: Json | undefined): Json | undefined =>
    typeof value === 'string' && value.endsWith(' R') ? member(member(objects, `obj:${value}`), 'value') : value;
  const catalogue = followed(member(member(member(objects, 'trailer'), 'value'), '/Root'));
  const opening = followed(member(catalogue, '/OpenAction'));
  if (typeof opening !== 'object' || opening === null || Array.isArray(opening)) return true;
  return followed(member(opening, '/S')) === '/GoTo' && member(opening, '/Next') === undefined;
}

/**
 * Reads a PDF by its tables of contents, as viewers do, with a parser that was not written by us: what `PdfWalk` would miss because it lies where no
 * object should lie is found here. Refuses what qpdf cannot parse as it stands.
 */
export async function checkListing(bytes: Uint8Array): Promise<void> {
  const listing = await list(bytes);
  for (const [, name] of listing.matchAll(NAME)) checkName(name ?? '');
  if (listing.includes('"/OpenAction"') && !isHarmlessListing(JSON.parse(listing) as Json)) unfit('record/active-content');
}
