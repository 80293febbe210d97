import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UnderstudyError } from '../../../errors.ts';

/** What `kernel/warp.as.ts` exports; every argument is a byte offset or a plain number. */
export interface WarpExports {
  resetMap(map: number, nodes: number, scale: number, weight: number): void;
  rasterise(
    map: number,
    nodes: number,
    places: number,
    values: number,
    triangles: number,
    count: number,
    behind: number,
  ): void;
  remap(target: number, side: number, map: number, texture: number, stride: number): void;
  remapOver(
    target: number,
    side: number,
    map: number,
    texture: number,
    stride: number,
    fromX: number,
    fromY: number,
    toX: number,
    toY: number,
  ): void;
  toPlanes(source: number, side: number, y: number, u: number, v: number): void;
}

const KERNEL = new URL('../../../../build/kernel/warp.wasm', import.meta.url);
/** The kernel's own static data lies below; the caller's memory starts here. */
export const KERNEL_MEMORY_START = 65_536;
const PAGE = 65_536;

let compiled: WebAssembly.Module | undefined;

function moduleOnce(): WebAssembly.Module {
  try {
    compiled ??= new WebAssembly.Module(readFileSync(KERNEL));
    return compiled;
  } catch (cause) {
    throw new UnderstudyError(
      'render_kernel_missing',
      `The render kernel cannot be loaded from ${fileURLToPath(KERNEL)}: run "npm run build".`,
      { cause },
    );
  }
}

/**
 * One instance with its own memory of `bytes` bytes from {@link KERNEL_MEMORY_START} on.
 * @throws UnderstudyError `render_kernel_missing`
 */
export function instantiateKernel(bytes: number): {
  readonly kernel: WarpExports;
  readonly memory: WebAssembly.Memory;
} {
  const pages = Math.ceil((KERNEL_MEMORY_START + bytes) / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(moduleOnce(), { env: { memory } });
  return { kernel: exports as unknown as WarpExports, memory };
}
