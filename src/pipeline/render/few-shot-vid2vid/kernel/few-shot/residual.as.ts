// What the network adds to a picture.

import { WIDE, HALF, PLANE } from './layout.as';
import { mix } from './mix.as';

/** Of the pictures that are drawn. */
const MOST_SIDE: usize = 1024;

/**
 * Adds a residual (six planes, 0…1 for 0…255) to a side × side picture of 4-byte texels and keeps it to
 * limited range; side a multiple of a plane's. All of it lies in the window of cells that begins at left, top, its
 * `width` and `height` multiples of 16, and is 0 around it. `luma`: WIDE² f32, `rows`: 8 kB of scratch.
 */
export function addResidual(
  picture: usize,
  side: i32,
  residual: usize,
  left: i32,
  top: i32,
  width: i32,
  height: i32,
  luma: usize,
  rows: usize,
): void {
  for (let y = 2 * top; y < 2 * (top + height); y++) {
    let p = residual + <usize>(2 * (y & 1)) * PLANE + <usize>((y >> 1) * HALF + left) * 4;
    let q = luma + <usize>(y * WIDE + 2 * left) * 4;
    for (let x = 0; x < width; x += 4) {
      const even = v128.load(p);
      const odd = v128.load(p + PLANE);
      v128.store(q, v128.shuffle<i32>(even, odd, 0, 4, 1, 5));
      v128.store(q, v128.shuffle<i32>(even, odd, 2, 6, 3, 7), 16);
      p += 16;
      q += 32;
    }
  }
  const between = rows;
  const yRow = rows + 4 * WIDE + 16;
  const uRow = yRow + 2 * MOST_SIDE + 16;
  const vRow = uRow + MOST_SIDE + 16;
  const least = i16x8(16, 16, 16, 0, 16, 16, 16, 0);
  const most = i16x8(235, 240, 240, 255, 235, 240, 240, 255);
  const lumaStep: f32 = <f32>WIDE / <f32>side;
  const scale = side / HALF;
  const wide = width * scale;
  const bottom = top + height - 1;
  const u = residual + 4 * PLANE + <usize>left * 4;
  const inWindow = luma + <usize>(2 * left) * 4;
  for (let y = top * scale; y < (top + height) * scale; y++) {
    if ((y & 1) == 0) {
      const place = (<f32>(y >> 1) + 0.5) * lumaStep - 0.5;
      betweenRows(u, HALF, width, top, bottom, place, between);
      drawOut(between, width, wide / 2, uRow);
      betweenRows(u + PLANE, HALF, width, top, bottom, place, between);
      drawOut(between, width, wide / 2, vRow);
    }
    const place = (<f32>y + 0.5) * lumaStep - 0.5;
    betweenRows(inWindow, WIDE, 2 * width, 2 * top, 2 * bottom + 1, place, between);
    drawOut(between, 2 * width, wide, yRow);
    let p = picture + <usize>(y * side + left * scale) * 4;
    for (let x: usize = 0; x < <usize>wide; x += 4) {
      const ys = v128.load64_zero(yRow + x * 2);
      const uv = v128.shuffle<i16>(v128.load32_zero(uRow + x), v128.load32_zero(vRow + x), 0, 8, 1, 9, 2, 2, 2, 2);
      const a = v128.shuffle<i16>(ys, uv, 0, 8, 9, 4, 1, 8, 9, 4);
      const b = v128.shuffle<i16>(ys, uv, 2, 10, 11, 4, 3, 10, 11, 4);
      const texels = v128.load(p);
      const low = i16x8.add(i16x8.extend_low_i8x16_u(texels), a);
      const high = i16x8.add(i16x8.extend_high_i8x16_u(texels), b);
      v128.store(
        p,
        i8x16.narrow_i16x8_u(
          i16x8.max_s(least, i16x8.min_s(most, low)),
          i16x8.max_s(least, i16x8.min_s(most, high)),
        ),
      );
      p += 16;
    }
  }
}

/**
 * `count` places of a row of a plane, `stride` of which make one, between two of its rows from `first` to `last`.
 * `row`: `count` f32 and one more at each end, the edge's own.
 */
function betweenRows(
  plane: usize,
  stride: i32,
  count: i32,
  first: i32,
  last: i32,
  place: f32,
  row: usize,
): void {
  const at = max(<f32>first, min(<f32>last, place));
  const top = min(last - 1, <i32>at);
  const share = f32x4.splat(at - <f32>top);
  const upper = plane + <usize>(top * stride) * 4;
  const lower = upper + <usize>stride * 4;
  for (let i: usize = 0; i < <usize>count * 4; i += 16) {
    v128.store(row + 4 + i, mix(v128.load(upper + i), v128.load(lower + i), share));
  }
  store<f32>(row, load<f32>(row + 4));
  store<f32>(row + 4 + <usize>count * 4, load<f32>(row + <usize>count * 4));
}

/** Such a row drawn out to `length` places, bilinear, 0…1 as 0…255, rounded to i16. */
function drawOut(row: usize, count: i32, length: i32, target: usize): void {
  const first = row + 4;
  if (length == 2 * count) {
    const near = f32x4.splat(0.75 * 255);
    const far = f32x4.splat(0.25 * 255);
    for (let i: usize = 0; i < <usize>count * 4; i += 16) {
      const own = f32x4.mul(v128.load(first + i), near);
      const even = f32x4.add(own, f32x4.mul(v128.load(first + i - 4), far));
      const odd = f32x4.add(own, f32x4.mul(v128.load(first + i + 4), far));
      const a = i32x4.trunc_sat_f32x4_s(f32x4.nearest(v128.shuffle<i32>(even, odd, 0, 4, 1, 5)));
      const b = i32x4.trunc_sat_f32x4_s(f32x4.nearest(v128.shuffle<i32>(even, odd, 2, 6, 3, 7)));
      v128.store(target + i, i16x8.narrow_i32x4_s(a, b));
    }
    return;
  }
  if (length == count) {
    const full = f32x4.splat(255);
    for (let i: usize = 0; i < <usize>count * 4; i += 16) {
      const value = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(first + i), full)));
      v128.store64_lane(target + (i >> 1), i16x8.narrow_i32x4_s(value, value), 0);
    }
    return;
  }
  const step: f32 = <f32>count / <f32>length;
  for (let i = 0; i < length; i++) {
    const u = max(<f32>0, min(<f32>(count - 1), (<f32>i + 0.5) * step - 0.5));
    const left = <i32>u;
    const a = load<f32>(first + <usize>left * 4);
    const value = a + (load<f32>(first + <usize>left * 4, 4) - a) * (u - <f32>left);
    store<i16>(target + <usize>i * 2, <i16>nearest<f32>(value * 255));
  }
}
