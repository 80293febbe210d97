// Between the network's field and one of half its rows and columns, in AssemblyScript. Memory belongs to
// the caller, who passes byte offsets. A "plane": few-shot/layout.as.ts; windows are told in its cells, places and
// lengths multiples of 8. A "part" is a plane of as many cells as its window has, or a quarter of them.

import { HALF, PLANE, ROW } from './few-shot/layout.as';

/** The even of eight numbers that lie one after another. */
// @ts-ignore: decorator
@inline
function evens(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function odds(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

/** Of four planes of luma, by the parity of row and column, a window as such parts of a luma half as large: each cell's mean. */
export function halveLuma(
  planes: usize,
  x: i32,
  y: i32,
  width: i32,
  height: i32,
  target: usize,
): void {
  const quarter = f32x4.splat(0.25);
  const line = <usize>(width >> 1) * 4;
  const part = line * <usize>(height >> 1);
  for (let r = 0; r < height; r++) {
    let p = planes + <usize>((y + r) * HALF + x) * 4;
    let q = target + <usize>(2 * (r & 1)) * part + <usize>(r >> 1) * line;
    for (let c = 0; c < width; c += 8) {
      const a = f32x4.mul(cellLuma(p), quarter);
      const b = f32x4.mul(cellLuma(p + 16), quarter);
      v128.store(q, evens(a, b));
      v128.store(q + part, odds(a, b));
      p += 32;
      q += 16;
    }
  }
}

// @ts-ignore: decorator
@inline
function cellLuma(p: usize): v128 {
  const upper = f32x4.add(v128.load(p), v128.load(p + PLANE));
  return f32x4.add(upper, f32x4.add(v128.load(p + 2 * PLANE), v128.load(p + 3 * PLANE)));
}

/** A window of a plane as a part of a quarter of its cells: means of four times `scale`, at most `most`. */
export function halvePlane(
  plane: usize,
  x: i32,
  y: i32,
  width: i32,
  height: i32,
  scale: f32,
  most: f32,
  target: usize,
): void {
  const times = f32x4.splat(scale / 4);
  const limit = f32x4.splat(most);
  let q = target;
  for (let r = 0; r < height; r += 2) {
    let p = plane + <usize>((y + r) * HALF + x) * 4;
    for (let c = 0; c < width; c += 8) {
      const a = f32x4.add(v128.load(p), v128.load(p + ROW));
      const b = f32x4.add(v128.load(p + 16), v128.load(p + ROW + 16));
      v128.store(q, f32x4.min(limit, f32x4.mul(f32x4.add(evens(a, b), odds(a, b)), times)));
      p += 32;
      q += 16;
    }
  }
}

/** A part drawn out by two, bilinear, times `scale`, into the window of a plane. `row`: a row of the plane and 16 bytes of scratch. */
export function doublePlane(
  part: usize,
  x: i32,
  y: i32,
  width: i32,
  height: i32,
  scale: f32,
  target: usize,
  row: usize,
): void {
  const count = width >> 1;
  const rows = height >> 1;
  for (let r = 0; r < height; r++) {
    const j = r >> 1;
    const near = part + <usize>(j * count) * 4;
    const far = part + <usize>(besides(r, rows) * count) * 4;
    for (let i: usize = 0; i < <usize>count * 4; i += 16) {
      v128.store(row + 4 + i, between(v128.load(near + i), v128.load(far + i), scale));
    }
    frame(row, count);
    let q = target + <usize>((y + r) * HALF + x) * 4;
    for (let p = row + 4; p < row + 4 + <usize>count * 4; p += 16) {
      const even = between(v128.load(p), v128.load(p - 4), 1);
      const odd = between(v128.load(p), v128.load(p + 4), 1);
      v128.store(q, v128.shuffle<i32>(even, odd, 0, 4, 1, 5));
      v128.store(q, v128.shuffle<i32>(even, odd, 2, 6, 3, 7), 16);
      q += 32;
    }
  }
}

/** Four parts of luma, by the parity of row and column, drawn out by two into the window of such planes. */
export function doubleLuma(
  parts: usize,
  x: i32,
  y: i32,
  width: i32,
  height: i32,
  target: usize,
  row: usize,
): void {
  const count = <usize>(width >> 1) * 4;
  const part = count * <usize>(height >> 1);
  // Rows and columns of the luma that is drawn out: as many as the window has cells.
  for (let r = 0; r < 2 * height; r++) {
    const near = lumaRow(parts, part, count, r >> 1);
    const far = lumaRow(parts, part, count, besides(r, height));
    for (let i: usize = 0; i < count; i += 16) {
      const even = between(v128.load(near + i), v128.load(far + i), 1);
      const odd = between(v128.load(near + part + i), v128.load(far + part + i), 1);
      v128.store(row + 4 + 2 * i, v128.shuffle<i32>(even, odd, 0, 4, 1, 5));
      v128.store(row + 4 + 2 * i, v128.shuffle<i32>(even, odd, 2, 6, 3, 7), 16);
    }
    frame(row, width);
    let q = target + <usize>(2 * (r & 1)) * PLANE + <usize>((y + (r >> 1)) * HALF + x) * 4;
    for (let p = row + 4; p < row + 4 + <usize>width * 4; p += 16) {
      v128.store(q, between(v128.load(p), v128.load(p - 4), 1));
      v128.store(q + PLANE, between(v128.load(p), v128.load(p + 4), 1));
      q += 16;
    }
  }
}

/** Where the row of luma lies whose even columns are one part's and whose odd ones the next one's. */
// @ts-ignore: decorator
@inline
function lumaRow(parts: usize, part: usize, line: usize, row: i32): usize {
  return parts + <usize>(2 * (row & 1)) * part + <usize>(row >> 1) * line;
}

/** Of a row drawn out from row r / 2 of `rows`: the other one that it is near to. */
// @ts-ignore: decorator
@inline
function besides(r: i32, rows: i32): i32 {
  return max(0, min(rows - 1, (r >> 1) + ((r & 1) == 0 ? -1 : 1)));
}

/** A quarter of the way from one to the other. */
// @ts-ignore: decorator
@inline
function between(near: v128, far: v128, scale: f32): v128 {
  return f32x4.add(
    f32x4.mul(near, f32x4.splat(0.75 * scale)),
    f32x4.mul(far, f32x4.splat(0.25 * scale)),
  );
}

/** A row of `count` numbers from its second place on gets its ends once more around it. */
// @ts-ignore: decorator
@inline
function frame(row: usize, count: i32): void {
  store<f32>(row, load<f32>(row + 4));
  store<f32>(row + 4 + <usize>count * 4, load<f32>(row + <usize>count * 4));
}
