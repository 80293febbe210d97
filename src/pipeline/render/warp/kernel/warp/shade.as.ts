/** Of i16, what stands for one. */
const ONE: f32 = 32_768;

/**
 * Draws a grid of cells + 1 nodes along each side out to the columns of a picture, as i16, in 1/32768: cells + 1 rows of `side`, of
 * which rows and columns from/to (rows included) are written.
 */
export function spreadGrid(grid: usize, cells: i32, side: i32, columns: usize, fromX: i32, fromRow: i32, toX: i32, toRow: i32): void {
  const scale = <f32>cells / <f32>side;
  for (let j = fromRow; j <= toRow; j++) {
    const row = grid + (<usize>(j * (cells + 1)) << 2);
    let p = columns + (<usize>(j * side + fromX) << 1);
    for (let x = fromX; x < toX; x++) {
      const place = (<f32>x + 0.5) * scale;
      const cell = <i32>place;
      const from = load<f32>(row + (<usize>cell << 2));
      const to = load<f32>(row + (<usize>cell << 2), 4);
      store<i16>(p, <i16>((from + (to - from) * (place - <f32>cell)) * ONE));
      p += 2;
    }
  }
}

/** Two pixels, widened, made brighter by shares `more` of their first three bytes' distance from black and grey, as far as they are covered. */
// @ts-ignore: decorator
@inline
function shaded(pixels: v128, more: v128): v128 {
  const rest = i16x8(16, 128, 128, 0, 16, 128, 128, 0);
  const cover = v128.shuffle<i16>(pixels, pixels, 3, 3, 3, 3, 7, 7, 7, 7);
  const whole = v128.or(i16x8.shl(cover, 7), i16x8.shr_u(cover, 1));
  const share = i16x8.q15mulr_sat_s(more, whole);
  const added = i16x8.q15mulr_sat_s(i16x8.shl(i16x8.sub(pixels, rest), 6), share);
  return i16x8.add(pixels, i16x8.shr_s(i16x8.add(added, i16x8.splat(32)), 6));
}

/**
 * Makes a side × side picture of 4-byte texels brighter and darker by a grid, drawn out by `spreadGrid`, as far as the fourth byte says
 * that it is the head's; rows and columns, multiples of four, from/to bound the work. Kept in limited range.
 */
export function shade(
  target: usize,
  side: i32,
  columns: usize,
  cells: i32,
  fromX: i32,
  fromY: i32,
  toX: i32,
  toY: i32,
): void {
  const least = i8x16(16, 16, 16, 0, 16, 16, 16, 0, 16, 16, 16, 0, 16, 16, 16, 0);
  const most = i8x16(-21, -16, -16, -1, -21, -16, -16, -1, -21, -16, -16, -1, -21, -16, -16, -1);
  const scale = <f32>cells / <f32>side;
  const line = <usize>side * 2;
  for (let y = fromY; y < toY; y++) {
    const place = (<f32>y + 0.5) * scale;
    const cell = <i32>place;
    const part = i16x8.splat(<i16>nearest((place - <f32>cell) * (ONE - 1)));
    let upper = columns + <usize>cell * line + <usize>fromX * 2;
    let p = target + <usize>(y * side + fromX) * 4;
    for (let x = fromX; x < toX; x += 4) {
      const above = v128.load64_zero(upper);
      const below = v128.load64_zero(upper + line);
      const more = i16x8.add(above, i16x8.q15mulr_sat_s(i16x8.sub(below, above), part));
      if (v128.any_true(more)) {
        const pixels = v128.load(p);
        // Nothing is added to the fourth byte: its share is none.
        const low = shaded(i16x8.extend_low_i8x16_u(pixels), v128.and(v128.shuffle<i16>(more, more, 0, 0, 0, 0, 1, 1, 1, 1), i16x8(-1, -1, -1, 0, -1, -1, -1, 0)));
        const high = shaded(i16x8.extend_high_i8x16_u(pixels), v128.and(v128.shuffle<i16>(more, more, 2, 2, 2, 2, 3, 3, 3, 3), i16x8(-1, -1, -1, 0, -1, -1, -1, 0)));
        v128.store(p, i8x16.min_u(most, i8x16.max_u(least, i8x16.narrow_i16x8_u(low, high))));
      }
      upper += 8;
      p += 16;
    }
  }
}
