import { createReadStream } from 'node:fs';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportBytes, ExportFile, WantedBytes } from '../../application/audit/export-ports.js';
import type { ExportResult } from '../../domain/audit/export-vocabulary.js';
import { archiveOf } from './archive-writer.js';

const NAMES: Readonly<Record<ExportFile, (name: string) => string>> = {
  package: archiveOf,
  sha256: (name) => `${archiveOf(name)}.sha256`,
  proof: (name) => `${name}.tlog-proof`,
  event: (name) => `${name}.event.json`,
};
type Made = Pick<ExportResult, 'attempt' | 'name'>;

/** Where exports lie: a folder for each, a folder in it for each attempt, so that one can never write into the result of another. */
export class ExportFiles {
  constructor(private readonly folder: string) {}

  folderOf(id: string, attempt: string): string {
    return join(this.folder, id, attempt);
  }

  /** Takes every attempt of an export away but this one; null: all of them. */
  async keepOnly(id: string, attempt: string | null): Promise<void> {
    const names = await readdir(join(this.folder, id)).catch(nothingThere);
    for (const name of names) if (name !== attempt) await rm(join(this.folder, id, name), { recursive: true, force: true });
  }

  /** A small file beside the package; written again it is the same. */
  async put(id: string, { attempt, name }: Made, file: Exclude<ExportFile, 'package'>, content: string): Promise<void> {
    await writeFile(join(this.folderOf(id, attempt), NAMES[file](name)), content, { mode: 0o600 });
  }

  async open(id: string, { attempt, name }: Made, file: ExportFile, wanted: WantedBytes): Promise<ExportBytes | null> {
    const path = join(this.folderOf(id, attempt), NAMES[file](name));
    const found = await stat(path).catch(nobody);
    if (found === null) return null;
    const range = wanted(found.size) ?? { start: 0, end: found.size };
    // Nothing is opened before somebody reads.
    const bytes = { [Symbol.asyncIterator]: () => partOf(path, range)[Symbol.asyncIterator]() };
    return { name: NAMES[file](name), size: found.size, range, bytes };
  }
}

async function* partOf(path: string, { start, end }: ExportBytes['range']): AsyncGenerator<Uint8Array, void> {
  if (end > start) for await (const chunk of createReadStream(path, { start, end: end - 1 })) yield chunk as Uint8Array;
}

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
const nothingThere = (error: unknown): readonly string[] => {
  if (isAbsent(error)) return [];
  throw error;
};
const nobody = (error: unknown): null => {
  if (isAbsent(error)) return null;
  throw error;
};
