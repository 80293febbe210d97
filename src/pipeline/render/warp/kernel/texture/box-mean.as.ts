/** Adds a row of a plane to the sums of its columns, or takes it from them. */
// @ts-ignore: decorator
@inline
function addRow(row: usize, side: i32, columns: usize, sign: f64): void {
  const by = f64x2.splat(sign);
  const end = row + <usize>side * 4;
  for (; row < end; row += 16) {
    const four = v128.load(row);
    const left = f64x2.promote_low_f32x4(four);
    const right = f64x2.promote_low_f32x4(v128.shuffle<i64>(four, four, 1, 1));
    v128.store(columns, f64x2.add(v128.load(columns), f64x2.mul(left, by)));
    v128.store(columns, f64x2.add(v128.load(columns, 16), f64x2.mul(right, by)), 16);
    columns += 32;
  }
}

/**
 * The mean of a square of pixels of a plane around each, of fewer at the border. Its side is a multiple of 4 and larger
 * than `radius`. `columns`: room for as many f64, since single precision loses what running sums leave of small differences.
 */
export function boxMean(plane: usize, side: i32, radius: i32, columns: usize, target: usize): void {
  const line = <usize>side * 4;
  memory.fill(columns, 0, <usize>side * 8);
  for (let row = 0; row < radius; row++) addRow(plane + <usize>row * line, side, columns, 1);
  for (let y = 0; y < side; y++) {
    if (y + radius < side) addRow(plane + <usize>(y + radius) * line, side, columns, 1);
    if (y > radius) addRow(plane + <usize>(y - radius - 1) * line, side, columns, -1);
    const rows = min(side - 1, y + radius) - max(0, y - radius) + 1;
    let sum: f64 = 0;
    for (let x = 0; x < radius; x++) sum += load<f64>(columns + <usize>x * 8);
    const ahead = columns + <usize>radius * 8;
    const behind = columns - <usize>(radius + 1) * 8;
    const whole = 1 / <f64>(rows * (2 * radius + 1));
    for (let x = 0; x < side; x++) {
      let share = whole;
      if (x + radius < side) sum += load<f64>(ahead + <usize>x * 8);
      if (x > radius) sum -= load<f64>(behind + <usize>x * 8);
      if (x < radius || x + radius >= side) {
        share = 1 / <f64>(rows * (min(side - 1, x + radius) - max(0, x - radius) + 1));
      }
      store<f32>(target, <f32>(sum * share));
      target += 4;
    }
  }
}
