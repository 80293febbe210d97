// Planes between their pixels, at four places at a time.

// @ts-ignore: decorator
@inline
function clamp(v: v128, most: v128): v128 {
  return f32x4.min(f32x4.max(v, f32x4.splat(0)), most);
}

/** The pixels at two places, and those right of them. */
// @ts-ignore: decorator
@inline
function pairs(a: usize, b: usize): v128 {
  return v128.load64_lane(b, v128.load64_zero(a), 1);
}

/** Between such pairs at four places. */
// @ts-ignore: decorator
@inline
function along(low: v128, high: v128, share: v128): v128 {
  const left = v128.shuffle<f32>(low, high, 0, 2, 4, 6);
  const right = v128.shuffle<f32>(low, high, 1, 3, 5, 7);
  return f32x4.add(left, f32x4.mul(share, f32x4.sub(right, left)));
}

/** A square plane at four places; beyond its edge it is as it is there. */
// @ts-ignore: decorator
@inline
export function sampled(plane: usize, side: i32, x: v128, y: v128): v128 {
  // Right of the last pixel, and below it, there must be one more.
  const most = f32x4.splat(<f32>side - 1.001);
  const px = clamp(x, most);
  const py = clamp(y, most);
  const ix = i32x4.trunc_sat_f32x4_s(px);
  const iy = i32x4.trunc_sat_f32x4_s(py);
  const byte = i32x4.shl(i32x4.add(i32x4.mul(iy, i32x4.splat(side)), ix), 2);
  const a = plane + <usize>i32x4.extract_lane(byte, 0);
  const b = plane + <usize>i32x4.extract_lane(byte, 1);
  const c = plane + <usize>i32x4.extract_lane(byte, 2);
  const d = plane + <usize>i32x4.extract_lane(byte, 3);
  const row = <usize>(4 * side);
  const right = f32x4.sub(px, f32x4.convert_i32x4_s(ix));
  const down = f32x4.sub(py, f32x4.convert_i32x4_s(iy));
  const above = along(pairs(a, b), pairs(c, d), right);
  const below = along(pairs(a + row, b + row), pairs(c + row, d + row), right);
  return f32x4.add(above, f32x4.mul(down, f32x4.sub(below, above)));
}
