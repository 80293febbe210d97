import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ModelError } from '../model-error.ts';

/** What `kernel/blur.as.ts` exports. */
interface BlurKernel {
  blur(
    plane: number,
    rows: number,
    width: number,
    height: number,
    taps: number,
    radius: number,
  ): void;
}

const KERNEL = new URL('../../../../build/kernel/blur.wasm', import.meta.url);
const PAGE = 65_536;
/** The kernel's own static data lies below. */
const MEMORY_START = PAGE;
/** Numbers that the kernel may write behind a plane. */
const GUARD = 4;
/** Beyond so many standard deviations nothing is added up any more. */
const REACH = 2.5;

let loaded: { readonly kernel: BlurKernel; readonly memory: WebAssembly.Memory } | undefined;

/** One instance in a process: a blur is a plain call, which no other can interrupt. */
function kernelOnce() {
  if (loaded !== undefined) return loaded;
  try {
    const memory = new WebAssembly.Memory({ initial: 2 });
    const module = new WebAssembly.Module(readFileSync(KERNEL));
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    loaded = { kernel: exports as unknown as BlurKernel, memory };
    return loaded;
  } catch (cause) {
    throw new ModelError(
      'kernel_missing',
      `The blur kernel cannot be loaded from ${fileURLToPath(KERNEL)}: run "npm run build".`,
      { cause },
    );
  }
}

/** A Gaussian blur of planes of one size that are zero around their middle; what lies outside counts as zero. */
export class Blur {
  readonly #width: number;
  readonly #height: number;
  readonly #taps: Float32Array;

  /**
   * @param sigma in cells; within {@link radius} of a plane's edge everything must be zero.
   * @throws ModelError `kernel_missing`.
   */
  constructor(width: number, height: number, sigma: number) {
    this.#width = width;
    this.#height = height;
    const taps = Float32Array.from({ length: Math.ceil(REACH * sigma) + 1 }, (_, i) =>
      Math.exp((-i * i) / (2 * sigma * sigma)),
    );
    const sum = taps.reduce((total, tap) => total + 2 * tap, -taps[0]!);
    this.#taps = taps.map((tap) => tap / sum);
    const { memory } = kernelOnce();
    const end = this.#tapsAt + this.#taps.byteLength;
    if (memory.buffer.byteLength < end) {
      memory.grow(Math.ceil((end - memory.buffer.byteLength) / PAGE));
    }
  }

  get radius(): number {
    return this.#taps.length - 1;
  }

  /** In place. */
  over(plane: Float32Array): void {
    const { kernel, memory } = kernelOnce();
    const [at, rows, taps] = [MEMORY_START, this.#rowsAt, this.#tapsAt];
    const shown = new Float32Array(memory.buffer, at, plane.length);
    shown.set(plane);
    new Float32Array(memory.buffer, taps, this.#taps.length).set(this.#taps);
    kernel.blur(at, rows, this.#width, this.#height, taps, this.radius);
    plane.set(shown);
  }

  get #rowsAt(): number {
    return MEMORY_START + 4 * (this.#width * this.#height + GUARD);
  }

  get #tapsAt(): number {
    return this.#rowsAt + 4 * (this.#width * this.#height + GUARD);
  }
}
