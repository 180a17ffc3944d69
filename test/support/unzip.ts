import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;

/** The files of a ZIP archive (APPNOTE 6.3.3) by their names, from its central directory; small archives without ZIP64. */
export function unzipped(archive: Buffer): ReadonlyMap<string, Buffer> {
  const end = archive.lastIndexOf(Buffer.from('504b0506', 'hex'));
  if (end < 0 || archive.readUInt32LE(end) !== END) throw new Error('no ZIP archive');
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(at) !== ENTRY) throw new Error('the directory is broken');
    const [packed, size] = [archive.readUInt32LE(at + 20), archive.readUInt32LE(at + 24)];
    const [name, extra, comment] = [archive.readUInt16LE(at + 28), archive.readUInt16LE(at + 30), archive.readUInt16LE(at + 32)];
    const path = archive.toString('utf8', at + 46, at + 46 + name);
    files.set(path, contentAt(archive, archive.readUInt32LE(at + 42), { packed, size, method: archive.readUInt16LE(at + 10) }));
    at += 46 + name + extra + comment;
  }
  return files;
}

function contentAt(archive: Buffer, at: number, { packed, size, method }: { packed: number; size: number; method: number }): Buffer {
  const from = at + 30 + archive.readUInt16LE(at + 26) + archive.readUInt16LE(at + 28);
  const bytes = archive.subarray(from, from + packed);
  const content = method === 8 ? inflateRawSync(bytes) : bytes;
  if (content.length !== size) throw new Error('a file has another size than the directory says');
  return content;
}
