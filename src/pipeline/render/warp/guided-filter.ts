import { doubledAt } from './half-plane.ts';

/**
 * Carries a coarse map over to the edges of a picture: each value becomes a local linear function of the picture's
 * (He, Sun and Tang, "Guided Image Filtering", 2013). The functions are worked out on the picture at half its side, and applied to it
 * whole (He and Sun, "Fast Guided Filter", 2015).
 * @param guide side² numbers, row after row; @param half the same at half the side, and @param values the map there.
 * @param radius of the windows, in pixels of the half. @param smooth edges whose variance is less than this count for little.
 */
export function guidedFilter(
  guide: Float32Array,
  half: Float32Array,
  values: Float32Array,
  side: number,
  settings: { radius: number; smooth: number },
): Float32Array {
  const { slopes, offsets } = linearFunctions(half, values, side >> 1, settings);
  const out = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const slope = doubledAt(slopes, side >> 1, x, y);
      out[y * side + x] = slope * guide[y * side + x]! + doubledAt(offsets, side >> 1, x, y);
    }
  }
  return out;
}

/** Of each pixel the function that its neighbours' are nearest to, on average. */
function linearFunctions(
  guide: Float32Array,
  values: Float32Array,
  side: number,
  { radius, smooth }: { radius: number; smooth: number },
): { slopes: Float32Array; offsets: Float32Array } {
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
  return { slopes: mean(slope), offsets: mean(offset) };
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
