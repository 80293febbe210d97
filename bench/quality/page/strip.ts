import type { Picture, Px } from '../../../src/pipeline/picture.ts';
import { resizePicture } from '../../../src/pipeline/render/identity/picture-resize.ts';

/** Between rows; columns touch. */
const GAP: Px = 4;

/** A part of a picture, as fractions of its side. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

const WHOLE: Window = { left: 0, top: 0, side: 1 };

/** Rows of square pictures, one contender a row, one moment a column, each at a side of `cell`. */
export function stripOf(
  rows: readonly (readonly Picture[])[],
  cell: Px,
  windowOf: (column: number, row: number) => Window = () => WHOLE,
): Picture {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const width = columns * cell;
  const height = Math.max(0, rows.length * (cell + GAP) - GAP);
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  rows.forEach((row, r) => {
    row.forEach((picture, c) => {
      const { left, top, side } = windowOf(c, r);
      const small = resizePicture(
        picture,
        { width: cell, height: cell },
        {
          left: Math.round(left * picture.width),
          top: Math.round(top * picture.width),
          width: Math.round(side * picture.width),
          height: Math.round(side * picture.width),
        },
      );
      for (let y = 0; y < cell; y++) {
        const from = y * cell * 4;
        const to = ((r * (cell + GAP) + y) * width + c * cell) * 4;
        rgba.set(small.rgba.subarray(from, from + cell * 4), to);
      }
    });
  });
  return { width, height, rgba };
}
