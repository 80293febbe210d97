/** Black of each channel, and its brightest: y, u, v and what is no colour, twice. */
// @ts-ignore: decorator
@inline
function lanes(y: i32, u: i32, v: i32, rest: i32): v128 {
  const four = i32x4(y | (u << 16), v | (rest << 16), 0, 0);
  return v128.shuffle<i64>(four, four, 0, 0);
}

/**
 * Adds to Y, U and V of a texture, kept in limited range; a channel that is not moved stays as it is, whatever it is.
 * Its side is a multiple of 4.
 */
export function shiftColours(texels: usize, stride: usize, side: i32, y: i32, u: i32, v: i32): void {
  const by = lanes(y & 0xffff, u & 0xffff, v & 0xffff, 0);
  const least = lanes(y == 0 ? 0 : 16, u == 0 ? 0 : 16, v == 0 ? 0 : 16, 0);
  const most = lanes(y == 0 ? 255 : 235, u == 0 ? 255 : 240, v == 0 ? 255 : 240, 255);
  for (let j = 0; j < side; j++) {
    let p = texels + <usize>j * stride;
    const end = p + <usize>side * 4;
    for (; p < end; p += 16) {
      const four = v128.load(p);
      const low = i16x8.add(i16x8.extend_low_i8x16_u(four), by);
      const high = i16x8.add(i16x8.extend_high_i8x16_u(four), by);
      v128.store(
        p,
        i8x16.narrow_i16x8_u(
          i16x8.min_s(most, i16x8.max_s(least, low)),
          i16x8.min_s(most, i16x8.max_s(least, high)),
        ),
      );
    }
  }
}
