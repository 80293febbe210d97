import { KernelModule } from './kernel-module.io.ts';

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
  remap(
    target: number,
    side: number,
    map: number,
    texture: number,
    stride: number,
    reach: number,
  ): void;
  softenEdges(target: number, side: number, map: number): void;
  drawSilhouette(
    target: number,
    side: number,
    map: number,
    texture: number,
    stride: number,
    scale: number,
    pieces: number,
    count: number,
  ): void;
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
  spreadGrid(
    grid: number,
    cells: number,
    side: number,
    columns: number,
    fromX: number,
    fromRow: number,
    toX: number,
    toRow: number,
  ): void;
  shade(
    target: number,
    side: number,
    columns: number,
    cells: number,
    fromX: number,
    fromY: number,
    toX: number,
    toY: number,
  ): void;
  layOver(target: number, behind: number, pixels: number): void;
  toPlanes(source: number, side: number, y: number, u: number, v: number): void;
}

const kernel = new KernelModule('warp');
/** The kernel's own static data lies below; the caller's memory starts here. */
export const KERNEL_MEMORY_START = 65_536;
const PAGE = 65_536;
/** 4 GiB, as the kernels are compiled for (scripts/build.ts): an address range, not memory in use. */
const MAX_PAGES = 65_536;

/** Memory for kernels, which threads share, with `bytes` bytes from {@link KERNEL_MEMORY_START} on. */
export function kernelMemory(bytes: number): WebAssembly.Memory {
  const initial = Math.ceil((KERNEL_MEMORY_START + bytes) / PAGE);
  return new WebAssembly.Memory({ initial, maximum: MAX_PAGES, shared: true });
}

/**
 * Makes memory at least so long. Views of it that were made before stay valid.
 * @throws RangeError where it cannot grow that far
 */
export function growKernelMemory(memory: WebAssembly.Memory, end: number): void {
  // Another thread may have grown it: this one's object learns of that now.
  if (memory.buffer.byteLength < end) memory.grow(0);
  const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE);
  if (missing > 0) memory.grow(missing);
}

/**
 * The kernel over memory that another owns.
 * @throws UnderstudyError `render_kernel_missing`
 */
export function warpKernel(memory: WebAssembly.Memory): WarpExports {
  return kernel.over(memory);
}
