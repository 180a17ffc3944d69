import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Instant } from '../../src/domain/shared/time.js';
import { EncryptedSpool } from '../../src/infrastructure/export/encrypted-spool.js';
import { FolderSink } from '../../src/infrastructure/export/folder-sink.js';
import { writePackage, type WrittenPackage } from '../../src/infrastructure/export/package-writer.js';
import type { ExportOrder } from '../../src/infrastructure/export/request.js';
import { packagePartsOf } from '../../src/infrastructure/system/exports.js';
import type { Platform } from '../../src/infrastructure/system/platform.js';

/** An age recipient whose identity nobody kept. */
export const RECIPIENT = 'age1c5ps9zxznymcmgl4h9kg4k3a0x6msendday3p58wy0rjnuwrnqlquj775k';

/** An order for everything, pseudonymised, unless said otherwise. */
export const orderOf = (more: Partial<ExportOrder> = {}): ExportOrder => ({
  id: '0193b1c2-0000-7000-8000-00000000e001',
  mode: 'pseudonymised',
  scope: { kind: 'all' },
  period: null,
  requestedBy: 'compliance:https://idp.example|sacha',
  approvedBy: ['compliance:https://idp.example|camille', 'compliance:https://idp.example|noa'],
  legalBasis: 'Loi n° 78-17 du 6 janvier 1978, article 19',
  requestedAt: '2026-01-05T09:00:00.000Z' as Instant,
  approvedAt: '2026-01-05T10:00:00.000Z' as Instant,
  recipient: RECIPIENT,
  since: null,
  ...more,
});

/** Writes the package of an order in clear, into a folder of its own below the temporary one; who asks removes it. */
export async function exportInClear(
  platform: Platform,
  more: Partial<ExportOrder> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<{ readonly folder: string; readonly written: WrittenPackage }> {
  const folder = await mkdtemp(join(tmpdir(), 'mes-export-'));
  const aside = await EncryptedSpool.open(join(folder, '..', 'mes-export-spools'));
  try {
    const work = { order: orderOf(more), sink: new FolderSink(folder), aside, signal, progress: () => undefined };
    return { folder, written: await writePackage(packagePartsOf(platform), work) };
  } finally {
    await aside.destroy();
  }
}

/** The lines of every file of a numbered row, parsed, in their order. */
export async function linesIn(folder: string, below: string): Promise<readonly Record<string, unknown>[]> {
  const names = (await readdir(join(folder, 'data', below))).filter((name) => name.endsWith('.ndjson')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, 'data', below, name), 'utf8')));
  return texts.flatMap((text) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  );
}
