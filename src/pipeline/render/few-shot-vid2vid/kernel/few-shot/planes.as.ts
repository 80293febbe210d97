// Planes of numbers, which the network takes and gives: of bytes, parts of them, how far they go.

import { WIDE, HALF, Y_BYTES, C_BYTES, PLANE, ROW } from './layout.as';

/** Bytes → 0…1; `count` a multiple of 16. */
export function toUnit(source: usize, count: i32, target: usize): void {
  const scale = f32x4.splat(1 / <f32>255);
  for (let i = 0; i < count; i += 16) {
    const bytes = v128.load(source);
    const low = i16x8.extend_low_i8x16_u(bytes);
    const high = i16x8.extend_high_i8x16_u(bytes);
    v128.store(target, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(low)), scale));
    v128.store(target, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(low)), scale), 16);
    v128.store(target, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(high)), scale), 32);
    v128.store(target, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(high)), scale), 48);
    source += 16;
    target += 64;
  }
}

/**
 * A network picture → six planes 0…1: Y split by the parity of row and column, U, V. Of a window of cells: the rest
 * of the planes stays; x a multiple of 4, width of 16.
 */
export function pack(
  picture: usize,
  target: usize,
  x: i32,
  y: i32,
  width: i32,
  height: i32,
): void {
  const scale = f32x4.splat(1 / <f32>255);
  for (let r = 2 * y; r < 2 * (y + height); r++) {
    let p = picture + <usize>(r * WIDE + 2 * x);
    let q = target + <usize>(2 * (r & 1)) * PLANE + <usize>((r >> 1) * HALF + x) * 4;
    for (let i = 0; i < width; i += 4) {
      const eight = v128.load8x8_u(p);
      const even = v128.and(eight, i32x4.splat(0xffff));
      const odd = i32x4.shr_u(eight, 16);
      v128.store(q, f32x4.mul(f32x4.convert_i32x4_u(even), scale));
      v128.store(q + PLANE, f32x4.mul(f32x4.convert_i32x4_u(odd), scale));
      p += 8;
      q += 16;
    }
  }
  for (let r = y; r < y + height; r++) {
    const u = picture + Y_BYTES + <usize>(r * HALF + x);
    const q = target + 4 * PLANE + <usize>(r * HALF + x) * 4;
    toUnit(u, width, q);
    toUnit(u + C_BYTES, width, q + PLANE);
  }
}

/** Part of `count` planes, `width` × `height` from x, y on, as planes of that size; x and width multiples of 4. */
export function cutPlanes(
  planes: usize,
  count: i32,
  x: i32,
  y: i32,
  width: i32,
  height: i32,
  target: usize,
): void {
  const line = <usize>width * 4;
  const from = planes + <usize>(y * HALF + x) * 4;
  copyPlanes(from, ROW, PLANE, target, line, line * <usize>height, count, height, line);
}

/** Planes that are such a part, put back in its place; around it there is nothing. */
export function placePlanes(
  part: usize,
  count: i32,
  x: i32,
  y: i32,
  width: i32,
  height: i32,
  target: usize,
): void {
  const line = <usize>width * 4;
  const to = target + <usize>(y * HALF + x) * 4;
  memory.fill(target, 0, <usize>count * PLANE);
  copyPlanes(part, line, line * <usize>height, to, ROW, PLANE, count, height, line);
}

/** `bytes` of each of `height` rows of `count` planes, whose rows and planes lie so many bytes apart. */
function copyPlanes(
  from: usize,
  fromRow: usize,
  fromPlane: usize,
  to: usize,
  toRow: usize,
  toPlane: usize,
  count: i32,
  height: i32,
  bytes: usize,
): void {
  for (let c: usize = 0; c < <usize>count; c++) {
    for (let y: usize = 0; y < <usize>height; y++) {
      memory.copy(to + c * toPlane + y * toRow, from + c * fromPlane + y * fromRow, bytes);
    }
  }
}

/**
 * The largest size of all numbers of `count` planes that lie in a window, x and width multiples of 4; not a number
 * where one of them is none.
 */
export function largest(
  planes: usize,
  count: i32,
  x: i32,
  y: i32,
  width: i32,
  height: i32,
): f32 {
  let most = f32x4.splat(0);
  for (let c = 0; c < count; c++) {
    for (let r = y; r < y + height; r++) {
      const row = planes + <usize>c * PLANE + <usize>(r * HALF + x) * 4;
      for (let p = row; p < row + <usize>width * 4; p += 16) {
        most = f32x4.max(most, f32x4.abs(v128.load(p)));
      }
    }
  }
  return max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
}
