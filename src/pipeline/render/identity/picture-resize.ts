import type { Picture, Px } from '../../picture.ts';

/** A rectangle of a picture in continuous pixel coordinates; may be fractional. */
export interface PictureRegion {
  readonly left: Px;
  readonly top: Px;
  readonly width: Px;
  readonly height: Px;
}

/** Keys's cubic with a = −0.5, which reproduces quadratics (Keys 1981, IEEE TASSP 29). */
const SUPPORT = 2;
function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < SUPPORT) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

interface Taps {
  /** First source index of each output index. */
  readonly start: Int32Array;
  /** `count` weights for each output index, summing to 1. */
  readonly weights: Float32Array;
  readonly count: number;
}

/**
 * Resamples a region of a picture (all of it by default) to another size by separable cubic
 * interpolation. Shrinking widens the kernel by the same factor, so that nothing aliases.
 * The region must lie within the picture. Returns a new picture.
 */
export function resizePicture(
  picture: Picture,
  size: { readonly width: Px; readonly height: Px },
  region: PictureRegion = { left: 0, top: 0, width: picture.width, height: picture.height },
): Picture {
  if (region.width === size.width && region.height === size.height && isWhole(region)) {
    return cutPicture(picture, region);
  }
  const across = taps(picture.width, region.left, region.width, size.width);
  const down = taps(picture.height, region.top, region.height, size.height);
  const firstRow = down.start[0]!;
  const rows = down.start[size.height - 1]! + down.count - firstRow;
  const squeezed = resampleRows(picture, across, size.width, firstRow, rows);
  return { ...size, rgba: resampleColumns(squeezed, down, size, firstRow) };
}

const isWhole = ({ left, top }: PictureRegion): boolean =>
  Number.isInteger(left) && Number.isInteger(top);

/** What the interpolation makes of a region that keeps its size, in a fraction of the time. */
function cutPicture(picture: Picture, { left, top, width, height }: PictureRegion): Picture {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * picture.width + left) * 4;
    rgba.set(picture.rgba.subarray(from, from + width * 4), row * width * 4);
  }
  return { width, height, rgba };
}

function taps(length: number, from: number, span: number, outputs: number): Taps {
  const scale = span / outputs;
  const stretch = Math.max(scale, 1);
  const count = Math.min(Math.ceil(SUPPORT * stretch) * 2 + 1, length);
  const start = new Int32Array(outputs);
  const weights = new Float32Array(outputs * count);
  for (let output = 0; output < outputs; output++) {
    const centre = from + (output + 0.5) * scale;
    const first = Math.floor(centre - SUPPORT * stretch);
    start[output] = Math.min(Math.max(first, 0), length - count);
    let sum = 0;
    const row = weights.subarray(output * count, (output + 1) * count);
    for (let tap = 0; tap < count; tap++) {
      row[tap] = cubic((start[output]! + tap + 0.5 - centre) / stretch);
      sum += row[tap]!;
    }
    for (let tap = 0; tap < count; tap++) row[tap]! /= sum;
  }
  return { start, weights, count };
}

/** RGB only: pictures are opaque by the time they are resized. */
function resampleRows(
  picture: Picture,
  { start, weights, count }: Taps,
  width: number,
  firstRow: number,
  rows: number,
): Float32Array {
  const out = new Float32Array(rows * width * 3);
  const from = picture.rgba;
  for (let row = 0, to = 0; row < rows; row++) {
    const line = (firstRow + row) * picture.width;
    for (let column = 0; column < width; column++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let at = (line + start[column]!) * 4;
      const end = (column + 1) * count;
      for (let tap = column * count; tap < end; tap++, at += 4) {
        const weight = weights[tap]!;
        red += weight * from[at]!;
        green += weight * from[at + 1]!;
        blue += weight * from[at + 2]!;
      }
      out[to++] = red;
      out[to++] = green;
      out[to++] = blue;
    }
  }
  return out;
}

function resampleColumns(
  from: Float32Array,
  { start, weights, count }: Taps,
  { width, height }: { width: number; height: number },
  firstRow: number,
): Uint8ClampedArray {
  const out = new Uint8ClampedArray(width * height * 4);
  const sums = new Float32Array(width * 3);
  for (let row = 0; row < height; row++) {
    sums.fill(0);
    for (let tap = 0; tap < count; tap++) {
      const weight = weights[row * count + tap]!;
      if (weight === 0) continue;
      const line = (start[row]! + tap - firstRow) * width * 3;
      for (let i = 0; i < sums.length; i++) sums[i]! += weight * from[line + i]!;
    }
    for (let i = 0, to = row * width * 4; i < sums.length; i += 3, to += 4) {
      out[to] = sums[i]!;
      out[to + 1] = sums[i + 1]!;
      out[to + 2] = sums[i + 2]!;
      out[to + 3] = 255;
    }
  }
  return out;
}
