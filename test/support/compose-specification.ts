import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type SchemaObject } from 'ajv';
import addFormats from 'ajv-formats';

/** The `exports` of the package let nobody import the file: it is read from where the package lies. */
const folder = dirname(createRequire(import.meta.url).resolve('dclint/package.json'));
const official = JSON.parse(readFileSync(join(folder, 'schemas', 'compose.schema.json'), 'utf8')) as SchemaObject;

// How an author should write is not our question: the file leaves out types here and there.
const ajv = new Ajv({ allErrors: true, strictTypes: false });
addFormats.default(ajv);
// The file names draft-07 by an https address; its identifier, the one that validators know, is the http one.
const validate = ajv.compile({ ...official, $schema: 'http://json-schema.org/draft-07/schema#' });

/** What the schema of the Compose specification, as its authors publish it, finds wrong in a file: place and rule. Empty: nothing. */
export function breachesIn(composeFile: object): readonly string[] {
  validate(composeFile);
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}
