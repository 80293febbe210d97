// Reads a canvas out of a frame's luma: a triangle over the pixels around each of its own.

import { COLUMNS, FRAME, LINE, MOST_TAPS, SHARES, SIDE } from './layout.as.ts';

/** Pixels of the picture to either side that a pixel of the canvas is made of, and every how many of them. */
let reach: f32 = 1;
let step: i32 = 1;

/** Where the canvas' pixel lies in the picture, along one side. */
// @ts-ignore: decorator
@inline
function placeOf(i: i32, middle: f32, scale: f32): f32 {
  return middle + <f32>(i - SIDE / 2) / scale;
}

// @ts-ignore: decorator
@inline
function first(place: f32): i32 {
  return <i32>Mathf.floor(place - reach) + 1;
}

function layColumns(middle: f32, scale: f32, left: i32, lastX: i32): void {
  for (let x = 0; x < SIDE; x++) {
    const place = placeOf(x, middle, scale);
    const at = <usize>(4 * MOST_TAPS * x);
    let column = first(place);
    let sum: f32 = 0;
    for (let t = 0; t < MOST_TAPS; t++) {
      const share = max<f32>(0, 1 - Mathf.abs(<f32>column - place) / reach);
      store<f32>(SHARES + at + (t << 2), share);
      store<u32>(COLUMNS + at + (t << 2), (min(lastX, max(0, column)) - left) << 2);
      sum += share;
      column += step;
    }
    for (let t = 0; t < MOST_TAPS; t++) {
      const share = SHARES + at + (t << 2);
      store<f32>(share, load<f32>(share) / sum);
    }
  }
}

/** Rows of the picture, weighted, from `left` on, as numbers. */
function addRows(
  luma: usize,
  stride: i32,
  firstY: i32,
  lastY: i32,
  place: f32,
  left: i32,
  end: i32,
): void {
  memory.fill(LINE, 0, <usize>(4 * (end - left) + 16));
  const from = first(place);
  let sum: f32 = 0;
  for (let y = from; <f32>y < place + reach; y += step) sum += 1 - Mathf.abs(<f32>y - place) / reach;
  for (let y = from; <f32>y < place + reach; y += step) {
    const share = f32x4.splat((1 - Mathf.abs(<f32>y - place) / reach) / sum);
    const row = luma + <usize>((min(lastY, max(firstY, y)) - firstY) * stride + left);
    let into: usize = LINE;
    for (let x = 0; x < end - left; x += 4) {
      const bytes = v128.load32_zero(row + <usize>x);
      const values = f32x4.convert_i32x4_u(
        i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes)),
      );
      v128.store(into, f32x4.add(v128.load(into), f32x4.mul(share, values)));
      into += 16;
    }
  }
}

/** At `luma` is the row `firstY` of a picture, of which as many follow as the canvas lies in. */
export function readCanvas(
  luma: usize,
  stride: i32,
  lastX: i32,
  firstY: i32,
  lastY: i32,
  middleX: f32,
  middleY: f32,
  scale: f32,
): void {
  reach = max<f32>(1, 1 / scale);
  step = max(1, <i32>Mathf.floor(0.5 / scale));
  const left = min(lastX, max(0, <i32>Mathf.floor(placeOf(0, middleX, scale) - reach)));
  const end = min(lastX, max(0, <i32>Mathf.ceil(placeOf(SIDE, middleX, scale) + reach))) + 1;
  layColumns(middleX, scale, left, lastX);
  const taps = min(MOST_TAPS, <i32>(reach + reach) / step + 1);
  for (let y = 0; y < SIDE; y++) {
    addRows(luma, stride, firstY, lastY, placeOf(y, middleY, scale), left, end);
    let into = FRAME + <usize>(4 * SIDE * y);
    for (let x = 0; x < SIDE; x++) {
      const at = <usize>(4 * MOST_TAPS * x);
      let sum: f32 = 0;
      for (let t = 0; t < taps; t++) {
        sum += load<f32>(SHARES + at + (t << 2)) * load<f32>(LINE + load<u32>(COLUMNS + at + (t << 2)));
      }
      store<f32>(into, sum);
      into += 4;
    }
  }
}
