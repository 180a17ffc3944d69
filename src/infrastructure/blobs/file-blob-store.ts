import { createHash, randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { link, mkdir, open, readdir, rm, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BlobNameTaken, BlobStore, isBlobName, type BlobName, type StoredBlob } from '../../application/record/blob-store.js';
import { batchesOf } from '../../application/shared/bounded.js';
import { syncFolder } from '../sync-folder.js';
import { away, codeOf, orAway } from './away.js';
import { asBlobName } from './blob-name.js';
import { inPieces } from './pieces.js';

const DRAFTS = 'drafts';
/** No deposit takes that long: what was not written to for an hour belongs to a process that died. Other processes may be writing now. */
const ABANDONED_AFTER_MS = 3_600_000;
const READ_BYTES = 65_536;
/** Sealed chunks are gathered: each write is a trip to another thread. */
const WRITE_BYTES = 262_144;
const PAGE = 1_000;
const PRIVATE_FOLDER = { recursive: true, mode: 0o700 } as const;

/**
 * Objects as files: `<folder>/<2 hex>/<2 hex>/<name>`, for their owner only; the hex digits are the first of SHA-256 of the name.
 * A file is written as `drafts/<uuid>`, made durable, and only then given its name: what has its name is whole and on disk.
 */
export class FileBlobStore extends BlobStore {
  private readonly drafts: string;
  /** Folders of ours whose names this process has put on disk; 65,792 at most. */
  private readonly named = new Set<string>();

  private constructor(private readonly folder: string) {
    super();
    this.drafts = join(folder, DRAFTS);
  }

  /** The store in this folder, made now if there is none; clears what died halfway. Throws StoreUnavailable when it cannot be used. */
  static async open(folder: string): Promise<FileBlobStore> {
    const store = new FileBlobStore(folder);
    await orAway(store.prepare());
    return store;
  }

  async put(name: BlobName, bytes: AsyncIterable<Uint8Array>): Promise<{ readonly size: number }> {
    const path = this.pathOf(name);
    const draft = join(this.drafts, randomUUID());
    const file = await orAway(open(draft, 'wx', 0o600));
    try {
      const size = await fill(file, bytes);
      await this.give(draft, path);
      return { size };
    } finally {
      // What became of the object is settled by now; a draft that cannot be removed is cleared when the store is next opened.
      await unlink(draft).catch(() => undefined);
    }
  }

  async get(name: BlobName, range?: { readonly start: number; readonly end: number }): Promise<AsyncIterable<Uint8Array> | null> {
    const path = this.pathOf(name);
    try {
      return pieces(await open(path, 'r'), range?.start ?? 0, range?.end ?? Infinity);
    } catch (error) {
      await this.expectAbsent(error);
      return null;
    }
  }

  async delete(name: BlobName): Promise<void> {
    const path = this.pathOf(name);
    try {
      await unlink(path);
      await syncFolder(dirname(path));
    } catch (error) {
      await this.expectAbsent(error);
    }
  }

  async *list(): AsyncIterable<readonly StoredBlob[]> {
    await orAway(stat(this.drafts));
    yield* batchesOf(this.each(), PAGE);
  }

  private pathOf(name: BlobName): string {
    const digits = createHash('sha256').update(asBlobName(name)).digest('hex');
    return join(this.folder, digits.slice(0, 2), digits.slice(2, 4), name);
  }

  /** A draft of the process that died lies beside those of processes that live: age tells them apart. */
  private async prepare(): Promise<void> {
    const made = await mkdir(this.drafts, PRIVATE_FOLDER);
    for (let folder = this.drafts; made !== undefined && folder !== dirname(made); folder = dirname(folder))
      await syncFolder(dirname(folder));
    for (const name of await readdir(this.drafts)) {
      const draft = join(this.drafts, name);
      const written = (await statOf(draft))?.mtimeMs ?? Infinity;
      if (written < Date.now() - ABANDONED_AFTER_MS) await rm(draft, { force: true });
    }
  }

  /** A hard link fails where a name is taken; renaming would replace what lies there. */
  private async give(draft: string, path: string): Promise<void> {
    const folder = dirname(path);
    const made = await orAway(mkdir(folder, PRIVATE_FOLDER));
    if (made !== undefined) for (const one of [folder, dirname(folder)]) this.named.delete(one);
    try {
      await link(draft, path);
    } catch (error) {
      throw codeOf(error) === 'EEXIST' ? new BlobNameTaken('there is an object of this name') : away(error);
    }
    try {
      await syncFolder(folder);
      // Another put may have made these folders a moment ago without having them on disk yet.
      for (const one of [folder, dirname(folder)]) await this.nameOnDisk(one);
    } catch (error) {
      await orAway(rm(path, { force: true }));
      throw away(error);
    }
  }

  private async nameOnDisk(folder: string): Promise<void> {
    if (this.named.has(folder)) return;
    await syncFolder(dirname(folder));
    this.named.add(folder);
  }

  /** That a file is not there says something only where the store is: an empty mount point has no drafts. */
  private async expectAbsent(error: unknown): Promise<void> {
    if (codeOf(error) !== 'ENOENT') throw away(error);
    await orAway(stat(this.drafts));
  }

  private async *each(): AsyncGenerator<StoredBlob> {
    for (const first of await fanOut(this.folder)) {
      for (const second of await fanOut(first)) {
        for (const name of (await orAway(readdir(second))).filter(isBlobName)) {
          const found = await orAway(statOf(join(second, name)));
          if (found !== null) yield { name, size: found.size, writtenAt: Math.round(found.mtimeMs) };
        }
      }
    }
  }
}

/** Writes all of it and puts it on disk; closed in any case. An error of the source stays what it is. */
async function fill(file: FileHandle, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  try {
    for await (const piece of inPieces(bytes, WRITE_BYTES)) {
      await orAway(file.writeFile(piece));
      size += piece.length;
    }
    await orAway(file.sync());
  } finally {
    await orAway(file.close());
  }
  return size;
}

async function* pieces(file: FileHandle, start: number, end: number): AsyncGenerator<Uint8Array> {
  try {
    for (let at = start; at < end;) {
      const length = Math.min(READ_BYTES, end - at);
      const { bytesRead, buffer } = await orAway(file.read(Buffer.allocUnsafe(length), 0, length, at));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** The folders of one level; drafts and what else lies there is none. */
const fanOut = async (folder: string): Promise<string[]> =>
  (await orAway(readdir(folder))).filter((name) => /^[0-9a-f]{2}$/.test(name)).map((name) => join(folder, name));

/** Null for what was removed since its name was read. */
async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
