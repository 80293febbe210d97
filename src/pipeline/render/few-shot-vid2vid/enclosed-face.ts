import type { Field } from './field.ts';
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
  readonly #field: Field;
  readonly #before: Uint8Array;

  constructor(field: Field) {
    this.#field = field;
    this.#before = new Uint8Array(field.cells);
  }

  /**
   * @param map a pose's, of which the first channel is the lines of the face.
   * @param share becomes 1 where a cell is enclosed, less on the soft edge of the outermost lines, 0 around.
   * @returns a part of the field around which nothing is enclosed, nor halfway to its neighbours; empty where there are no lines.
   */
  cover(map: Uint8Array, share: Float32Array): NetworkWindow {
    const { cells, plane } = this.#field;
    const lines = map.subarray(0, plane);
    share.fill(0);
    const found = extent(lines, cells);
    if (!found) return NOWHERE;
    const { left, top, right, bottom } = found;
    for (let y = top; y <= bottom; y++) {
      this.#enclose(lines, share, y * cells + left, 1, right - left + 1);
    }
    for (let x = left; x <= right; x++) {
      this.#enclose(lines, share, top * cells + x, cells, bottom - top + 1);
    }
    const [x, width] = widened(left, right, cells);
    const [y, height] = widened(top, bottom, cells);
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
function extent(lines: Uint8Array, cells: number) {
  const [first, last] = [lines.findIndex(isDrawn), lines.findLastIndex(isDrawn)];
  if (first < 0) return undefined;
  const [top, bottom] = [Math.floor(first / cells), Math.floor(last / cells)];
  let [left, right] = [first % cells, first % cells];
  for (let row = top * cells; row <= last; row += cells) {
    for (let x = 0; x < left; x++) if (lines[row + x]! > 0) left = x;
    for (let x = cells - 1; x > right; x--) if (lines[row + x]! > 0) right = x;
  }
  return { left, top, right, bottom };
}

const isDrawn = (byte: number): boolean => byte > 0;

/** Cells from `first` to `last`, and those that numbers between cells still take something from: where it begins, and its length. */
function widened(first: number, last: number, cells: number): [start: number, length: number] {
  const start = Math.max(0, STEP * Math.floor((first - 1) / STEP));
  const end = Math.min(cells, STEP * Math.ceil((last + 2) / STEP));
  return [start, end - start];
}
