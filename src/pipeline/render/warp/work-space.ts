import { UnderstudyError } from '../../../errors.ts';
import { growKernelMemory } from './warp-kernel.io.ts';

/** By the memory: whoever draws an identity finds the one space behind its textures. */
const spaces = new WeakMap<WebAssembly.Memory, WorkSpace>();

/**
 * What lies behind an identity's textures in its memory: lent in blocks to the sessions that draw
 * the identity on this thread, and grown as they need it. The textures themselves are shared.
 */
export class WorkSpace {
  readonly #memory: WebAssembly.Memory;
  readonly #free = new Map<number, number[]>();
  #end: number;

  private constructor(memory: WebAssembly.Memory, start: number) {
    this.#memory = memory;
    this.#end = start;
  }

  /** @param start offset behind the textures, a multiple of 16. */
  static of(memory: WebAssembly.Memory, start: number): WorkSpace {
    const known = spaces.get(memory);
    if (known) return known;
    const space = new WorkSpace(memory, start);
    spaces.set(memory, space);
    return space;
  }

  /**
   * @param bytes a multiple of 16.
   * @returns the offset of a block of zeros, the caller's until it is given back.
   * @throws UnderstudyError `render_memory_full`
   */
  take(bytes: number): number {
    const used = this.#free.get(bytes)?.pop();
    if (used !== undefined) {
      new Uint8Array(this.#memory.buffer, used, bytes).fill(0);
      return used;
    }
    const at = this.#end;
    try {
      growKernelMemory(this.#memory, at + bytes);
    } catch (cause) {
      const sentence = 'This identity is drawn for as many sessions as its memory has room for.';
      throw new UnderstudyError('render_memory_full', sentence, { value: at + bytes, cause });
    }
    this.#end = at + bytes;
    return at;
  }

  give(at: number, bytes: number): void {
    const free = this.#free.get(bytes);
    if (free) free.push(at);
    else this.#free.set(bytes, [at]);
  }
}
