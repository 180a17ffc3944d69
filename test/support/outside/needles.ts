import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { formsOf } from '../../attacks/canary.js';

/** One secret of one person: what it is called, whose it is, and its words. */
export interface Canary {
  readonly field: string;
  readonly person: number;
  readonly text: string;
  /** As it may lie there besides, in a form that is no text. */
  readonly raw?: Buffer;
}
/** Whose secret of this name lay where. */
export interface Hit {
  readonly field: string;
  readonly person: number;
  readonly where: string;
}

interface Needle extends Omit<Canary, 'text' | 'raw'> {
  readonly bytes: Buffer;
}

/** Every needle is known by its first bytes; shorter forms would be met by chance in random bytes. */
const WINDOW = 8;
const CHUNK = 32 * 1024 * 1024;
const PLACES = 1 << 24;
/** Looked up once: in the realm of a test file every look at a global goes through the realm's own hooks, which cost more than the product itself. */
const { imul } = Math;

/** Where a window of eight bytes (two words, big endian) stands in the table. */
const placeOf = (high: number, low: number): number => ((imul(high, 0x9e3779b1) ^ imul(low, 0x85ebca6b)) >>> 8) & (PLACES - 1);

/** Searches bytes for very many words at once, each in every form of `formsOf`; one pass, whatever their number. */
export class Needles {
  /** How many forms are sought. */
  readonly count: number;
  private readonly marked = new Uint8Array(PLACES >>> 3);
  private readonly byPlace = new Map<number, Needle[]>();
  private longest = WINDOW;

  constructor(canaries: Iterable<Canary>) {
    let count = 0;
    for (const { field, person, text, raw } of canaries)
      for (const bytes of [...formsOf(text).map((form) => Buffer.from(form, 'utf8')), ...(raw ? [raw] : [])]) {
        if (bytes.length < WINDOW) continue;
        this.add({ field, person, bytes });
        count += 1;
      }
    this.count = count;
  }

  /** Every hit in these bytes. */
  in(bytes: Uint8Array, where: string): readonly Hit[] {
    const hits: Hit[] = [];
    let high = 0;
    let low = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | (bytes[at] ?? 0);
      const place = placeOf(high, low);
      if (((this.marked[place >>> 3] ?? 0) & (1 << (place & 7))) !== 0) hits.push(...this.at(place, bytes, at - WINDOW + 1, where));
    }
    return hits;
  }

  /** Every hit in the names and contents of a folder; what it skips is named by the first part of its path. */
  async below(folder: string, skip: readonly string[] = []): Promise<readonly Hit[]> {
    const hits: Hit[] = [];
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (skip.some((name) => path === join(folder, name) || path.startsWith(join(folder, name, '/')))) continue;
      hits.push(...this.in(Buffer.from(path), `name of ${path}`));
      if (entry.isFile()) hits.push(...(await this.inFile(path)));
    }
    return hits;
  }

  private async inFile(path: string): Promise<readonly Hit[]> {
    const hits: Hit[] = [];
    const file = await opened(path);
    if (file === null) return [];
    try {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK, (await file.stat()).size + 1));
      for (let from = 0, last = false; !last; from += chunk.length - this.longest) {
        const { bytesRead } = await file.read(chunk, 0, chunk.length, from);
        hits.push(...this.in(chunk.subarray(0, bytesRead), path));
        last = bytesRead < chunk.length;
      }
    } finally {
      await file.close();
    }
    return hits;
  }

  private add(needle: Needle): void {
    const place = placeOf(needle.bytes.readInt32BE(0), needle.bytes.readInt32BE(4));
    this.marked[place >>> 3] = (this.marked[place >>> 3] ?? 0) | (1 << (place & 7));
    this.longest = Math.max(this.longest, needle.bytes.length);
    const there = this.byPlace.get(place);
    if (there) there.push(needle);
    else this.byPlace.set(place, [needle]);
  }

  private at(place: number, bytes: Uint8Array, start: number, where: string): readonly Hit[] {
    if (start < 0) return [];
    return (this.byPlace.get(place) ?? [])
      .filter(({ bytes: sought }) => sought.equals(bytes.subarray(start, start + sought.length)))
      .map(({ field, person }) => ({ field, person, where }));
  }
}

/** Null for a file that the server at work deleted since its folder was listed. */
async function opened(path: string): Promise<FileHandle | null> {
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Of each field, of how many people it was found. */
export function countsOf(hits: readonly Hit[]): Readonly<Record<string, number>> {
  const people = new Map<string, Set<number>>();
  for (const { field, person } of hits) people.set(field, (people.get(field) ?? new Set()).add(person));
  return Object.fromEntries([...people].map(([field, its]) => [field, its.size]));
}
