import {
  ExportShelf,
  type ExportBytes,
  type ExportFile,
  type ExportProgress,
  type WantedBytes,
} from '../../application/audit/export-ports.js';
import type { Clock } from '../../application/shared/ports.js';
import type { ExportFigures, ExportResult, ExportWish } from '../../domain/audit/export-vocabulary.js';
import { EncryptedSpool } from './encrypted-spool.js';
import type { ExportFiles } from './export-files.js';
import type { ExportJobs } from './export-jobs.js';
import { writePackage, type PackageParts } from './package-writer.js';
import type { PackageSink } from './sink.js';

/** Counts and keeps nothing. */
const NOWHERE: PackageSink = { open: async () => ({ write: async () => undefined, close: async () => undefined }) };

export interface ShelfParts {
  readonly jobs: ExportJobs;
  readonly files: ExportFiles;
  /** Where sorted runs may wait while somebody counts. */
  readonly folder: string;
  readonly pack: PackageParts;
  readonly clock: Clock;
}

/** Exports as the doors see them. */
export class Shelf extends ExportShelf {
  constructor(private readonly parts: ShelfParts) {
    super();
  }

  async sealed(): Promise<number> {
    return (await this.parts.pack.heads.published())?.size ?? 0;
  }

  progress(id: string): Promise<ExportProgress | null> {
    return this.parts.jobs.progress(id);
  }

  open(id: string, result: Pick<ExportResult, 'attempt' | 'name'>, file: ExportFile, wanted: WantedBytes): Promise<ExportBytes | null> {
    return this.parts.files.open(id, result, file, wanted);
  }

  async rehearse(wish: ExportWish, progress: (done: number, total: number) => void): Promise<ExportFigures> {
    const { folder, pack, clock } = this.parts;
    const { period = null, since = null } = wish;
    const asked = { id: 'rehearsal', requestedBy: '', approvedBy: [], requestedAt: clock.now(), approvedAt: null };
    const aside = await EncryptedSpool.open(folder);
    try {
      const order = { ...wish, ...asked, period, since };
      return (await writePackage(pack, { order, sink: NOWHERE, aside, signal: new AbortController().signal, progress })).counts;
    } finally {
      await aside.destroy();
    }
  }
}
