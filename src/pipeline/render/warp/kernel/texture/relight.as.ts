/**
 * Adds light that comes from a side: to Y, U and V of each texel (`tintY`, `tintU`, `tintV`) times its luma above black, by how far it is across
 * a line, `perX` · x + `perY` · y + `offset`, of 0 … 1. Colour is added as to luma `most` above black at most. Kept in limited range;
 * the fourth byte stays.
 */
export function relight(
  texels: usize,
  stride: usize,
  side: i32,
  perX: f32,
  perY: f32,
  offset: f32,
  tintY: f32,
  tintU: f32,
  tintV: f32,
  most: f32,
): void {
  const tint = f32x4(tintY, tintU, tintV, 0);
  const least = f32x4(16, 16, 16, 0);
  const brightest = f32x4(235, 240, 240, 255);
  for (let y = 0; y < side; y++) {
    const p = texels + <usize>y * stride;
    const row = perY * <f32>y + offset;
    for (let x = 0; x < side; x++) {
      const across: f32 = min(max(perX * <f32>x + row, <f32>0), <f32>1);
      if (across == 0) continue;
      const at = p + (<usize>x << 2);
      const colour = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at)));
      const luma = <f32>(i32x4.extract_lane(colour, 0) - 16);
      const light = f32x4.replace_lane(f32x4.splat(across * min(luma, most)), 0, across * luma);
      const lit = f32x4.add(f32x4.convert_i32x4_s(colour), f32x4.mul(tint, light));
      const words = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.min(brightest, f32x4.max(least, lit))));
      const bytes = i16x8.narrow_i32x4_s(words, words);
      v128.store32_lane(at, i8x16.narrow_i16x8_u(bytes, bytes), 0);
    }
  }
}
