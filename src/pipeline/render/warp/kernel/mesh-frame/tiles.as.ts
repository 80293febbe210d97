// A picture of 4-byte texels is cut into square tiles, `tile` pixels wide, an even number; `marks` has a byte for each,
// row after row.

import { NODE } from '../warp/map.as';
import { EDGE, isTorn, putCell, reaching } from '../warp/remap.as';

/** Marks the cells of a map that `remap` would mark, and their tiles. */
export function markEdges(map: usize, side: i32, reach: f32, tile: i32, marks: usize): void {
  const nodes = side / 2 + 1;
  const rowBytes = <usize>nodes * NODE;
  const apart = reaching(reach);
  const cells = tile / 2;
  const across = side / tile;
  for (let j = 0; j < side / 2; j++) {
    let p = map + <usize>j * rowBytes;
    const row = marks + <usize>((j / cells) * across);
    let upper = v128.load(p);
    let lower = v128.load(p + rowBytes);
    for (let i = 0; i < side / 2; i++) {
      p += NODE;
      const nextUpper = v128.load(p);
      const nextLower = v128.load(p + rowBytes);
      if (isTorn(upper, nextUpper, lower, nextLower, apart)) {
        store<f32>(p - NODE, EDGE, 8);
        store<u8>(row + <usize>(i / cells), 1);
      }
      upper = nextUpper;
      lower = nextLower;
    }
  }
}

/** Fills marked tiles, and the cells around them, as `remap` does. */
export function remapMarked(
  target: usize,
  side: i32,
  map: usize,
  texture: usize,
  stride: usize,
  reach: f32,
  tile: i32,
  marks: usize,
): void {
  const across = side / tile;
  const cells = tile / 2;
  const last = side / 2 - 1;
  const apart = reaching(reach);
  for (let v = 0; v < across; v++) {
    for (let u = 0; u < across; u++) {
      if (load<u8>(marks + <usize>(v * across + u)) == 0) continue;
      const bottom = min(last, (v + 1) * cells);
      const right = min(last, (u + 1) * cells);
      for (let j = max(0, v * cells - 1); j <= bottom; j++) {
        for (let i = max(0, u * cells - 1); i <= right; i++) {
          remapCell(target, side, map, texture, stride, apart, i, j);
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function remapCell(
  target: usize,
  side: i32,
  map: usize,
  texture: usize,
  stride: usize,
  apart: v128,
  i: i32,
  j: i32,
): void {
  const rowBytes = <usize>(side / 2 + 1) * NODE;
  const line = <usize>side * 4;
  const p = map + <usize>j * rowBytes + <usize>i * NODE;
  const q = target + <usize>(2 * j) * line + <usize>i * 8;
  const upper = v128.load(p);
  const lower = v128.load(p + rowBytes);
  const nextUpper = v128.load(p, NODE);
  const nextLower = v128.load(p + rowBytes, NODE);
  const torn = isTorn(upper, nextUpper, lower, nextLower, apart);
  putCell(q, line, texture, stride, upper, nextUpper, lower, nextLower, apart, torn);
}

/** Whether four pixels, or any of more of them laid over each other, are covered at all: by their fourth bytes. */
// @ts-ignore: decorator
@inline
function isCovered(pixels: v128): bool {
  return v128.any_true(v128.and(pixels, i32x4.splat(<i32>0xff000000)));
}

/** Marks the tiles of a layer, whose fourth bytes are how much it covers, in which it covers anything. */
export function markPainted(layer: usize, side: i32, tile: i32, marks: usize): void {
  const across = side / tile;
  for (let y = 0; y < side; y++) {
    const row = marks + <usize>((y / tile) * across);
    for (let x = 0; x < side; x += 4) {
      // Most of it is empty.
      while (x + 16 <= side) {
        const left = v128.or(v128.load(layer), v128.load(layer, 16));
        const right = v128.or(v128.load(layer, 32), v128.load(layer, 48));
        if (isCovered(v128.or(left, right))) break;
        x += 16;
        layer += 64;
      }
      if (x >= side) break;
      // Four pixels at once, of one tile or of two.
      if (isCovered(v128.load(layer))) {
        store<u8>(row + <usize>(x / tile), 1);
        store<u8>(row + <usize>((x + 3) / tile), 1);
      }
      layer += 16;
    }
  }
}

/**
 * Takes the marked tiles: `table` says of each which of its row it is, counted from 1, 0 of those that are not marked; `rows`,
 * f32, how many there are before each row. The pool has the pixels of one after another, their four bytes as planes. `clear`
 * leaves nothing of them in the picture. The marks are gone then.
 * @returns how many there were; -1 where they were more than `most`.
 */
export function takeMarked(
  picture: usize,
  side: i32,
  tile: i32,
  marks: usize,
  table: usize,
  rows: usize,
  pool: usize,
  most: i32,
  clear: bool,
): i32 {
  const across = side / tile;
  const line = <usize>side * 4;
  const plane = <usize>(tile * tile);
  let count = 0;
  for (let v = 0; v < across; v++) {
    store<f32>(rows + (<usize>v << 2), <f32>count);
    const before = count;
    for (let u = 0; u < across; u++) {
      const marked = load<u8>(marks) != 0;
      store<u8>(marks++, 0);
      if (marked) count++;
      store<u8>(table++, marked ? <u8>(count - before) : 0);
      if (!marked) continue;
      let row = picture + <usize>(v * tile) * line + <usize>(u * tile) * 4;
      let q = pool + <usize>(count - 1) * plane * 4;
      for (let y = 0; y < tile; y++) {
        for (let x = 0; x < tile; x++) {
          const p = row + <usize>x * 4;
          if (count <= most) {
            const texel = load<u32>(p);
            store<u8>(q, <u8>texel);
            store<u8>(q + plane, <u8>(texel >> 8));
            store<u8>(q + 2 * plane, <u8>(texel >> 16));
            store<u8>(q + 3 * plane, <u8>(texel >> 24));
            q++;
          }
          if (clear) store<u32>(p, 0);
        }
        row += line;
      }
    }
  }
  return count > most ? -1 : count;
}
