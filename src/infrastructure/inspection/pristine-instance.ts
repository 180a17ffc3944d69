import { readFile } from 'node:fs/promises';

type Imports = Readonly<Record<string, Readonly<Record<string, (...args: unknown[]) => unknown>>>>;
/** What is used of an instance of qpdf; its build shortened the names. */
interface Exports {
  readonly aa: { readonly buffer: ArrayBuffer };
  /** stackRestore */
  readonly ha: (pointer: number) => void;
  /** stackGet */
  readonly ja: () => number;
}
interface Instance {
  readonly exports: Exports;
}
type Program = object;
/** What is used of WebAssembly; Node's types do not know the global. */
interface Engine {
  readonly Module: { imports(program: Program): readonly { readonly module: string; readonly name: string }[] };
  compile(bytes: Uint8Array): Promise<Program>;
  instantiate: (source: unknown, imports: Imports) => Promise<unknown>;
}
declare const WebAssembly: Engine;

const PAGE = 65_536;
const ZEROS = Buffer.alloc(PAGE);
const STEP = 16;

/** Where the zeros at the end of a memory begin, rounded up to a page: a run touches a thirtieth of it. */
function usedOf(memory: Uint8Array): number {
  let end = memory.length;
  while (end >= PAGE && ZEROS.equals(memory.subarray(end - PAGE, end))) end -= PAGE;
  return end;
}

/** Throws when the shortened names mean something else: another build of the program. */
function stackOf({ ha, ja }: Exports): number {
  const pointer = ja();
  ha(pointer - STEP);
  const moved = ja();
  ha(pointer);
  if (pointer <= STEP || moved !== pointer - STEP) throw new Error('another build of qpdf: its stack is not where it was');
  return pointer;
}

/** An instance, and what there was of it before anything ran in it. */
class Kept {
  readonly #image: Uint8Array;
  readonly #size: number;
  readonly #stack: number;

  private constructor(
    private readonly instance: Instance,
    private readonly loader: { imports: Imports },
  ) {
    const memory = this.#memory();
    this.#size = memory.length;
    this.#image = memory.slice(0, usedOf(memory));
    this.#stack = stackOf(instance.exports);
  }

  /** Its imports are handed on to those of the loader at work. */
  static async of(program: Program): Promise<Kept> {
    const loader: { imports: Imports } = { imports: {} };
    const forwarding: Record<string, Record<string, (...args: unknown[]) => unknown>> = {};
    for (const { module, name } of WebAssembly.Module.imports(program))
      (forwarding[module] ??= {})[name] = (...args) => loader.imports[module]?.[name]?.(...args);
    return new Kept((await WebAssembly.instantiate(program, forwarding)) as Instance, loader);
  }

  lentTo(imports: Imports): { readonly instance: Instance } {
    this.loader.imports = imports;
    return { instance: this.instance };
  }

  /** As it was before anything ran in it; false when that cannot be had, because memory never gets smaller. Lets go of the loader and its files. */
  restored(): boolean {
    this.loader.imports = {};
    const memory = this.#memory();
    if (memory.length > this.#size) return false;
    memory.set(this.#image);
    memory.fill(0, this.#image.length, Math.max(this.#image.length, usedOf(memory)));
    this.instance.exports.ha(this.#stack);
    return true;
  }

  #memory(): Uint8Array {
    return new Uint8Array(this.instance.exports.aa.buffer);
  }
}

/**
 * A program compiled once, and one instance of it that serves again. After each use its memory is, byte for byte, what it was before anything ran in it,
 * and so is its stack; the loader, which holds the files, is a fresh one each time. An instance that did not end as it should, or took more memory, is
 * thrown away. A fresh one for each file would cost more than reading the file: seventeen megabytes to set up, and to collect.
 */
export class PristineInstance {
  #program: Promise<Program> | undefined;
  #rested: Kept | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly path: string) {}

  /**
   * What `use` makes of the module that `load` makes, one after the other. `load` calls WebAssembly.instantiate with no bytes at all and is given the
   * instance. What either throws goes to the caller.
   */
  with<M, R>(load: () => Promise<M>, use: (module: M) => R): Promise<R> {
    const turn = this.#last.then(() => this.#once(load, use));
    // The next one comes whatever became of this one, which its caller is told.
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #once<M, R>(load: () => Promise<M>, use: (module: M) => R): Promise<R> {
    this.#program ??= readFile(this.path).then((bytes) => WebAssembly.compile(bytes));
    const kept = this.#rested ?? (await Kept.of(await this.#program));
    this.#rested = null;
    const result = use(await lending(kept, load));
    if (kept.restored()) this.#rested = kept;
    return result;
  }
}

/** The loader that comes with qpdf takes an instance from nowhere else, and has no switch for it. */
async function lending<M>(kept: Kept, load: () => Promise<M>): Promise<M> {
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (source, imports) =>
    source instanceof Uint8Array && source.length === 0 ? kept.lentTo(imports) : instantiate(source, imports);
  try {
    return await load();
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}
