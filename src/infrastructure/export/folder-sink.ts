import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileSink, PackageSink } from './sink.js';

/** Writes the files of a package into a folder, in clear: folders 0700, files 0600, none ever overwritten. */
export class FolderSink implements PackageSink {
  constructor(private readonly folder: string) {}

  async open(path: string): Promise<FileSink> {
    const at = join(this.folder, ...path.split('/'));
    await mkdir(dirname(at), { recursive: true, mode: 0o700 });
    const file = await open(at, 'wx', 0o600);
    return {
      write: async (bytes) => void (await file.write(bytes)),
      close: async () => {
        await file.sync();
        await file.close();
      },
    };
  }
}
