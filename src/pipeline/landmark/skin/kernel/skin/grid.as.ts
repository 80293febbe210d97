// Grids of blocks: blurred, and read between their blocks' middles.

import { ALONG, block, GRID_ROW, MARGIN } from './layout.as.ts';

// @ts-ignore: decorator
@inline
function add(sum: v128, tap: v128, a: usize, b: usize): v128 {
  return f32x4.add(sum, f32x4.mul(tap, f32x4.add(v128.load(a), v128.load(b))));
}

/** Draws the first and the last of a row of `count` out into its margins. */
// @ts-ignore: decorator
@inline
function drawOut(row: usize, count: i32): void {
  const end = row + <usize>(4 * count);
  const first = v128.load32_splat(row);
  const last = v128.load32_splat(end - 4);
  for (let k: usize = 16; k <= 4 * MARGIN; k += 16) {
    v128.store(row - k, first);
    v128.store(end + k - 16, last);
  }
}

/** Blurs a grid of `count` by `count` blocks in place, as if its edge went on beyond it. */
export function blur(grid: usize, taps: usize, count: i32): void {
  const reach = load<u32>(taps) << 2;
  const middle = v128.load32_splat(taps, 4);
  const width = <usize>(4 * count);
  for (let y = 0; y < count; y++) {
    const row = grid + block(0, y);
    drawOut(row, count);
    const into = ALONG + block(0, y);
    for (let x: usize = 0; x < width; x += 16) {
      let sum = f32x4.mul(middle, v128.load(row + x));
      for (let k: usize = 4; k <= reach; k += 4) {
        sum = add(sum, v128.load32_splat(taps + 4 + k), row + x - k, row + x + k);
      }
      v128.store(into + x, sum);
    }
  }
  const top = ALONG + block(0, 0);
  const bottom = ALONG + block(0, count - 1);
  for (let k: usize = 1; k <= <usize>MARGIN; k++) {
    memory.copy(top - k * GRID_ROW, top, width);
    memory.copy(bottom + k * GRID_ROW, bottom, width);
  }
  for (let y = 0; y < count; y++) {
    const row = ALONG + block(0, y);
    const into = grid + block(0, y);
    for (let x: usize = 0; x < width; x += 16) {
      let sum = f32x4.mul(middle, v128.load(row + x));
      let far = GRID_ROW;
      for (let k: usize = 4; k <= reach; k += 4) {
        sum = add(sum, v128.load32_splat(taps + 4 + k), row + x - far, row + x + far);
        far += GRID_ROW;
      }
      v128.store(into + x, sum);
    }
  }
}

/** What a grid is at a row of pixels, block by block, with one more at either end. */
export function between(grid: usize, y: i32, count: i32, into: usize): void {
  const own = y >> 2;
  const within = y & 3;
  const other = within < 2 ? max(0, own - 1) : min(count - 1, own + 1);
  const share = f32x4.splat(within == 0 || within == 3 ? 0.375 : 0.125);
  const a = grid + block(0, own);
  const b = grid + block(0, other);
  const end = <usize>(4 * count);
  for (let x: usize = 0; x < end; x += 16) {
    const here = v128.load(a + x);
    v128.store(into + x, f32x4.add(here, f32x4.mul(share, f32x4.sub(v128.load(b + x), here))));
  }
  store<f32>(into - 4, load<f32>(into));
  store<f32>(into + end, load<f32>(into + end - 4));
}

/** Of such a row, the four pixels of a block. */
// @ts-ignore: decorator
@inline
export function pixels(row: usize): v128 {
  const here = v128.load32_splat(row);
  const left = f32x4.sub(v128.load32_splat(row - 4), here);
  const right = f32x4.sub(v128.load32_splat(row, 4), here);
  return f32x4.add(
    f32x4.add(here, f32x4.mul(f32x4(0.375, 0.125, 0, 0), left)),
    f32x4.mul(f32x4(0, 0, 0.125, 0.375), right),
  );
}

// @ts-ignore: decorator
@inline
export function total(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}
