const PAGE = 65_536;

/** What is used of a WebAssembly memory; Node's types do not know the global. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow: (this: Memory, pages: number) => number;
}
declare const WebAssembly: { readonly Memory: { readonly prototype: Memory } };

/**
 * Keeps WebAssembly memories of this thread below `most` bytes: a growth beyond it fails as it would on a machine that has no more, and the module
 * gives up. The binary itself allows two gigabytes, and has no switch for it.
 */
export function boundWebAssemblyMemory(most: number): void {
  const prototype = WebAssembly.Memory.prototype;
  const { grow } = prototype;
  prototype.grow = function (this: Memory, pages: number): number {
    if (this.buffer.byteLength + pages * PAGE > most) throw new RangeError('no more memory');
    return grow.call(this, pages);
  };
}
