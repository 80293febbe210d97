import { UnderstudyError } from '../../../errors.ts';
import { growKernelMemory, KERNEL_MEMORY_START, kernelMemory } from './warp-kernel.io.ts';
import { allocator } from './warp-memory.ts';

/** Part of a kernel memory. Whoever took it gives it back, once. */
export interface KernelBlock {
  /** Byte offset, a multiple of 16. */
  readonly at: number;
  readonly bytes: number;
}

/** More than 4 GiB hold of textures and of sessions together. */
const MOST_BLOCKS = 4096;
/** Offsets and lengths count these, so that 32 bits hold them. */
const UNIT = 16;
/** Words of the table: where the blocks end, how many there are, then of each its offset, length and state. */
const [END, COUNT, FIRST] = [0, 1, 2];
const [AT, LENGTH, STATE, ENTRY] = [0, 1, 2, 3];
/** A new block's length is 0 until its offset is written: it fits nobody. */
const [LENT, FREE] = [0, 1];
const TABLE_BYTES = Math.ceil((4 * (FIRST + ENTRY * MOST_BLOCKS)) / UNIT) * UNIT;
/** Where the first block lies. */
const START = KERNEL_MEMORY_START + TABLE_BYTES;

/** Memory for kernels, which threads share, with nothing lent of it. */
export function newKernelMemory(): WebAssembly.Memory {
  const memory = kernelMemory(TABLE_BYTES);
  new Int32Array(memory.buffer, KERNEL_MEMORY_START)[END] = START / UNIT;
  return memory;
}

/**
 * The blocks of a memory of {@link newKernelMemory}: lent to any thread that has it, and lent again
 * once given back, by whichever thread. The garbage collector frees shared memory when it pleases, and
 * does not feel how large it is: so one memory serves for the life of a process, as large as what was
 * once lent of it at the same time. Of a few lengths each (a texture's, a session's), blocks are never
 * cut or joined. The table lies in the memory itself and is changed by atomic steps alone: no thread
 * ever waits for another.
 */
export class KernelSpace {
  readonly #memory: WebAssembly.Memory;
  readonly #table: Int32Array;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#table = new Int32Array(memory.buffer, KERNEL_MEMORY_START, TABLE_BYTES / 4);
  }

  /** What is lent at the moment. */
  get lent(): { readonly blocks: number; readonly bytes: number } {
    const lent = this.#entries().filter((entry) => this.#read(entry + STATE) === LENT);
    const units = lent.reduce((sum, entry) => sum + this.#read(entry + LENGTH), 0);
    return { blocks: lent.length, bytes: units * UNIT };
  }

  /**
   * @param bytes a multiple of 16.
   * @returns a block of zeros.
   * @throws UnderstudyError `render_memory_full`
   */
  take(bytes: number): KernelBlock {
    const block = this.#lend(bytes);
    // Eight bytes at a time: shared memory is filled an element after another.
    new Float64Array(this.#memory.buffer, block.at, bytes / 8).fill(0);
    return block;
  }

  /**
   * Room to work in for as long as a call takes. Whatever was left there is in it.
   * @param layOut takes what is needed, and is called twice; @param work gets where that lies.
   * @throws UnderstudyError `render_memory_full`, and what `work` throws.
   */
  borrow<Places, Result>(
    layOut: (room: ReturnType<typeof allocator>) => Places,
    work: (places: Places) => Result,
  ): Result {
    const measured = allocator(0);
    layOut(measured);
    const block = this.#lend(measured.end);
    try {
      return work(layOut(allocator(block.at)));
    } finally {
      this.give(block);
    }
  }

  /** @param block as it was lent. */
  give({ at }: KernelBlock): void {
    const entry = this.#entries().find((each) => this.#read(each + AT) === at / UNIT);
    if (entry !== undefined) Atomics.store(this.#table, entry + STATE, FREE);
  }

  #lend(bytes: number): KernelBlock {
    const length = bytes / UNIT;
    for (const entry of this.#entries()) {
      if (this.#read(entry + LENGTH) !== length) continue;
      if (Atomics.compareExchange(this.#table, entry + STATE, FREE, LENT) !== FREE) continue;
      const at = this.#read(entry + AT) * UNIT;
      growKernelMemory(this.#memory, at + bytes); // to what another thread has made of it
      return { at, bytes };
    }
    return this.#add(bytes);
  }

  #read(word: number): number {
    return Atomics.load(this.#table, word);
  }

  /** Of all blocks, the first word. */
  #entries(): number[] {
    const count = Math.min(MOST_BLOCKS, this.#read(COUNT));
    return Array.from({ length: count }, (_, k) => FIRST + ENTRY * k);
  }

  #add(bytes: number): KernelBlock {
    const full = (cause?: unknown): UnderstudyError =>
      new UnderstudyError(
        'render_memory_full',
        'Identities and those who draw them take as much memory as there is room for.',
        { value: this.lent.bytes + bytes, cause },
      );
    for (;;) {
      if (this.#read(COUNT) >= MOST_BLOCKS) throw full();
      const end = this.#read(END);
      const at = end * UNIT;
      try {
        growKernelMemory(this.#memory, at + bytes);
      } catch (cause) {
        throw full(cause);
      }
      const next = end + bytes / UNIT;
      if (Atomics.compareExchange(this.#table, END, end, next) !== end) continue;
      const k = Atomics.add(this.#table, COUNT, 1);
      if (k >= MOST_BLOCKS) {
        Atomics.sub(this.#table, COUNT, 1);
        throw full();
      }
      const entry = FIRST + ENTRY * k;
      Atomics.store(this.#table, entry + AT, end);
      Atomics.store(this.#table, entry + LENGTH, bytes / UNIT);
      return { at, bytes };
    }
  }
}
