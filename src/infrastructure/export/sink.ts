/** One file of a package while it is written. */
export interface FileSink {
  /** Resolves when more may come. */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Where the files of a package go: many may be open at once, each is written once. */
export interface PackageSink {
  /** `path` is relative, with `/`, below the folder of the package. */
  open(path: string): Promise<FileSink>;
}

/** A whole small file. */
export async function writeWhole(sink: PackageSink, path: string, content: string | Uint8Array): Promise<void> {
  const file = await sink.open(path);
  await file.write(typeof content === 'string' ? Buffer.from(content, 'utf8') : content);
  await file.close();
}
