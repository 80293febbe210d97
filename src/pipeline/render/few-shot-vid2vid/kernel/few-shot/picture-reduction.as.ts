// The usual reductions of a picture to a network picture, of one and of two texels a sample of luma, eight texels
// of a row at once. A texel is four bytes: Y, U, V, unused.

import { WIDE, HALF, Y_BYTES, C_BYTES } from './layout.as';

/** Y and V of four texels, in 16 bits each. */
// @ts-ignore: decorator
@inline
function evenBytes(texels: v128): v128 {
  return v128.and(texels, i16x8.splat(0xff));
}

/** U, and what is unused, of four texels. */
// @ts-ignore: decorator
@inline
function oddBytes(texels: v128): v128 {
  return i16x8.shr_u(texels, 8);
}

/** Sums of two and two neighbours of eight words, each of 32 bits or two of 16. */
// @ts-ignore: decorator
@inline
function pairs(a: v128, b: v128): v128 {
  return i16x8.add(v128.shuffle<i32>(a, b, 0, 2, 4, 6), v128.shuffle<i32>(a, b, 1, 3, 5, 7));
}

/** What the lower halves of eight words hold, as bytes. */
// @ts-ignore: decorator
@inline
function lowBytes(a: v128, b: v128): v128 {
  const low = i32x4.splat(0xffff);
  const halves = i16x8.narrow_i32x4_u(v128.and(a, low), v128.and(b, low));
  return i8x16.narrow_i16x8_u(halves, halves);
}

/** A picture as large as the network's: luma as it is, chroma the means of four. */
export function reduceByOne(source: usize, target: usize): void {
  const line = <usize>WIDE * 4;
  for (let j = 0; j < HALF; j++) {
    let p = source + <usize>(2 * j) * line;
    let y = target + <usize>(2 * j * WIDE);
    let u = target + Y_BYTES + <usize>(j * HALF);
    for (let i = 0; i < HALF; i += 4) {
      const a = v128.load(p);
      const b = v128.load(p, 16);
      const c = v128.load(p + line);
      const d = v128.load(p + line, 16);
      v128.store64_lane(y, lowBytes(evenBytes(a), evenBytes(b)), 0);
      v128.store64_lane(y + WIDE, lowBytes(evenBytes(c), evenBytes(d)), 0);
      const left = i16x8.add(evenBytes(a), evenBytes(c));
      const right = i16x8.add(evenBytes(b), evenBytes(d));
      const vs = i32x4.shr_u(pairs(left, right), 16);
      const us = pairs(i16x8.add(oddBytes(a), oddBytes(c)), i16x8.add(oddBytes(b), oddBytes(d)));
      putChroma(u, us, vs, 2, 2);
      p += 32;
      y += 8;
      u += 4;
    }
  }
}

/** Four sums of U, in lower halves of words, and of V, rounded to means of as many as 2 to the `shift`. */
// @ts-ignore: decorator
@inline
function putChroma(target: usize, us: v128, vs: v128, half: i16, shift: i32): void {
  const round = i16x8.splat(half);
  const u = i16x8.shr_u(i16x8.add(us, round), shift);
  const v = i16x8.shr_u(i16x8.add(vs, round), shift);
  const bytes = lowBytes(u, v);
  v128.store32_lane(target, bytes, 0);
  v128.store32_lane(target + C_BYTES, bytes, 1);
}

/** A picture twice as wide: luma the means of four, chroma of sixteen. */
export function reduceByTwo(source: usize, target: usize): void {
  const line = <usize>WIDE * 8;
  for (let j = 0; j < HALF; j++) {
    let p = source + <usize>(4 * j) * line;
    let y = target + <usize>(2 * j * WIDE);
    let u = target + Y_BYTES + <usize>(j * HALF);
    for (let i = 0; i < HALF; i += 4) {
      const upperA = evenSums(p, line);
      const upperB = evenSums(p + 32, line);
      const lowerA = evenSums(p + 2 * line, line);
      const lowerB = evenSums(p + 2 * line + 32, line);
      putLuma(y, upperA, upperB);
      putLuma(y + WIDE, lowerA, lowerB);
      const vs = pairs(
        i32x4.shr_u(i16x8.add(upperA, lowerA), 16),
        i32x4.shr_u(i16x8.add(upperB, lowerB), 16),
      );
      const us = pairs(
        i16x8.add(oddSums(p, line), oddSums(p + 2 * line, line)),
        i16x8.add(oddSums(p + 32, line), oddSums(p + 2 * line + 32, line)),
      );
      putChroma(u, us, vs, 8, 4);
      p += 64;
      y += 8;
      u += 4;
    }
  }
}

/** Of eight texels of a row and of the next one, four sums of 2 × 2: Y and V. */
// @ts-ignore: decorator
@inline
function evenSums(p: usize, line: usize): v128 {
  const left = i16x8.add(evenBytes(v128.load(p)), evenBytes(v128.load(p + line)));
  const right = i16x8.add(evenBytes(v128.load(p, 16)), evenBytes(v128.load(p + line, 16)));
  return pairs(left, right);
}

/** The same: U, and what is unused. */
// @ts-ignore: decorator
@inline
function oddSums(p: usize, line: usize): v128 {
  const left = i16x8.add(oddBytes(v128.load(p)), oddBytes(v128.load(p + line)));
  const right = i16x8.add(oddBytes(v128.load(p, 16)), oddBytes(v128.load(p + line, 16)));
  return pairs(left, right);
}

/** Eight sums of 2 × 2, in the lower halves of words, as means. */
// @ts-ignore: decorator
@inline
function putLuma(target: usize, a: v128, b: v128): void {
  const round = i16x8.splat(2);
  const left = i16x8.shr_u(i16x8.add(a, round), 2);
  const right = i16x8.shr_u(i16x8.add(b, round), 2);
  v128.store64_lane(target, lowBytes(left, right), 0);
}
