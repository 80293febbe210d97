import { KernelModule } from './kernel-module.io.ts';
import { growKernelMemory, KERNEL_MEMORY_START, kernelMemory } from './warp-kernel.io.ts';

type Resample = (
  source: number,
  width: number,
  height: number,
  side: number,
  indices: number,
  weights: number,
  count: number,
  target: number,
) => void;

/** What `kernel/texture.as.ts` exports; every argument is a byte offset or a plain number. */
interface TextureExports {
  toYuv(rgba: number, pixels: number, target: number): void;
  readonly resample: Resample;
  readonly resampleToBytes: Resample;
  halve(source: number, side: number, target: number): void;
}

const kernel = new KernelModule('texture', 'texture kernel');

/** The kernel, and memory of at least so many bytes from `start` on; its contents last until the next call. */
export interface TextureKernel {
  readonly exports: TextureExports;
  readonly start: number;
  readonly memory: WebAssembly.Memory;
}

let loaded: { readonly exports: TextureExports; readonly memory: WebAssembly.Memory } | undefined;

/**
 * One instance in a thread, with memory of its own for as long as the thread lives: what makes a texture is a
 * plain call, which no other can interrupt.
 * @throws UnderstudyError `render_kernel_missing`
 */
export function textureKernel(bytes: number): TextureKernel {
  if (!loaded) {
    const memory = kernelMemory(bytes);
    loaded = { exports: kernel.over<TextureExports>(memory), memory };
  }
  growKernelMemory(loaded.memory, KERNEL_MEMORY_START + bytes);
  return { ...loaded, start: KERNEL_MEMORY_START };
}
