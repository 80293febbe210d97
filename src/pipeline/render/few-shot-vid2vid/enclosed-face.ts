import { FIELD, FIELD_SIDE } from './network-shape.ts';
import type { NetworkWindow } from './network-window.ts';

const FULL = 255;
/** At every output's side a cell, or two of them, begin at a node of the warp's map. */
const STEP = 2;

const NOWHERE: NetworkWindow = Object.freeze({ x: 0, y: 0, width: 0, height: 0 });

/**
 * The part of the field that a face's lines enclose, to the left and right or above and below: as far as the
 * network's mandate may reach (`enclosed` in `training/few_shot/network.py`). What it corrected in the picture before
 * lies there, moved along with the mesh; all else was the warp.
 */
export class EnclosedFace {
  readonly #before = new Uint8Array(FIELD_SIDE);

  /**
   * @param map a pose's, of which the first channel is the lines of the face.
   * @param share becomes 1 where a cell is enclosed, less on the soft edge of the outermost lines, 0 around: {@link FIELD}.
   * @returns a part of the field around which nothing is enclosed, nor halfway to its neighbours; empty where there are no lines.
   */
  cover(map: Uint8Array, share: Float32Array): NetworkWindow {
    const lines = map.subarray(0, FIELD);
    share.fill(0);
    const found = extent(lines);
    if (!found) return NOWHERE;
    const { left, top, right, bottom } = found;
    for (let y = top; y <= bottom; y++) {
      this.#enclose(lines, share, y * FIELD_SIDE + left, 1, right - left + 1);
    }
    for (let x = left; x <= right; x++) {
      this.#enclose(lines, share, top * FIELD_SIDE + x, FIELD_SIDE, bottom - top + 1);
    }
    const [x, width] = widened(left, right);
    const [y, height] = widened(top, bottom);
    return { x, y, width, height };
  }

  /** What lies between the outermost lines of a row or a column: its cells from `at` on, `step` apart. */
  #enclose(lines: Uint8Array, share: Float32Array, at: number, step: number, count: number): void {
    const before = this.#before;
    let sum = 0;
    for (let i = 0, p = at; i < count; i++, p += step) {
      sum = Math.min(FULL, sum + lines[p]!);
      before[i] = sum;
    }
    sum = 0;
    for (let i = count - 1, p = at + i * step; i >= 0; i--, p -= step) {
      sum = Math.min(FULL, sum + lines[p]!);
      const enclosed = (before[i]! * sum) / (FULL * FULL);
      if (enclosed > share[p]!) share[p] = enclosed;
    }
  }
}

/** The first and last row and column with a line in it. */
function extent(lines: Uint8Array) {
  const [first, last] = [lines.findIndex(isDrawn), lines.findLastIndex(isDrawn)];
  if (first < 0) return undefined;
  const [top, bottom] = [Math.floor(first / FIELD_SIDE), Math.floor(last / FIELD_SIDE)];
  let [left, right] = [first % FIELD_SIDE, first % FIELD_SIDE];
  for (let row = top * FIELD_SIDE; row <= last; row += FIELD_SIDE) {
    for (let x = 0; x < left; x++) if (lines[row + x]! > 0) left = x;
    for (let x = FIELD_SIDE - 1; x > right; x--) if (lines[row + x]! > 0) right = x;
  }
  return { left, top, right, bottom };
}

const isDrawn = (byte: number): boolean => byte > 0;

/** Cells from `first` to `last`, and those that numbers between cells still take something from: where it begins, and its length. */
function widened(first: number, last: number): [start: number, length: number] {
  const start = Math.max(0, STEP * Math.floor((first - 1) / STEP));
  const end = Math.min(FIELD_SIDE, STEP * Math.ceil((last + 2) / STEP));
  return [start, end - start];
}
