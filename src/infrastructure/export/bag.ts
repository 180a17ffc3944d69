import { createHash } from 'node:crypto';
import { writeWhole, type FileSink, type PackageSink } from './sink.js';

const DATA = 'data/';

interface Listed {
  readonly path: string;
  readonly digest: string;
  readonly size: number;
}

const byPath = (a: Listed, b: Listed): number => (a.path < b.path ? -1 : 1);
/** As coreutils write it: `sha512sum -c` reads it back. */
const manifestOf = (files: readonly Listed[]): string => files.map(({ path, digest }) => `${digest}  ${path}\n`).join('');
/** Values stand on one line: a line feed would begin another label. */
const labelled = ([label, value]: readonly [string, string]): string => `${label}: ${value.replaceAll(/\s+/g, ' ').trim()}\n`;

/** A BagIt 1.0 folder (RFC 8493) with SHA-512: what is opened below `data/` is counted and digested while it is written, the tag files come last. */
export class Bag implements PackageSink {
  private readonly files: Listed[] = [];

  constructor(private readonly sink: PackageSink) {}

  /** `path` is below `data/`. */
  open(path: string): Promise<FileSink> {
    return this.listed(`${DATA}${path}`);
  }

  /** Writes the tag files; nothing may be opened any more. `info`: the labels of bag-info.txt in their order, Payload-Oxum comes behind the third. */
  async close(info: readonly (readonly [string, string])[]): Promise<void> {
    const payload = this.files.filter(({ path }) => path.startsWith(DATA)).sort(byPath);
    const oxum = `${payload.reduce((sum, { size }) => sum + size, 0)}.${payload.length}`;
    const labels = [...info.slice(0, 3), ['Payload-Oxum', oxum] as const, ...info.slice(3)];
    await this.tag('bagit.txt', 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
    await this.tag('bag-info.txt', labels.map(labelled).join(''));
    await this.tag('manifest-sha512.txt', manifestOf(payload));
    const tags = this.files.filter(({ path }) => !path.startsWith(DATA)).sort(byPath);
    await writeWhole(this.sink, 'tagmanifest-sha512.txt', manifestOf(tags));
  }

  private async tag(path: string, content: string): Promise<void> {
    await writeWhole({ open: (name) => this.listed(name) }, path, content);
  }

  private async listed(path: string): Promise<FileSink> {
    const file = await this.sink.open(path);
    const digest = createHash('sha512');
    let size = 0;
    return {
      write: async (bytes) => {
        digest.update(bytes);
        size += bytes.length;
        await file.write(bytes);
      },
      close: async () => {
        await file.close();
        this.files.push({ path, digest: digest.digest('hex'), size });
      },
    };
  }
}
