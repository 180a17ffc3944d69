import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { settingsReference } from '../settings/settings-reference.js';
import { graphqlSchemaFile, openApiFile } from './api-schemas.js';
import { authorisationReference } from './authorisation-reference.js';
import { codeListsReference } from './code-lists-reference.js';
import { fhirReference } from './fhir-reference.js';
import { problemsReference } from './problems-reference.js';

/** Every generated and committed file, by its path from the root of the repository. A test compares them with what lies there. */
export const generatedFiles: Readonly<Record<string, () => string | Promise<string>>> = {
  'openapi.json': openApiFile,
  'schema.graphql': graphqlSchemaFile,
  'docs/reference/problems.md': problemsReference,
  'docs/reference/settings.md': settingsReference,
  'docs/reference/authorisation.md': authorisationReference,
  'docs/reference/code-lists.md': codeListsReference,
  'docs/reference/fhir-mapping.md': fhirReference,
};

/** Writes them below `root`; returns their paths. */
export async function generate(root: string): Promise<readonly string[]> {
  for (const [path, content] of Object.entries(generatedFiles)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), await content());
  }
  return Object.keys(generatedFiles);
}
