// Makes textures of pictures, in AssemblyScript. Memory belongs to the caller, who passes byte offsets. A
// "wide" picture has four f32 a pixel: Y, U, V in BT.601 limited range, unrounded, and one unused.

/** RGBA bytes → a wide picture. */
export function toYuv(rgba: usize, pixels: i32, target: usize): void {
  const black = f32x4(16, 128, 128, 0);
  const red = f32x4(0.256788, -0.148223, 0.439216, 0);
  const green = f32x4(0.504129, -0.290993, -0.367788, 0);
  const blue = f32x4(0.097906, 0.439216, -0.071427, 0);
  for (let i = 0; i < pixels; i++) {
    const r = f32x4.splat(<f32>load<u8>(rgba));
    const g = f32x4.splat(<f32>load<u8>(rgba, 1));
    const b = f32x4.splat(<f32>load<u8>(rgba, 2));
    const y = f32x4.add(black, f32x4.mul(red, r));
    v128.store(target, f32x4.add(f32x4.add(y, f32x4.mul(green, g)), f32x4.mul(blue, b)));
    rgba += 4;
    target += 16;
  }
}

/** Sum of `count` pixels of a row by their weights; `indices` are i32, `weights` f32. */
// @ts-ignore: decorator
@inline
function weighted(row: usize, indices: usize, weights: usize, count: i32): v128 {
  let sum = f32x4.splat(0);
  for (let k = 0; k < count; k++) {
    const pixel = v128.load(row + (<usize>load<i32>(indices) << 4));
    sum = f32x4.add(sum, f32x4.mul(pixel, v128.load32_splat(weights)));
    indices += 4;
    weights += 4;
  }
  return sum;
}

/** Rows that are done together, so that a column of the target is written in runs. */
const TOGETHER: i32 = 4;

// @ts-ignore: decorator
@inline
function putBytes(target: usize, colour: v128): void {
  const least = f32x4(16, 16, 16, 0);
  const most = f32x4(235, 240, 240, 0);
  const kept = f32x4.min(most, f32x4.max(least, f32x4.add(colour, f32x4.splat(0.5))));
  const words = i32x4.trunc_sat_f32x4_u(kept);
  const halves = i16x8.narrow_i32x4_u(words, words);
  v128.store32_lane(target, i8x16.narrow_i16x8_u(halves, halves), 0);
}

/** `toBytes` is known where this is written out: neither of the two asks for it at each pixel. */
// @ts-ignore: decorator
@inline
function resampleTo(
  source: usize,
  width: i32,
  height: i32,
  side: i32,
  indices: usize,
  weights: usize,
  count: i32,
  target: usize,
  toBytes: bool,
): void {
  const line = <usize>width * 16;
  const pixel: usize = toBytes ? 4 : 16;
  for (let from = 0; from < height; from += TOGETHER) {
    const to = min(height, from + TOGETHER);
    for (let t = 0; t < side; t++) {
      const taps = <usize>(t * count) * 4;
      let out = target + <usize>(t * height + from) * pixel;
      for (let y = from; y < to; y++) {
        const sum = weighted(source + <usize>y * line, indices + taps, weights + taps, count);
        if (toBytes) putBytes(out, sum);
        else v128.store(out, sum);
        out += pixel;
      }
    }
  }
}

/**
 * Resamples a wide picture in x, rows and columns exchanged: a wide picture of height × side. `indices` and
 * `weights`: `count` a target column, which say what it is the sum of.
 */
export function resample(
  source: usize,
  width: i32,
  height: i32,
  side: i32,
  indices: usize,
  weights: usize,
  count: i32,
  target: usize,
): void {
  resampleTo(source, width, height, side, indices, weights, count, target, false);
}

/** The same to bytes, rounded and kept in limited range, the fourth one zero. */
export function resampleToBytes(
  source: usize,
  width: i32,
  height: i32,
  side: i32,
  indices: usize,
  weights: usize,
  count: i32,
  target: usize,
): void {
  resampleTo(source, width, height, side, indices, weights, count, target, true);
}

/** A picture of 4-byte texels at half its side: each texel the mean of four. */
export function halve(source: usize, side: i32, target: usize): void {
  const round = i16x8.splat(2);
  const half = side >> 1;
  const stride = <usize>side * 4;
  for (let y = 0; y < half; y++) {
    let p = source + <usize>(2 * y) * stride;
    for (let x = 0; x < half; x++) {
      const sum = i16x8.add(v128.load8x8_u(p), v128.load8x8_u(p + stride));
      const all = i16x8.add(i16x8.add(sum, v128.shuffle<i64>(sum, sum, 1, 0)), round);
      const mean = i16x8.shr_u(all, 2);
      v128.store32_lane(target, i8x16.narrow_i16x8_u(mean, mean), 0);
      p += 8;
      target += 4;
    }
  }
}
