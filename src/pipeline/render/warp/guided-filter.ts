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
  const guideMean = mean(guide);
  const valueMean = mean(values);
  const square = mean(guide.map((g) => g * g));
  const product = mean(guide.map((g, i) => g * values[i]!));
  const slope = product.map((p, i) => {
    const g = guideMean[i]!;
    return (p - g * valueMean[i]!) / (square[i]! - g * g + smooth);
  });
  const offset = valueMean.map((v, i) => v - slope[i]! * guideMean[i]!);
  const [slopes, offsets] = [mean(slope), mean(offset)];
  return guide.map((g, i) => slopes[i]! * g + offsets[i]!);
}

/** The mean of a square of pixels around each, of fewer at the border. */
export function boxMean(plane: Float32Array, side: number, radius: number): Float32Array {
  const rows = new Float32Array(plane.length);
  const out = new Float32Array(plane.length);
  for (let line = 0; line < side; line++) {
    slide(plane, rows, line * side, 1, side, radius);
  }
  for (let line = 0; line < side; line++) slide(rows, out, line, side, side, radius);
  return out;
}

function slide(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  count: number,
  radius: number,
): void {
  let sum = 0;
  for (let k = 0; k < Math.min(radius, count); k++) sum += from[start + k * step]!;
  for (let k = 0; k < count; k++) {
    if (k + radius < count) sum += from[start + (k + radius) * step]!;
    if (k - radius > 0) sum -= from[start + (k - radius - 1) * step]!;
    const within = Math.min(count - 1, k + radius) - Math.max(0, k - radius) + 1;
    to[start + k * step] = sum / within;
  }
}
