import { createReadStream } from 'node:fs';
import { rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExportBytes, ExportFile, WantedBytes } from '../../application/audit/export-ports.js';
import type { ExportResult } from '../../domain/audit/export-vocabulary.js';
import { syncFolder } from '../sync-folder.js';
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

  /** Takes these attempts of an export away; of those of which nothing lies here, nothing goes. */
  async remove(id: string, attempts: readonly string[]): Promise<void> {
    for (const attempt of attempts) await rm(this.folderOf(id, attempt), { recursive: true, force: true });
  }

  /** Takes the folder of an export away when no attempt lies in it any more. */
  async removeIfEmpty(id: string): Promise<void> {
    await rmdir(join(this.folder, id)).catch((error: unknown) => {
      if (!isAbsent(error) && !isFull(error)) throw error;
    });
  }

  /** A small file beside the package, whole or not there; another one of that name gives way. */
  async put(id: string, { attempt, name }: Made, file: Exclude<ExportFile, 'package'>, content: string): Promise<void> {
    const path = join(this.folderOf(id, attempt), NAMES[file](name));
    await writeFile(`${path}.partial`, content, { mode: 0o600, flush: true });
    await rename(`${path}.partial`, path);
    await syncFolder(dirname(path));
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

const isFull = (error: unknown): boolean => ['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '');
const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
const nobody = (error: unknown): null => {
  if (isAbsent(error)) return null;
  throw error;
};
