// All lengths are multiples of 4.

/** a·b of two planes. */
export function multiply(a: usize, b: usize, count: i32, target: usize): void {
  for (let i = 0; i < count; i += 4) {
    v128.store(target, f32x4.mul(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    target += 16;
  }
}

/**
 * Of each window the linear function that makes its values of its guide: the slopes take the place of the means of the
 * squares, the offsets that of the means of guide × value.
 */
export function fitLines(
  guide: usize,
  values: usize,
  squares: usize,
  products: usize,
  count: i32,
  smooth: f32,
): void {
  const least = f32x4.splat(smooth);
  for (let i = 0; i < count; i += 4) {
    const g = v128.load(guide);
    const v = v128.load(values);
    const variance = f32x4.sub(v128.load(squares), f32x4.mul(g, g));
    const together = f32x4.sub(v128.load(products), f32x4.mul(g, v));
    const slope = f32x4.div(together, f32x4.add(variance, least));
    v128.store(squares, slope);
    v128.store(products, f32x4.sub(v, f32x4.mul(slope, g)));
    guide += 16;
    values += 16;
    squares += 16;
    products += 16;
  }
}

/** A row of a plane at twice its side, between two rows; one more pixel at either end, as on the border. */
// @ts-ignore: decorator
@inline
function mixRows(upper: usize, lower: usize, half: i32, share: v128, target: usize): void {
  const rest = f32x4.sub(f32x4.splat(1), share);
  for (let x = 0; x < half; x += 4) {
    const at = <usize>x * 4;
    const mixed = f32x4.add(f32x4.mul(v128.load(upper + at), rest), f32x4.mul(v128.load(lower + at), share));
    v128.store(target + at, mixed, 4);
  }
  const end = target + <usize>half * 4;
  store<f32>(target, load<f32>(target, 4));
  store<f32>(end, load<f32>(end), 4);
}

// @ts-ignore: decorator
@inline
function doubledEven(row: usize): v128 {
  return f32x4.add(f32x4.mul(v128.load(row), f32x4.splat(0.25)), f32x4.mul(v128.load(row, 4), f32x4.splat(0.75)));
}

// @ts-ignore: decorator
@inline
function doubledOdd(row: usize): v128 {
  return f32x4.add(f32x4.mul(v128.load(row, 8), f32x4.splat(0.25)), f32x4.mul(v128.load(row, 4), f32x4.splat(0.75)));
}

/**
 * slope · guide + offset in the rows `from` … `to` of a plane whose slopes and offsets are of half its side, bilinear;
 * beyond their border as on it. `rows`: room for two rows of half + 2.
 */
export function applyDoubled(
  guide: usize,
  side: i32,
  slopes: usize,
  offsets: usize,
  rows: usize,
  target: usize,
  from: i32,
  to: i32,
): void {
  const half = side >> 1;
  const line = <usize>half * 4;
  const second = rows + line + 16;
  for (let y = from; y < to; y++) {
    const top = <usize>max(0, (y - 1) >> 1) * line;
    const bottom = <usize>min(half - 1, (y + 1) >> 1) * line;
    const share = f32x4.splat((y & 1) == 0 ? 0.75 : 0.25);
    mixRows(slopes + top, slopes + bottom, half, share, rows);
    mixRows(offsets + top, offsets + bottom, half, share, second);
    let p = guide + <usize>(y * side) * 4;
    let q = target + <usize>(y * side) * 4;
    for (let x = 0; x < half; x += 4) {
      const slope = rows + <usize>x * 4;
      const offset = second + <usize>x * 4;
      const evenSlope = doubledEven(slope);
      const oddSlope = doubledOdd(slope);
      const evenOffset = doubledEven(offset);
      const oddOffset = doubledOdd(offset);
      const left = f32x4.mul(v128.load(p), v128.shuffle<f32>(evenSlope, oddSlope, 0, 4, 1, 5));
      const right = f32x4.mul(v128.load(p, 16), v128.shuffle<f32>(evenSlope, oddSlope, 2, 6, 3, 7));
      v128.store(q, f32x4.add(left, v128.shuffle<f32>(evenOffset, oddOffset, 0, 4, 1, 5)));
      v128.store(q, f32x4.add(right, v128.shuffle<f32>(evenOffset, oddOffset, 2, 6, 3, 7)), 16);
      p += 32;
      q += 32;
    }
  }
}
