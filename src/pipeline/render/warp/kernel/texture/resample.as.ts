// A "wide" picture has four i16 a pixel: Y, U, V in BT.601 limited range, 64 to a level, and one unused. Its `line`
// is the bytes from one row to the next.

/** Columns that are done together: a cache line of a wide picture. */
const TOGETHER: i32 = 8;

/** RGBA bytes → one row of a wide picture. */
export function toYuv(rgba: usize, pixels: i32, target: usize): void {
  // BT.601 in 2⁹ parts of a 64th of a level, with the half that rounds.
  const black = i32x4(524544, 4194560, 4194560, 0);
  const redGreen = i16x8(8414, 16519, -4857, -9535, 14392, -12052, 0, 0);
  const blue = i16x8(3208, 0, 14392, 0, -2340, 0, 0, 0);
  const none = i32x4.splat(0);
  for (let i = 0; i < pixels; i++) {
    const bytes = v128.load32_zero(rgba);
    const rg = v128.shuffle<u8>(bytes, none, 0, 16, 1, 16, 0, 16, 1, 16, 0, 16, 1, 16, 16, 16, 16, 16);
    const b = v128.shuffle<u8>(bytes, none, 2, 16, 16, 16, 2, 16, 16, 16, 2, 16, 16, 16, 16, 16, 16, 16);
    const sum = i32x4.add(i32x4.dot_i16x8_s(rg, redGreen), i32x4.dot_i16x8_s(b, blue));
    const yuv = i32x4.shr_s(i32x4.add(sum, black), 9);
    v128.store64_lane(target, i16x8.narrow_i32x4_s(yuv, yuv), 0);
    rgba += 4;
    target += 8;
  }
}

// @ts-ignore: decorator
@inline
function weighted(sum: v128, pixels: v128, weight: v128): v128 {
  return i16x8.add(sum, i16x8.q15mulr_sat_s(pixels, weight));
}

// @ts-ignore: decorator
@inline
function putBytes(target: usize, stride: usize, two: v128): void {
  const least = i16x8(16, 16, 16, 0, 16, 16, 16, 0);
  const most = i16x8(235, 240, 240, 0, 235, 240, 240, 0);
  const rounded = i16x8.shr_s(i16x8.add(two, i16x8.splat(32)), 6);
  const kept = i16x8.min_s(most, i16x8.max_s(least, rounded));
  const bytes = i8x16.narrow_i16x8_u(kept, kept);
  v128.store32_lane(target, bytes, 0);
  v128.store32_lane(target + stride, bytes, 1);
}

// @ts-ignore: decorator
@inline
function putWide(target: usize, line: usize, two: v128): void {
  v128.store64_lane(target, two, 0);
  v128.store64_lane(target + line, two, 1);
}

/** `toBytes` is known where this is written out: neither of the two asks for it at each pixel. */
// @ts-ignore: decorator
@inline
function resampleTo(
  source: usize,
  width: i32,
  side: i32,
  rows: usize,
  weights: usize,
  count: i32,
  target: usize,
  line: usize,
  from: i32,
  to: i32,
  toBytes: bool,
): void {
  const pixel: usize = toBytes ? 4 : 8;
  for (let t = 0; t < side; t++) {
    for (let x = from; x < to; x += TOGETHER) {
      // The last columns are done once more where their number is none of eights.
      const left = min(x, width - TOGETHER);
      const column = source + <usize>left * 8;
      let row = rows + <usize>(t * count) * 4;
      let weight = weights + <usize>(t * count) * 2;
      let a = i16x8.splat(0);
      let b = a;
      let c = a;
      let d = a;
      for (let k = 0; k < count; k++) {
        const pixels = column + <usize>load<i32>(row);
        const share = v128.load16_splat(weight);
        a = weighted(a, v128.load(pixels), share);
        b = weighted(b, v128.load(pixels, 16), share);
        c = weighted(c, v128.load(pixels, 32), share);
        d = weighted(d, v128.load(pixels, 48), share);
        row += 4;
        weight += 2;
      }
      const out = target + <usize>left * line + <usize>t * pixel;
      if (toBytes) {
        putBytes(out, line, a);
        putBytes(out + 2 * line, line, b);
        putBytes(out + 4 * line, line, c);
        putBytes(out + 6 * line, line, d);
      } else {
        putWide(out, line, a);
        putWide(out + 2 * line, line, b);
        putWide(out + 4 * line, line, c);
        putWide(out + 6 * line, line, d);
      }
    }
  }
}

/**
 * Resamples the columns `from` … `to` of a wide picture in y, rows and columns exchanged: a wide picture with a row of
 * `side` pixels, and `line` bytes, for each of `width` columns, at least eight. `rows` and `weights`: `count` a pixel of
 * the target, where the row lies in the source that it takes (i32, bytes) and how much of it (i16, 32768 all).
 */
export function resample(
  source: usize,
  width: i32,
  side: i32,
  rows: usize,
  weights: usize,
  count: i32,
  target: usize,
  line: usize,
  from: i32,
  to: i32,
): void {
  resampleTo(source, width, side, rows, weights, count, target, line, from, to, false);
}

/** The same to the texels of a texture, rounded and kept in limited range, the fourth byte zero. */
export function resampleToBytes(
  source: usize,
  width: i32,
  side: i32,
  rows: usize,
  weights: usize,
  count: i32,
  target: usize,
  line: usize,
  from: i32,
  to: i32,
): void {
  resampleTo(source, width, side, rows, weights, count, target, line, from, to, true);
}
