import { NODE } from './map.as';
import { put, sample } from './sample.as';

/** In place of a node's weight, in a map that shows one texture alone: an edge runs through its cell. */
export const EDGE: f32 = -1;

/** How far apart two nodes are in the texture, beyond what one surface is ever stretched to: all ones where they are. */
// @ts-ignore: decorator
@inline
function beyond(a: v128, b: v128, reach: v128): v128 {
  return f32x4.gt(f32x4.abs(f32x4.sub(a, b)), reach);
}

/** To hold nodes against: `reach` texels apart in the texture, whatever their weights and depths. */
// @ts-ignore: decorator
@inline
export function reaching(reach: f32): v128 {
  return f32x4(reach, reach, f32.MAX_VALUE, f32.MAX_VALUE);
}

/** Whether an edge between two surfaces runs through a cell, by its four nodes. */
// @ts-ignore: decorator
@inline
export function isTorn(upper: v128, nextUpper: v128, lower: v128, nextLower: v128, reach: v128): bool {
  return v128.any_true(v128.or(beyond(upper, nextLower, reach), beyond(lower, nextUpper, reach)));
}

/** The colour halfway between two nodes: of the place between them, or of both where they show different surfaces. */
// @ts-ignore: decorator
@inline
function halfway(texture: usize, stride: usize, a: v128, b: v128, reach: v128): v128 {
  if (!v128.any_true(beyond(a, b, reach))) return sample(texture, stride, f32x4.mul(f32x4.add(a, b), f32x4.splat(0.5)));
  return i16x8.avgr_u(sample(texture, stride, a), sample(texture, stride, b));
}

/** Draws the four pixels of a cell at `q`, in a picture with `line` bytes a row. */
// @ts-ignore: decorator
@inline
export function putCell(
  q: usize,
  line: usize,
  texture: usize,
  stride: usize,
  upper: v128,
  nextUpper: v128,
  lower: v128,
  nextLower: v128,
  reach: v128,
  torn: bool,
): void {
  put(q, sample(texture, stride, upper));
  if (torn) {
    const top = halfway(texture, stride, upper, nextUpper, reach);
    put(q + 4, top);
    put(q + line, halfway(texture, stride, upper, lower, reach));
    put(q + line + 4, i16x8.avgr_u(top, halfway(texture, stride, lower, nextLower, reach)));
  } else {
    const half = f32x4.splat(0.5);
    const left = f32x4.mul(f32x4.add(upper, lower), half);
    const right = f32x4.mul(f32x4.add(nextUpper, nextLower), half);
    put(q + 4, sample(texture, stride, f32x4.mul(f32x4.add(upper, nextUpper), half)));
    put(q + line, sample(texture, stride, left));
    put(q + line + 4, sample(texture, stride, f32x4.mul(f32x4.add(left, right), half)));
  }
}

/**
 * Fills a side × side picture of 4-byte texels from a texture, by a map; `stride` in bytes. Nodes that show
 * places more than `reach` texels apart are taken to show different surfaces: what lies between them is a mixture
 * of both colours, not of both places, where something else may be. Their cells are marked for `softenEdges`.
 */
export function remap(
  target: usize,
  side: i32,
  map: usize,
  texture: usize,
  stride: usize,
  reach: f32,
): void {
  const nodes = side / 2 + 1;
  const rowBytes = <usize>nodes * NODE;
  const apart = reaching(reach);
  const line = <usize>side * 4;
  for (let j = 0; j < side / 2; j++) {
    let p = map + <usize>j * rowBytes;
    let q = target + <usize>(2 * j) * line;
    let upper = v128.load(p);
    let lower = v128.load(p + rowBytes);
    for (let i = 0; i < side / 2; i++) {
      p += NODE;
      const nextUpper = v128.load(p);
      const nextLower = v128.load(p + rowBytes);
      const torn = isTorn(upper, nextUpper, lower, nextLower, apart);
      if (torn) store<f32>(p - NODE, EDGE, 8);
      putCell(q, line, texture, stride, upper, nextUpper, lower, nextLower, apart, torn);
      upper = nextUpper;
      lower = nextLower;
      q += 8;
    }
  }
}

/** Two colours, one after the other. */
// @ts-ignore: decorator
@inline
function both(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(a, b, 0, 2);
}

/** Of a cell's four pixels, how much of each is laid over what is there, 0 … 128, twice. */
// @ts-ignore: decorator
@inline
function sharesOf(upper: v128, above: v128, left: v128, middle: v128, top: v128, bottom: v128): v128 {
  const weights = v128.shuffle<i64>(
    v128.shuffle<i32>(upper, above, 2, 6, 2, 6),
    v128.shuffle<i32>(left, middle, 2, 6, 2, 6),
    0, 2,
  );
  const scaled = f32x4.add(f32x4.mul(weights, f32x4.splat(128)), f32x4.splat(0.5));
  const whole = i32x4.min_s(i32x4.splat(128), i32x4.max_s(i32x4.splat(0), i32x4.trunc_sat_f32x4_s(scaled)));
  // What is background in a picture is not laid over another.
  const covers = i32x4.extend_low_i16x8_u(v128.shuffle<i16>(top, bottom, 3, 7, 11, 15, 3, 7, 11, 15));
  const shares = i32x4.shr_u(i32x4.mul(whole, i32x4.add(covers, i32x4.splat(1))), 8);
  return i16x8.narrow_i32x4_s(shares, shares);
}

/** Mixes two pixels over two that lie beside each other. */
// @ts-ignore: decorator
@inline
function blend(target: usize, colours: v128, shares: v128): void {
  const mixed = i16x8.add(
    i16x8.mul(v128.load8x8_u(target), i16x8.sub(i16x8.splat(128), shares)),
    i16x8.mul(colours, shares),
  );
  const rounded = i16x8.shr_u(i16x8.add(mixed, i16x8.splat(64)), 7);
  v128.store64_lane(target, i8x16.narrow_i16x8_u(rounded, rounded), 0);
}

/** Like `remap`, but mixes over what is there by the map's weight; cells (not pixels) from/to bound the work. */
export function remapOver(
  target: usize,
  side: i32,
  map: usize,
  texture: usize,
  stride: usize,
  fromX: i32,
  fromY: i32,
  toX: i32,
  toY: i32,
): void {
  const nodes = side / 2 + 1;
  const rowBytes = <usize>nodes * NODE;
  const half = f32x4.splat(0.5);
  const line = <usize>side * 4;
  for (let j = fromY; j < toY; j++) {
    let p = map + <usize>j * rowBytes + <usize>fromX * NODE;
    let q = target + <usize>(2 * j) * line + <usize>fromX * 8;
    let upper = v128.load(p);
    let left = f32x4.mul(f32x4.add(upper, v128.load(p + rowBytes)), half);
    for (let i = fromX; i < toX; i++) {
      p += NODE;
      const nextUpper = v128.load(p);
      const nextLeft = f32x4.mul(f32x4.add(nextUpper, v128.load(p + rowBytes)), half);
      if (f32x4.extract_lane(f32x4.add(left, nextLeft), 2) > 0.004) {
        const above = f32x4.mul(f32x4.add(upper, nextUpper), half);
        const middle = f32x4.mul(f32x4.add(left, nextLeft), half);
        const top = both(sample(texture, stride, upper), sample(texture, stride, above));
        const bottom = both(sample(texture, stride, left), sample(texture, stride, middle));
        const shares = sharesOf(upper, above, left, middle, top, bottom);
        blend(q, top, v128.shuffle<i16>(shares, shares, 0, 0, 0, 0, 1, 1, 1, 1));
        blend(q + line, bottom, v128.shuffle<i16>(shares, shares, 2, 2, 2, 2, 3, 3, 3, 3));
      }
      upper = nextUpper;
      left = nextLeft;
      q += 8;
    }
  }
}
