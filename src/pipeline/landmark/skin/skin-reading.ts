import type { CameraFrame, Px } from '../../picture.ts';
import { Blur } from './blur.io.ts';
import { FACE_SHEET } from './face-sheet.ts';
import type { SheetMap } from './sheet-map.ts';

/** Standard deviations of what light and shade are told by, and of what contrast is; in cells. */
const LIGHT = 5;
const CONTRAST = 6;
/** Levels of luma by which skin differs from itself through the camera's noise alone: less contrast is not drawn out. */
const NOISE = 1.5;
/** Pixels that a cell's light is told by, a row of them, at most. */
const MOST_TAPS = 4;

/** Reads the pattern of a face's skin, cell by cell, free of light and contrast. */
export class SkinReading {
  readonly #light: Blur;
  readonly #contrast: Blur;
  readonly #mean: Float32Array;
  readonly #deviation: Float32Array;
  readonly #lightCover: Float32Array;
  readonly #contrastCover: Float32Array;

  constructor() {
    const { width, height } = FACE_SHEET;
    this.#light = new Blur(width, height, LIGHT);
    this.#contrast = new Blur(width, height, CONTRAST);
    this.#mean = new Float32Array(width * height);
    this.#deviation = new Float32Array(width * height);
    this.#lightCover = covered(this.#light);
    this.#contrastCover = covered(this.#contrast);
  }

  /** @param into the sheet's plane; outside the face it is left as it is. */
  read(frame: CameraFrame, map: SheetMap, into: Float32Array): void {
    const { cells } = FACE_SHEET;
    lumaOf(frame, map, into);
    const mean = this.#mean.fill(0);
    for (let c = 0; c < cells.length; c++) mean[cells[c]!] = into[cells[c]!]!;
    this.#light.over(mean);
    const deviation = this.#deviation.fill(0);
    for (let c = 0; c < cells.length; c++) {
      const at = cells[c]!;
      const value = into[at]! - mean[at]! / this.#lightCover[at]!;
      into[at] = value;
      deviation[at] = value * value;
    }
    this.#contrast.over(deviation);
    for (let c = 0; c < cells.length; c++) {
      const at = cells[c]!;
      into[at]! /= Math.sqrt(deviation[at]! / this.#contrastCover[at]!) + NOISE;
    }
  }
}

/** How much of what a blur adds up at a cell is the face. */
function covered(blur: Blur): Float32Array {
  const plane = new Float32Array(FACE_SHEET.width * FACE_SHEET.height);
  for (const at of FACE_SHEET.cells) plane[at] = 1;
  blur.over(plane);
  return plane;
}

/** The mean luma of each cell: of the pixels at a grid of places in it. */
function lumaOf(frame: CameraFrame, map: SheetMap, into: Float32Array): void {
  const { cells, triangles, width } = FACE_SHEET;
  const { affine } = map;
  const taps = Math.min(MOST_TAPS, Math.max(1, Math.round(map.cell)));
  const step = 1 / taps;
  const first = (step - 1) / 2;
  const { y: luma, strideY: stride } = frame;
  const right: Px = frame.width - 1;
  const bottom: Px = frame.height - 1;
  for (let c = 0; c < cells.length; c++) {
    const at = cells[c]!;
    const o = 6 * triangles[c]!;
    const xx = affine[o]!;
    const xy = affine[o + 1]!;
    const yx = affine[o + 3]!;
    const yy = affine[o + 4]!;
    const column = at % width;
    const row = (at - column) / width;
    const cx = column + first;
    const cy = row + first;
    const left = xx * cx + xy * cy + affine[o + 2]!;
    const top = yx * cx + yy * cy + affine[o + 5]!;
    let sum = 0;
    for (let j = 0; j < taps; j++) {
      for (let i = 0; i < taps; i++) {
        const x = left + (xx * i + xy * j) * step;
        const y = top + (yx * i + yy * j) * step;
        const px = x < 0 ? 0 : x > right ? right : x | 0;
        const py = y < 0 ? 0 : y > bottom ? bottom : y | 0;
        sum += luma[py * stride + px]!;
      }
    }
    into[at] = sum * step * step;
  }
}
