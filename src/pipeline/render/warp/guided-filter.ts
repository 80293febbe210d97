/**
 * Carries a coarse map over to the edges of a picture: each value becomes a local linear function of the picture's
 * (He, Sun and Tang, "Guided Image Filtering", 2013). Both are side² numbers, row after row.
 * @param radius of the windows, in pixels. @param smooth edges whose variance is less than this count for little.
 */
export function guidedFilter(
  guide: Float32Array,
  values: Float32Array,
  side: number,
  { radius, smooth }: { radius: number; smooth: number },
): Float32Array {
  const mean = (plane: Float32Array) => boxMean(plane, side, radius);
  const slope = new Float32Array(guide.length);
  const offset = new Float32Array(guide.length);
  for (let i = 0; i < guide.length; i++) {
    slope[i] = guide[i]! * guide[i]!;
    offset[i] = guide[i]! * values[i]!;
  }
  const [guideMean, valueMean, square, product] = [guide, values, slope, offset].map(mean) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let i = 0; i < guide.length; i++) {
    const g = guideMean[i]!;
    slope[i] = (product[i]! - g * valueMean[i]!) / (square[i]! - g * g + smooth);
    offset[i] = valueMean[i]! - slope[i]! * g;
  }
  const [slopes, offsets] = [mean(slope), mean(offset)];
  for (let i = 0; i < guide.length; i++) offsets[i]! += slopes[i]! * guide[i]!;
  return offsets;
}

/** The mean of a square of pixels around each, of fewer at the border. */
export function boxMean(plane: Float32Array, side: number, radius: number): Float32Array {
  const out = new Float32Array(plane.length);
  /** Sums of the columns over the square's rows. */
  const columns = new Float64Array(side);
  const add = (row: number, sign: number): void => {
    const at = row * side;
    for (let x = 0; x < side; x++) columns[x]! += sign * plane[at + x]!;
  };
  for (let row = 0; row < Math.min(radius, side); row++) add(row, 1);
  for (let y = 0; y < side; y++) {
    if (y + radius < side) add(y + radius, 1);
    if (y - radius > 0) add(y - radius - 1, -1);
    const rows = Math.min(side - 1, y + radius) - Math.max(0, y - radius) + 1;
    let sum = 0;
    for (let x = 0; x < Math.min(radius, side); x++) sum += columns[x]!;
    for (let x = 0; x < side; x++) {
      if (x + radius < side) sum += columns[x + radius]!;
      if (x - radius > 0) sum -= columns[x - radius - 1]!;
      const across = Math.min(side - 1, x + radius) - Math.max(0, x - radius) + 1;
      out[y * side + x] = sum / (rows * across);
    }
  }
  return out;
}
