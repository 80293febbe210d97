// The picture as the network sees it: made of a picture of any side, and compared with another.

import { WIDE, HALF, Y_BYTES, C_BYTES } from './layout.as';
import { reduceByOne, reduceByTwo } from './picture-reduction.as';

/**
 * Box average of a side × side picture of 4-byte texels (Y, U, V, unused) to a network picture; side a multiple
 * of the picture's chroma's.
 */
export function reduce(source: usize, side: i32, target: usize): void {
  if (side % WIDE != 0) return reduceOdd(source, side, target);
  const f = side / WIDE;
  if (f == 1) return reduceByOne(source, target);
  if (f == 2) return reduceByTwo(source, target);
  reduceLarge(source, <usize>side * 4, side, target);
}

/** The same of a picture three or four times as wide as the network's, `line` bytes from one row to the next. */
export function reduceLarge(source: usize, line: usize, side: i32, target: usize): void {
  const f = side / WIDE;
  const step = <usize>f * 4;
  const area = f * f;
  const four = 4 * area;
  const half = <i16>(area >> 1);
  const most = <i16>(2 * area);
  const inLuma: f32 = 1 / <f32>area;
  const inChroma: f32 = 1 / <f32>four;
  for (let j = 0; j < HALF; j++) {
    const top = source + <usize>(2 * j * f) * line;
    let y = target + <usize>(2 * j * WIDE);
    let u = target + Y_BYTES + <usize>(j * HALF);
    for (let i = 0; i < HALF; i++) {
      const p = top + <usize>(2 * i) * step;
      const a = boxSum(p, line, f);
      const b = boxSum(p + step, line, f);
      const c = boxSum(p + <usize>f * line, line, f);
      const d = boxSum(p + <usize>f * line + step, line, f);
      store<u8>(y, mean(i16x8.extract_lane_s(a, 0), half, inLuma));
      store<u8>(y, mean(i16x8.extract_lane_s(b, 0), half, inLuma), 1);
      store<u8>(y + WIDE, mean(i16x8.extract_lane_s(c, 0), half, inLuma));
      store<u8>(y + WIDE, mean(i16x8.extract_lane_s(d, 0), half, inLuma), 1);
      const all = i16x8.add(i16x8.add(a, b), i16x8.add(c, d));
      store<u8>(u, mean(i16x8.extract_lane_s(all, 1), most, inChroma));
      store<u8>(u + C_BYTES, mean(i16x8.extract_lane_s(all, 2), most, inChroma));
      y += 2;
      u += 1;
    }
  }
}

/** The same where a luma sample is an odd number of half texels wide. */
function reduceOdd(source: usize, side: i32, target: usize): void {
  const c = side / HALF;
  const middle = c >> 1;
  const line = <usize>side * 4;
  const area = c * c;
  // A sample's share of a texel is counted in quarters.
  const inLuma: f32 = 1 / <f32>area;
  const inChroma: f32 = 1 / <f32>area;
  const two = 2 * WIDE;
  for (let j = 0; j < HALF; j++) {
    for (let i = 0; i < HALF; i++) {
      let luma = i32x4.splat(0);
      let u = 0;
      let v = 0;
      let row = source + <usize>(j * c) * line + <usize>(i * c) * 4;
      for (let y = 0; y < c; y++) {
        const upper = y < middle ? 2 : y == middle ? 1 : 0;
        for (let x = 0; x < c; x++) {
          const left = x < middle ? 2 : x == middle ? 1 : 0;
          const p = row + <usize>x * 4;
          const share = i32x4(
            upper * left,
            upper * (2 - left),
            (2 - upper) * left,
            (2 - upper) * (2 - left),
          );
          luma = i32x4.add(luma, i32x4.mul(share, i32x4.splat(load<u8>(p))));
          u += load<u8>(p, 1);
          v += load<u8>(p, 2);
        }
        row += line;
      }
      const means = i32x4.trunc_sat_f32x4_u(
        f32x4.add(f32x4.mul(f32x4.convert_i32x4_u(luma), f32x4.splat(inLuma)), f32x4.splat(0.501)),
      );
      const q = target + <usize>(j * two + 2 * i);
      store<u8>(q, i32x4.extract_lane(means, 0));
      store<u8>(q, i32x4.extract_lane(means, 1), 1);
      store<u8>(q + WIDE, i32x4.extract_lane(means, 2));
      store<u8>(q + WIDE, i32x4.extract_lane(means, 3), 1);
      const k = target + Y_BYTES + <usize>(j * HALF + i);
      store<u8>(k, <u8>(<f32>u * inChroma + 0.501));
      store<u8>(k + C_BYTES, <u8>(<f32>v * inChroma + 0.501));
    }
  }
}

// @ts-ignore: decorator
@inline
function mean(sum: i16, half: i16, share: f32): u8 {
  // A hundredth keeps exact quotients from falling below themselves.
  return <u8>((<f32>(sum + half) + 0.01) * share);
}

/** Sum of f × f texels, in the lower four lanes of i16. 2 < f ≤ 4: 64 chroma bytes stay below 2¹⁵. */
// @ts-ignore: decorator
@inline
function boxSum(p: usize, line: usize, f: i32): v128 {
  let sum = i16x8.splat(0);
  if (f & 1) {
    for (let r = 0; r < f; r++) {
      for (let c = 0; c < f; c++) {
        sum = i16x8.add(sum, i16x8.extend_low_i8x16_u(v128.load32_zero(p + <usize>c * 4)));
      }
      p += line;
    }
    return sum;
  }
  for (let r = 0; r < f; r++) {
    for (let c = 0; c < f; c += 2) sum = i16x8.add(sum, v128.load8x8_u(p + <usize>c * 4));
    p += line;
  }
  return i16x8.add(sum, v128.shuffle<i64>(sum, sum, 1, 0));
}

/** Mean distance of the luma of two network pictures. */
export function distance(a: usize, b: usize): f32 {
  let sum = i32x4.splat(0);
  for (let i: usize = 0; i < Y_BYTES; i += 16) {
    const p = v128.load(a + i);
    const q = v128.load(b + i);
    const apart = v128.or(i8x16.sub_sat_u(p, q), i8x16.sub_sat_u(q, p));
    sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(apart)));
  }
  const all =
    i32x4.extract_lane(sum, 0) +
    i32x4.extract_lane(sum, 1) +
    i32x4.extract_lane(sum, 2) +
    i32x4.extract_lane(sum, 3);
  return <f32>all / <f32>Y_BYTES;
}
