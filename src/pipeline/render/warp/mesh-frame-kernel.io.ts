import { KernelModule } from './kernel-module.io.ts';
import type { WarpExports } from './warp-kernel.io.ts';

/** What `kernel/mesh-frame.as.ts` exports; every argument is a byte offset or a plain number. */
export interface MeshFrameExports {
  readonly rasteriseNumbered: WarpExports['rasterise'];
  drawSilhouetteMarking(
    target: number,
    side: number,
    map: number,
    texture: number,
    stride: number,
    scale: number,
    pieces: number,
    count: number,
    tile: number,
    marks: number,
  ): void;
  codeNodes(
    map: number,
    nodes: number,
    codes: number,
    starts: number,
    palette: number,
    most: number,
    seen: number,
    stamp: number,
  ): number;
  numberNodes(map: number, count: number, target: number): void;
  markEdges(map: number, side: number, reach: number, tile: number, marks: number): void;
  markPainted(layer: number, side: number, tile: number, marks: number): void;
  remapMarked(
    target: number,
    side: number,
    map: number,
    texture: number,
    stride: number,
    reach: number,
    tile: number,
    marks: number,
  ): void;
  takeMarked(
    picture: number,
    side: number,
    tile: number,
    marks: number,
    table: number,
    rows: number,
    pool: number,
    most: number,
    clear: number,
  ): number;
}

const kernel = new KernelModule('mesh-frame');

/**
 * The kernel over memory that another owns.
 * @throws UnderstudyError `render_kernel_missing`
 */
export function meshFrameKernel(memory: WebAssembly.Memory): MeshFrameExports {
  return kernel.over(memory);
}
