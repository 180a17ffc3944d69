import type { Recorded } from '../../domain/shared/fact.js';
import { LineFiles } from './line-files.js';
import type { PackageSink } from './sink.js';
import { writeWhole } from './sink.js';
import { canonicalJson } from '../eventstore/canonical-json.js';
import type { Refs } from './refs.js';

/** A FHIR R4 resource as plain JSON: no floats, nothing undefined. */
export type FhirResource = { readonly resourceType: 'AuditEvent' | 'Provenance' } & Readonly<Record<string, unknown>>;

/** Tells a recorded fact in FHIR R4 (IHE BALP). */
export interface FhirWriter {
  auditEventsOf(fact: Recorded): Promise<readonly FhirResource[]>;
}
/** The writer of one export: every id that names somebody or something goes through `refs`, which hides it where the mode does. */
export type FhirWriters = (refs: Refs) => FhirWriter;

const FOLDER = 'fhir';

/** `fhir/…`: a row of files for each type of resource, and the manifest over them in the manner of bulk data. */
export class FhirLines {
  private readonly files = new Map<string, LineFiles>();

  constructor(
    private readonly sink: PackageSink,
    private readonly writer: FhirWriter,
  ) {}

  async add(fact: Recorded): Promise<void> {
    for (const resource of await this.writer.auditEventsOf(fact)) await this.filesOf(resource.resourceType).add(canonicalJson(resource));
  }

  /** `transactionTime`: when the log was as these files tell it, ISO 8601. */
  async close(transactionTime: string): Promise<void> {
    for (const files of this.files.values()) await files.close();
    const output = [...this.files].flatMap(([type, { written }]) =>
      written.map(({ path, lines }) => ({ type, url: path.slice(FOLDER.length + 1), count: lines })),
    );
    const manifest = { transactionTime, requiresAccessToken: false, output, error: [] };
    await writeWhole(this.sink, `${FOLDER}/manifest.json`, `${canonicalJson(manifest)}\n`);
  }

  private filesOf(type: string): LineFiles {
    const known = this.files.get(type) ?? new LineFiles(this.sink, `${FOLDER}/${type}`);
    this.files.set(type, known);
    return known;
  }
}
