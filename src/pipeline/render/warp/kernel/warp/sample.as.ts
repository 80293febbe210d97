// Bilinear: one texel quad, weights of 7 bits, so that a product of two bytes' width fits 16 bits.
// @ts-ignore: decorator
@inline
export function sample(texture: usize, stride: usize, place: v128): v128 {
  const fixed = i32x4.trunc_sat_f32x4_s(f32x4.mul(place, f32x4.splat(128)));
  const x = i32x4.extract_lane(fixed, 0);
  const y = i32x4.extract_lane(fixed, 1);
  const fx = <i16>(x & 127);
  const fy = <i16>(y & 127);
  const p = texture + <usize>(y >> 7) * stride + (<usize>(x >> 7) << 2);
  const upper = v128.load8x8_u(p);
  const lower = v128.load8x8_u(p + stride);
  const column = i16x8.add(
    i16x8.shl(upper, 7),
    i16x8.mul(i16x8.sub(lower, upper), i16x8.splat(fy)),
  );
  const half = i16x8.shr_u(i16x8.add(column, i16x8.splat(64)), 7);
  const weights = v128.shuffle<i16>(
    i16x8.splat(128 - fx),
    i16x8.splat(fx),
    0, 1, 2, 3, 8, 9, 10, 11,
  );
  const product = i16x8.mul(half, weights);
  const sum = i16x8.add(product, v128.shuffle<i64>(product, product, 1, 0));
  return i16x8.shr_u(i16x8.add(sum, i16x8.splat(64)), 7);
}

// @ts-ignore: decorator
@inline
export function put(target: usize, colour: v128): void {
  v128.store32_lane(target, i8x16.narrow_i16x8_u(colour, colour), 0);
}
