import { readFile } from 'node:fs/promises';

/** What is used of WebAssembly; Node's types do not know the global. */
type Module = object;
interface Compiler {
  compile(bytes: Uint8Array): Promise<Module>;
  instantiate: (source: unknown, imports: unknown) => Promise<unknown>;
}
declare const WebAssembly: Compiler;

/**
 * Keeps the program in this file compiled for as long as the thread lives: whoever instantiates its bytes gets a fresh instance, with memory of its own, of
 * what was compiled once. The loader that comes with qpdf compiles for every instance, and has no switch for it.
 */
export async function keepCompiled(path: string): Promise<void> {
  const program = await readFile(path);
  const compiled = await WebAssembly.compile(program);
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (source, imports) =>
    source instanceof Uint8Array && program.equals(source)
      ? { module: compiled, instance: await instantiate(compiled, imports) }
      : instantiate(source, imports);
}
