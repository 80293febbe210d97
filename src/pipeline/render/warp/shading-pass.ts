import type { Px } from '../../picture.ts';
import type { HeadMotion } from './head-motion.ts';
import type { PainterOffsets } from './painter-memory.ts';
import { LEAST_SHADING, SHADING_CELLS, SHADING_NODES, Shading } from './shading.ts';
import type { WarpIdentity } from './warp-identity.ts';
import type { WarpExports } from './warp-kernel.io.ts';

/** The kernel shades so many pixels at a time. */
const STEP: Px = 4;

/** Shades a painter's picture when all else is painted, in its memory. */
export class ShadingPass {
  readonly #shading: Shading;
  readonly #kernel: WarpExports;
  readonly #side: Px;
  readonly #at: PainterOffsets;
  readonly #grid: Float32Array;

  /** @param at offsets of the painter's block. */
  constructor(identity: WarpIdentity, kernel: WarpExports, side: Px, at: PainterOffsets) {
    this.#shading = new Shading(identity);
    this.#kernel = kernel;
    this.#side = side;
    this.#at = at;
    this.#grid = new Float32Array(identity.memory.buffer, at.shading, SHADING_NODES ** 2);
  }

  /** See {@link Shading.follow}. */
  follow(points: Float32Array, motion: HeadMotion, weights: Float64Array): void {
    this.#shading.follow(points, motion, weights, this.#grid);
  }

  /** The next face is shaded at once. */
  reset(): void {
    this.#shading.reset();
  }

  /** By how much the picture that was followed is brighter at each node: the pass's own memory, valid until it follows another. */
  get grid(): Float32Array {
    return this.#grid;
  }

  draw(): void {
    const [side, grid] = [this.#side, this.#grid];
    const { target, shading, shadingColumns } = this.#at;
    const last = SHADING_NODES - 1;
    let [fromX, fromY, toX, toY] = [last, last, 0, 0];
    for (let i = 0; i < grid.length; i++) {
      if (Math.abs(grid[i]!) < LEAST_SHADING) continue;
      const [x, y] = [i % SHADING_NODES, Math.floor(i / SHADING_NODES)];
      fromX = Math.min(fromX, x - 1);
      fromY = Math.min(fromY, y - 1);
      toX = Math.max(toX, x + 1);
      toY = Math.max(toY, y + 1);
    }
    if (toX <= fromX) return;
    const cell = side / SHADING_CELLS;
    const down = (node: number, step: Px): Px =>
      Math.max(0, Math.floor((node * cell) / step) * step);
    // A picture whose side is no multiple of the step keeps its last columns.
    const up = (node: number, step: Px): Px =>
      Math.min(side - (side % step), Math.ceil((node * cell) / step) * step);
    const [left, right] = [down(fromX, STEP), up(toX, STEP)];
    const [top, bottom] = [down(fromY, 1), up(toY, 1)];
    const rows = [Math.max(0, fromY - 1), Math.min(SHADING_CELLS, toY + 1)] as const;
    const kernel = this.#kernel;
    const columns = shadingColumns;
    kernel.spreadGrid(shading, SHADING_CELLS, side, columns, left, rows[0], right, rows[1]);
    kernel.shade(target, side, columns, SHADING_CELLS, left, top, right, bottom);
  }
}
