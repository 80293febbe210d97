// Patterns: a picture less its mean around, over its contrast around; and the same at half the size.

import { between, blur, pixels, total } from './grid.as.ts';
import {
  BLOCK,
  block,
  CONTRAST_BLUR,
  LIGHT_BLUR,
  ROWS,
  SIDE,
  SUMS,
} from './layout.as.ts';

const BLOCKS: i32 = SIDE / BLOCK;
const ROW: usize = 4 * SIDE;
const LINE: usize = ROWS + 16;

/** Means of blocks. */
function gather(plane: usize, squared: bool): void {
  const share: f32 = 1 / <f32>(BLOCK * BLOCK);
  for (let by = 0; by < BLOCKS; by++) {
    let at = plane + ROW * <usize>(BLOCK * by);
    let into = SUMS + block(0, by);
    for (let bx = 0; bx < BLOCKS; bx++) {
      let a = v128.load(at);
      let b = v128.load(at + ROW);
      let c = v128.load(at + 2 * ROW);
      let d = v128.load(at + 3 * ROW);
      if (squared) {
        a = f32x4.mul(a, a);
        b = f32x4.mul(b, b);
        c = f32x4.mul(c, c);
        d = f32x4.mul(d, d);
      }
      store<f32>(into, share * total(f32x4.add(f32x4.add(a, b), f32x4.add(c, d))));
      at += 16;
      into += 4;
    }
  }
}

/** `noise`: levels by which luma differs from itself through the camera alone. */
export function normalise(plane: usize, into: usize, noise: f32): void {
  gather(plane, false);
  blur(SUMS, LIGHT_BLUR, BLOCKS);
  for (let y = 0; y < SIDE; y++) {
    between(SUMS, y, BLOCKS, LINE);
    const row = ROW * <usize>y;
    for (let x: usize = 0; x < ROW; x += 16) {
      v128.store(into + row + x, f32x4.sub(v128.load(plane + row + x), pixels(LINE + (x >> 2))));
    }
  }
  gather(into, true);
  blur(SUMS, CONTRAST_BLUR, BLOCKS);
  const grain = f32x4.splat(noise);
  for (let y = 0; y < SIDE; y++) {
    between(SUMS, y, BLOCKS, LINE);
    const row = into + ROW * <usize>y;
    for (let x: usize = 0; x < ROW; x += 16) {
      const deviation = f32x4.add(f32x4.sqrt(pixels(LINE + (x >> 2))), grain);
      v128.store(row + x, f32x4.div(v128.load(row + x), deviation));
    }
  }
}

/** A plane of `side` by `side` pixels at half its size. */
export function halve(plane: usize, into: usize, side: i32): void {
  const row = <usize>(4 * side);
  const quarter = f32x4.splat(0.25);
  for (let y = 0; y < side; y += 2) {
    let at = plane + row * <usize>y;
    for (let x = 0; x < side; x += 8) {
      const a = f32x4.add(v128.load(at), v128.load(at + row));
      const b = f32x4.add(v128.load(at, 16), v128.load(at + row, 16));
      const even = v128.shuffle<f32>(a, b, 0, 2, 4, 6);
      const odd = v128.shuffle<f32>(a, b, 1, 3, 5, 7);
      v128.store(into, f32x4.mul(quarter, f32x4.add(even, odd)));
      at += 32;
      into += 16;
    }
  }
}
