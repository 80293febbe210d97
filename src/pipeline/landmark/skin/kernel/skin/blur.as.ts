// Gaussian blurs: first each row, then columns where what they yield is wanted. `taps` are a radius, and the middle and
// `radius` more numbers to one side.

import { left, right, row } from './sheet.as.ts';

// @ts-ignore: decorator
@inline
export function pair(at: usize, reach: usize): v128 {
  return f32x4.add(v128.load(at - reach), v128.load(at + reach));
}

// @ts-ignore: decorator
@inline
export function add(sum: v128, tap: v128, value: v128): v128 {
  return f32x4.add(sum, f32x4.mul(tap, value));
}

/** Blurs a row, which begins at `line`, into another; sixteen cells at a time, beyond the last within the margin. */
export function along(line: usize, into: usize, taps: usize): void {
  const end = taps + 4 + (<usize>load<u32>(taps) << 2);
  for (let x = left; x < right; x += 64) {
    const at = line + x;
    const middle = v128.load32_splat(taps, 4);
    let a = f32x4.mul(middle, v128.load(at));
    let b = f32x4.mul(middle, v128.load(at, 16));
    let c = f32x4.mul(middle, v128.load(at, 32));
    let d = f32x4.mul(middle, v128.load(at, 48));
    let reach: usize = 4;
    for (let k = taps + 4; k < end; k += 4) {
      const tap = v128.load32_splat(k, 4);
      a = add(a, tap, pair(at, reach));
      b = add(b, tap, pair(at + 16, reach));
      c = add(c, tap, pair(at + 32, reach));
      d = add(d, tap, pair(at + 48, reach));
      reach += 4;
    }
    const to = into + x;
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
  }
}

/** What a plane of blurred rows is at four cells once its columns are, too. */
// @ts-ignore: decorator
@inline
export function down(at: usize, taps: usize): v128 {
  const end = taps + 4 + (<usize>load<u32>(taps) << 2);
  let sum = f32x4.mul(v128.load32_splat(taps, 4), v128.load(at));
  let reach = row;
  for (let k = taps + 4; k < end; k += 4) {
    sum = add(sum, v128.load32_splat(k, 4), pair(at, reach));
    reach += row;
  }
  return sum;
}
