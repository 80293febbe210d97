import type { OnnxFeed } from '../../landmark/onnx-session.ts';
import type { Px } from '../../picture.ts';
import { MESH_VERTICES } from '../warp/mesh-layers.ts';
import type { Field } from './field.ts';
import type { DescribedMotion } from './mesh-motion.ts';
import type { NetworkWindow } from './network-window.ts';
import { DRAWN_VERTICES, WARP_INPUTS } from './warp-values.ts';

/** A frame's motion, and where it is wanted. */
export interface WantedMotion {
  readonly motion: DescribedMotion;
  readonly window: NetworkWindow;
}

/**
 * Lays the motions of a run's frames beside each other, in windows of one size. What fills a batch up is the first of them once more.
 * @param vertices of the same frames in the same run, as `warpFeeds` has them.
 */
export function motionFeeds(
  frames: readonly WantedMotion[],
  length: number,
  side: Px,
  field: Field,
  vertices: Float32Array,
): Record<string, OnnxFeed> {
  const all = Array.from({ length }, (_, i) => frames[i] ?? frames[0]!);
  const { width, height } = all[0]!.window;
  const before = new Float32Array(2 * length * DRAWN_VERTICES);
  const cells = new Uint8Array(2 * length * width * height);
  const columns = new Float32Array(length * width);
  const rows = new Float32Array(length * height);
  let at = 0;
  for (const [n, { motion, window }] of all.entries()) {
    for (const axis of [0, 1]) {
      const from = (axis * length + n) * DRAWN_VERTICES;
      for (let v = 0; v < MESH_VERTICES; v++) before[from + v] = motion.before[2 * v + axis]!;
      // What is beside the mesh is where it was.
      for (let v = from + MESH_VERTICES; v < from + DRAWN_VERTICES; v++) {
        before[v] = (2 * vertices[v]! + 0.5) / side;
      }
    }
    for (const bytes of [
      motion.cells.subarray(0, field.plane),
      motion.cells.subarray(field.plane),
    ]) {
      for (let row = window.y; row < window.y + height; row++, at += width) {
        const start = row * field.cells + window.x;
        cells.set(bytes.subarray(start, start + width), at);
      }
    }
    for (let i = 0; i < width; i++) columns[n * width + i] = nodeOf(window.x + i, field, side);
    for (let i = 0; i < height; i++) rows[n * height + i] = nodeOf(window.y + i, field, side);
  }
  return {
    [WARP_INPUTS.before]: { dims: [2, length, DRAWN_VERTICES], data: before },
    [WARP_INPUTS.cells]: { dims: [length, 2, height, width], data: cells },
    [WARP_INPUTS.columns]: { dims: [length, 1, width], data: columns },
    [WARP_INPUTS.rows]: { dims: [length, height, 1], data: rows },
  };
}

/** Where a cell of the field has its middle, in nodes of a picture's map. */
const nodeOf = (cell: number, { cells }: Field, side: Px): number =>
  (((cell + 0.5) / cells) * side - 0.5) / 2;
