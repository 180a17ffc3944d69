import { createHash, type Hash } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Encrypter } from 'age-encryption';
import type { ExportResult } from '../../domain/audit/export-vocabulary.js';
import { syncFolder } from '../sync-folder.js';
import { EncryptedSpool } from './encrypted-spool.js';
import { packageName, writePackage, type PackageParts, type PackageWork } from './package-writer.js';
import { ExportCancelled, type ExportOrder } from './request.js';
import { SpooledPackage } from './spooled-package.js';

/** Name of the encrypted package, by the name of the export. */
export const archiveOf = (name: string): string => `${name}.tar.age`;

export interface ArchiveWork extends Pick<PackageWork, 'signal' | 'progress'> {
  readonly order: ExportOrder;
  readonly attempt: string;
  /** Where the files of this attempt go: 0700, made when it is not there. */
  readonly folder: string;
  /** When it was begun, ISO 8601: part of its name. */
  readonly at: string;
}

/**
 * Makes the package of one attempt: spooled encrypted, then as tar through age into a file of mode 0600. Nothing of it ever lies on disk in clear, whatever
 * happens. Throws what writePackage throws.
 */
export async function writeArchive(
  parts: PackageParts,
  { order, attempt, folder, at, signal, progress }: ArchiveWork,
): Promise<ExportResult> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const spool = await EncryptedSpool.open(folder);
  try {
    const sink = new SpooledPackage(spool);
    const { counts, size: leaves, root } = await writePackage(parts, { order, sink, aside: spool, signal, progress });
    const name = packageName(at, order.id);
    const tar = createHash('sha256');
    const encrypted = await throughAge(hashed(sink.tar(name, new Date(at)), tar, signal), order.recipient);
    const { digest: archive, size } = await written(join(folder, archiveOf(name)), encrypted);
    const log = { size: leaves, root: Buffer.from(root).toString('base64') };
    return { attempt, name, sha256: tar.digest('hex'), archive, size, counts, log };
  } finally {
    await spool.destroy();
  }
}

async function* hashed(bytes: AsyncIterable<Uint8Array>, hash: Hash, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of bytes) {
    if (signal.aborted) throw new ExportCancelled('the export was called off');
    hash.update(chunk);
    yield chunk;
  }
}

/** A part of the tar at a time: whoever writes waits until it was taken. */
async function throughAge(bytes: AsyncGenerator<Uint8Array, void>, recipient: string): Promise<AsyncIterable<Uint8Array>> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const clear = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await bytes.next();
      if (done === true) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    cancel: async () => void (await bytes.return()),
  });
  return encrypter.encrypt(clear);
}

/** Written beside, durable, then named: a file of that name is whole. */
async function written(path: string, bytes: AsyncIterable<Uint8Array>): Promise<{ readonly digest: string; readonly size: number }> {
  const beside = `${path}.partial`;
  const digest = createHash('sha256');
  let size = 0;
  const file = await open(beside, 'wx', 0o600);
  try {
    for await (const chunk of bytes) {
      digest.update(chunk);
      size += chunk.length;
      await writeAll(file, chunk);
    }
    await file.sync();
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(beside, path);
  await syncFolder(join(path, '..'));
  return { digest: digest.digest('hex'), size };
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
}
