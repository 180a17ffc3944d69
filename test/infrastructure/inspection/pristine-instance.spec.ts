import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { devNull } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { PristineInstance } from '../../../src/infrastructure/inspection/pristine-instance.js';
import { letterContent, letterObjects, pdf } from '../../support/sample-pdf.js';

/** What the loader shows of the module that it made. */
interface Module {
  readonly HEAPU8: Uint8Array;
  readonly FS: { writeFile(path: string, bytes: Uint8Array): void; readdir(path: string): readonly string[] };
  callMain(args: string[]): number;
}
const require = createRequire(import.meta.url);
const create = require('@neslinesli93/qpdf-wasm') as (options: object) => Promise<Module>;
const PATH = require.resolve('@neslinesli93/qpdf-wasm/dist/qpdf.wasm');
const LIST = ['--json=2', '--json-key=qpdf', '--json-stream-data=none', '/in.pdf', '/out.json'];

/** A PDF of so many objects: with some ten thousand of them its reader needs more memory than it begins with. */
const pdfOf = (objects: number): Buffer =>
  pdf([...letterObjects(), letterContent(), ...Array.from({ length: objects }, (_, n) => `[ ${n} ]`)]);

/** What a run finds before it reads, and where its memory lies. */
interface Found {
  readonly memory: string;
  readonly files: readonly string[];
  readonly buffer: ArrayBufferLike;
}
const readers = (): ((bytes: Uint8Array, ending?: Error) => Promise<Found>) => {
  const instance = new PristineInstance(PATH);
  const silent = { locateFile: (): string => devNull, noInitialRun: true };
  return (bytes, ending) =>
    instance.with(
      () => create(silent),
      (module) => {
        const { HEAPU8, FS } = module;
        const found = { memory: createHash('sha256').update(HEAPU8).digest('hex'), files: FS.readdir('/'), buffer: HEAPU8.buffer };
        FS.writeFile('/in.pdf', bytes);
        const { exitCode } = process;
        module.callMain([...LIST]);
        process.exitCode = exitCode;
        if (ending) throw ending;
        return found;
      },
    );
};

describe('An instance of qpdf serves one file after the other', () => {
  it('and finds, byte for byte, the memory and the files that the first one found', async () => {
    const read = readers();
    const first = await read(pdfOf(3));
    for (const objects of [500, 3, 2_000, 1]) {
      const next = await read(pdfOf(objects));
      expect(next.buffer).toBe(first.buffer);
      expect({ ...next, buffer: null }).toEqual({ ...first, buffer: null });
    }
  });

  it('until one fails: the next file has another instance', async () => {
    const read = readers();
    const first = await read(pdfOf(3));
    await expect(read(pdfOf(3), new Error('a reader that failed'))).rejects.toThrow('a reader that failed');
    const next = await read(pdfOf(3));
    expect(next.buffer).not.toBe(first.buffer);
    expect(next.memory).toBe(first.memory);
  });

  it('until one takes more memory: the next file has another instance, as small as the first', async () => {
    const read = readers();
    const first = await read(pdfOf(3));
    await read(pdfOf(60_000));
    const next = await read(pdfOf(3));
    expect(next.buffer).not.toBe(first.buffer);
    expect(next.memory).toBe(first.memory);
  });

  it('one at a time, however many come together', async () => {
    const read = readers();
    const found = await Promise.all([5, 50, 500].map((objects) => read(pdfOf(objects))));
    expect(new Set(found.map(({ memory }) => memory)).size).toBe(1);
  });
});
