// The pixel work around the generator of the engine few-shot-vid2vid, in AssemblyScript. Memory
// belongs to the caller, who passes byte offsets. A "network picture" is the picture as the network
// sees it: 256² bytes of Y, then 128² of U, then 128² of V. A "plane" is 128² f32.

const WIDE: i32 = 256;
const HALF: i32 = 128;
const Y_BYTES: usize = 65_536;
const C_BYTES: usize = 16_384;
const PLANE: usize = 65_536;
const ROW: usize = 512;
const NODE: usize = 16;

/**
 * Box average of a side × side picture of 4-byte texels (Y, U, V, unused), side a multiple of 128, to a
 * network picture.
 */
export function reduce(source: usize, side: i32, target: usize): void {
  if (side % WIDE != 0) return reduceOdd(source, side, target);
  const f = side / WIDE;
  const line = <usize>side * 4;
  const step = <usize>f * 4;
  const area = f * f;
  const four = 4 * area;
  const half = <i16>(area >> 1);
  const most = <i16>(2 * area);
  const inLuma: f32 = 1 / <f32>area;
  const inChroma: f32 = 1 / <f32>four;
  for (let j = 0; j < HALF; j++) {
    const top = source + <usize>(2 * j * f) * line;
    let y = target + <usize>(2 * j * WIDE);
    let u = target + Y_BYTES + <usize>(j * HALF);
    for (let i = 0; i < HALF; i++) {
      const p = top + <usize>(2 * i) * step;
      const a = boxSum(p, line, f);
      const b = boxSum(p + step, line, f);
      const c = boxSum(p + <usize>f * line, line, f);
      const d = boxSum(p + <usize>f * line + step, line, f);
      store<u8>(y, mean(i16x8.extract_lane_s(a, 0), half, inLuma));
      store<u8>(y, mean(i16x8.extract_lane_s(b, 0), half, inLuma), 1);
      store<u8>(y + WIDE, mean(i16x8.extract_lane_s(c, 0), half, inLuma));
      store<u8>(y + WIDE, mean(i16x8.extract_lane_s(d, 0), half, inLuma), 1);
      const all = i16x8.add(i16x8.add(a, b), i16x8.add(c, d));
      store<u8>(u, mean(i16x8.extract_lane_s(all, 1), most, inChroma));
      store<u8>(u + C_BYTES, mean(i16x8.extract_lane_s(all, 2), most, inChroma));
      y += 2;
      u += 1;
    }
  }
}

/** The same where a luma sample is an odd number of half texels wide. */
function reduceOdd(source: usize, side: i32, target: usize): void {
  const c = side / HALF;
  const middle = c >> 1;
  const line = <usize>side * 4;
  const area = c * c;
  // A sample's share of a texel is counted in quarters.
  const inLuma: f32 = 1 / <f32>area;
  const inChroma: f32 = 1 / <f32>area;
  const two = 2 * WIDE;
  for (let j = 0; j < HALF; j++) {
    for (let i = 0; i < HALF; i++) {
      let luma = i32x4.splat(0);
      let u = 0;
      let v = 0;
      let row = source + <usize>(j * c) * line + <usize>(i * c) * 4;
      for (let y = 0; y < c; y++) {
        const upper = y < middle ? 2 : y == middle ? 1 : 0;
        for (let x = 0; x < c; x++) {
          const left = x < middle ? 2 : x == middle ? 1 : 0;
          const p = row + <usize>x * 4;
          const share = i32x4(
            upper * left,
            upper * (2 - left),
            (2 - upper) * left,
            (2 - upper) * (2 - left),
          );
          luma = i32x4.add(luma, i32x4.mul(share, i32x4.splat(load<u8>(p))));
          u += load<u8>(p, 1);
          v += load<u8>(p, 2);
        }
        row += line;
      }
      const means = i32x4.trunc_sat_f32x4_u(
        f32x4.add(f32x4.mul(f32x4.convert_i32x4_u(luma), f32x4.splat(inLuma)), f32x4.splat(0.501)),
      );
      const q = target + <usize>(j * two + 2 * i);
      store<u8>(q, i32x4.extract_lane(means, 0));
      store<u8>(q, i32x4.extract_lane(means, 1), 1);
      store<u8>(q + WIDE, i32x4.extract_lane(means, 2));
      store<u8>(q + WIDE, i32x4.extract_lane(means, 3), 1);
      const k = target + Y_BYTES + <usize>(j * HALF + i);
      store<u8>(k, <u8>(<f32>u * inChroma + 0.501));
      store<u8>(k + C_BYTES, <u8>(<f32>v * inChroma + 0.501));
    }
  }
}

// @ts-ignore: decorator
@inline
function mean(sum: i16, half: i16, share: f32): u8 {
  // A hundredth keeps exact quotients from falling below themselves.
  return <u8>((<f32>(sum + half) + 0.01) * share);
}

/** Sum of f × f texels, in the lower four lanes of i16. f ≤ 4: 64 chroma bytes stay below 2¹⁵. */
// @ts-ignore: decorator
@inline
function boxSum(p: usize, line: usize, f: i32): v128 {
  if (f == 2) {
    const sum = i16x8.add(v128.load8x8_u(p), v128.load8x8_u(p + line));
    return i16x8.add(sum, v128.shuffle<i64>(sum, sum, 1, 0));
  }
  let sum = i16x8.splat(0);
  if (f & 1) {
    for (let r = 0; r < f; r++) {
      for (let c = 0; c < f; c++) {
        sum = i16x8.add(sum, i16x8.extend_low_i8x16_u(v128.load32_zero(p + <usize>c * 4)));
      }
      p += line;
    }
    return sum;
  }
  for (let r = 0; r < f; r++) {
    for (let c = 0; c < f; c += 2) sum = i16x8.add(sum, v128.load8x8_u(p + <usize>c * 4));
    p += line;
  }
  return i16x8.add(sum, v128.shuffle<i64>(sum, sum, 1, 0));
}

/** Bytes → 0…1; `count` a multiple of 16. */
export function toUnit(source: usize, count: i32, target: usize): void {
  const scale = f32x4.splat(1 / <f32>255);
  for (let i = 0; i < count; i += 16) {
    const bytes = v128.load(source);
    const low = i16x8.extend_low_i8x16_u(bytes);
    const high = i16x8.extend_high_i8x16_u(bytes);
    v128.store(target, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(low)), scale));
    v128.store(target, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(low)), scale), 16);
    v128.store(target, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(high)), scale), 32);
    v128.store(target, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(high)), scale), 48);
    source += 16;
    target += 64;
  }
}

/** A network picture → six planes 0…1: Y split by the parity of row and column, U, V. */
export function pack(picture: usize, target: usize): void {
  const scale = f32x4.splat(1 / <f32>255);
  for (let y = 0; y < WIDE; y++) {
    let p = picture + <usize>(y * WIDE);
    let q = target + <usize>(2 * (y & 1)) * PLANE + <usize>((y >> 1) * HALF) * 4;
    for (let x = 0; x < WIDE; x += 8) {
      const eight = v128.load8x8_u(p);
      const even = v128.and(eight, i32x4.splat(0xffff));
      const odd = i32x4.shr_u(eight, 16);
      v128.store(q, f32x4.mul(f32x4.convert_i32x4_u(even), scale));
      v128.store(q + PLANE, f32x4.mul(f32x4.convert_i32x4_u(odd), scale));
      p += 8;
      q += 16;
    }
  }
  toUnit(picture + Y_BYTES, 2 * <i32>C_BYTES, target + 4 * PLANE);
}

/** Part of `count` planes, `width` × `height` from x, y on, as planes of that size; x and width multiples of 4. */
export function cutPlanes(
  planes: usize,
  count: i32,
  x: i32,
  y: i32,
  width: i32,
  height: i32,
  target: usize,
): void {
  const line = <usize>width * 4;
  const from = planes + <usize>(y * HALF + x) * 4;
  copyPlanes(from, ROW, PLANE, target, line, line * <usize>height, count, height, line);
}

/** Planes that are such a part, put back in its place; around it there is nothing. */
export function placePlanes(
  part: usize,
  count: i32,
  x: i32,
  y: i32,
  width: i32,
  height: i32,
  target: usize,
): void {
  const line = <usize>width * 4;
  const to = target + <usize>(y * HALF + x) * 4;
  memory.fill(target, 0, <usize>count * PLANE);
  copyPlanes(part, line, line * <usize>height, to, ROW, PLANE, count, height, line);
}

/** `bytes` of each of `height` rows of `count` planes, whose rows and planes lie so many bytes apart. */
function copyPlanes(
  from: usize,
  fromRow: usize,
  fromPlane: usize,
  to: usize,
  toRow: usize,
  toPlane: usize,
  count: i32,
  height: i32,
  bytes: usize,
): void {
  for (let c: usize = 0; c < <usize>count; c++) {
    for (let y: usize = 0; y < <usize>height; y++) {
      memory.copy(to + c * toPlane + y * toRow, from + c * fromPlane + y * fromRow, bytes);
    }
  }
}

/**
 * Bilinear byte of a side × side picture at a place in 128ths of a pixel.
 * Neighbours are read in pairs, beyond the last column and row too, where they count for nothing.
 */
// @ts-ignore: decorator
@inline
function byteAt(picture: usize, side: i32, x: i32, y: i32): u8 {
  const fx = x & 127;
  const fy = y & 127;
  const p = picture + <usize>((y >> 7) * side + (x >> 7));
  const a = <i32>load<u16>(p);
  const b = <i32>load<u16>(p + <usize>side);
  const upper = (a & 255) * (128 - fx) + (a >> 8) * fx;
  const lower = (b & 255) * (128 - fx) + (b >> 8) * fx;
  return <u8>((upper * (128 - fy) + lower * fy + 8192) >> 14);
}

/** Places in pixels as 128ths of one, inside a side × side picture. */
// @ts-ignore: decorator
@inline
function fixedPlace(place: v128, side: i32): v128 {
  const most = i32x4.splat((side - 1) << 7);
  const fixed = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(place, f32x4.splat(128))));
  return i32x4.max_s(i32x4.splat(0), i32x4.min_s(most, fixed));
}

/**
 * A network picture drawn from the places that a flow (two planes, in sides of the picture) points to.
 * `row`: 2 kB of scratch.
 */
export function warpPicture(picture: usize, flow: usize, target: usize, row: usize): void {
  const flowY = flow + PLANE;
  const chroma = picture + Y_BYTES;
  const toChroma = target + Y_BYTES;
  const half = f32x4.splat(<f32>HALF);
  for (let j = 0; j < HALF; j++) {
    for (let i = 0; i < HALF; i += 2) {
      const at = <usize>(j * HALF + i);
      const moved = f32x4(
        load<f32>(flow + at * 4),
        load<f32>(flowY + at * 4),
        load<f32>(flow + at * 4, 4),
        load<f32>(flowY + at * 4, 4),
      );
      const own = f32x4(<f32>i, <f32>j, <f32>(i + 1), <f32>j);
      const place = fixedPlace(f32x4.add(own, f32x4.mul(moved, half)), HALF);
      const x0 = i32x4.extract_lane(place, 0);
      const y0 = i32x4.extract_lane(place, 1);
      const x1 = i32x4.extract_lane(place, 2);
      const y1 = i32x4.extract_lane(place, 3);
      store<u8>(toChroma + at, byteAt(chroma, HALF, x0, y0));
      store<u8>(toChroma + at, byteAt(chroma, HALF, x1, y1), 1);
      store<u8>(toChroma + C_BYTES + at, byteAt(chroma + C_BYTES, HALF, x0, y0));
      store<u8>(toChroma + C_BYTES + at, byteAt(chroma + C_BYTES, HALF, x1, y1), 1);
    }
  }
  // Luma: the flow halfway between its own places, bilinear, in pairs of x and y.
  const near = f32x4.splat(0.75);
  const far = f32x4.splat(0.25);
  const wide = f32x4.splat(<f32>WIDE);
  const first = row + 8;
  const last = first + <usize>(HALF - 1) * 8;
  for (let r = 0; r < WIDE; r++) {
    const j = r >> 1;
    const beside = max(0, min(HALF - 1, (r & 1) == 0 ? j - 1 : j + 1));
    for (let i = 0; i < HALF; i += 4) {
      const p = <usize>(j * HALF + i) * 4;
      const q = <usize>(beside * HALF + i) * 4;
      const x = blendedRow(flow, p, q, near, far);
      const y = blendedRow(flowY, p, q, near, far);
      v128.store(first + <usize>i * 8, v128.shuffle<i32>(x, y, 0, 4, 1, 5));
      v128.store(first + <usize>i * 8, v128.shuffle<i32>(x, y, 2, 6, 3, 7), 16);
    }
    store<u64>(row, load<u64>(first));
    store<u64>(last + 8, load<u64>(last));
    let to = target + <usize>(r * WIDE);
    for (let i = 0; i < HALF; i++) {
      const p = first + <usize>i * 8;
      // The neighbour before in the lower pair of lanes, the one after in the upper one.
      const sides = v128.shuffle<i64>(v128.load64_zero(p - 8), v128.load64_zero(p + 8), 0, 2);
      const flowHere = f32x4.add(
        f32x4.mul(v128.load64_splat(p), near),
        f32x4.mul(sides, far),
      );
      const own = f32x4(<f32>(i + i), <f32>r, <f32>(i + i + 1), <f32>r);
      const place = fixedPlace(f32x4.add(own, f32x4.mul(flowHere, wide)), WIDE);
      store<u8>(
        to,
        byteAt(picture, WIDE, i32x4.extract_lane(place, 0), i32x4.extract_lane(place, 1)),
      );
      store<u8>(
        to,
        byteAt(picture, WIDE, i32x4.extract_lane(place, 2), i32x4.extract_lane(place, 3)),
        1,
      );
      to += 2;
    }
  }
}

// @ts-ignore: decorator
@inline
function blendedRow(plane: usize, p: usize, q: usize, near: v128, far: v128): v128 {
  return f32x4.add(f32x4.mul(v128.load(plane + p), near), f32x4.mul(v128.load(plane + q), far));
}

/** Empties a field: 128² nodes of four f32, the last one the depth, farther than anything. */
export function clearField(field: usize): void {
  const empty = f32x4(0, 0, 0, f32.MAX_VALUE);
  const end = field + <usize>(HALF * HALF) * NODE;
  for (let p = field; p < end; p += NODE) v128.store(p, empty);
}

/** The first two values of a field's nodes as planes, times `scale`. */
export function splitField(field: usize, scale: f32, target: usize): void {
  const times = f32x4.splat(scale);
  for (let i: usize = 0; i < <usize>(HALF * HALF); i += 4) {
    const p = field + i * NODE;
    const ab = v128.shuffle<i32>(v128.load(p), v128.load(p, 16), 0, 4, 1, 5);
    const cd = v128.shuffle<i32>(v128.load(p, 32), v128.load(p, 48), 0, 4, 1, 5);
    v128.store(target + i * 4, f32x4.mul(v128.shuffle<i64>(ab, cd, 0, 2), times));
    v128.store(target + PLANE + i * 4, f32x4.mul(v128.shuffle<i64>(ab, cd, 1, 3), times));
  }
}

// ── After the network ────────────────────────────────────────────────────────────────────────────

/** The largest size of `count` numbers, a multiple of 4; not a number where one of them is none. */
export function largest(values: usize, count: i32): f32 {
  let most = f32x4.splat(0);
  for (let i = 0; i < count; i += 4) {
    most = f32x4.max(most, f32x4.abs(v128.load(values)));
    values += 16;
  }
  return max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
}

/** Mean distance of the luma of two network pictures. */
export function distance(a: usize, b: usize): f32 {
  let sum = i32x4.splat(0);
  for (let i: usize = 0; i < Y_BYTES; i += 16) {
    const p = v128.load(a + i);
    const q = v128.load(b + i);
    const apart = v128.or(i8x16.sub_sat_u(p, q), i8x16.sub_sat_u(q, p));
    sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(apart)));
  }
  const all =
    i32x4.extract_lane(sum, 0) +
    i32x4.extract_lane(sum, 1) +
    i32x4.extract_lane(sum, 2) +
    i32x4.extract_lane(sum, 3);
  return <f32>all / <f32>Y_BYTES;
}

/**
 * The map (see the warp kernel) by which the previous output is laid over a side × side picture: each
 * node's place in it, by the mesh's flow and the network's own, and its share. On the border of the
 * picture nothing moves. Of its nodes those from `first` to `last` are made, in both directions that of the
 * window. `field`: 132 × 128 nodes of scratch.
 */
export function placePrevious(
  map: usize,
  side: i32,
  flow: usize,
  residualFlow: usize,
  mask: usize,
  field: usize,
  firstColumn: i32,
  firstRow: i32,
  endColumn: i32,
  endRow: i32,
): void {
  const scale = <f32>side;
  // Two rows of the field are mixed for one of nodes: the one before the first node's may be one of them.
  const fieldFrom = <usize>max(0, firstRow * WIDE / side - 2) * HALF;
  const fieldTo = <usize>min(HALF, endRow * WIDE / side + 3) * HALF;
  for (let i = fieldFrom; i < fieldTo; i++) {
    const at = i * 4;
    const x = (load<f32>(flow + at) + load<f32>(residualFlow + at)) * scale;
    const y = (load<f32>(flow + PLANE + at) + load<f32>(residualFlow + PLANE + at)) * scale;
    v128.store(field + i * NODE, f32x4(x, y, load<f32>(mask + at), 0));
  }
  const nodes = side / 2 + 1;
  const rowBytes = <usize>HALF * NODE;
  const step: f32 = <f32>HALF / scale;
  const edge = <f32>(HALF - 1);
  const low = f32x4(0, 0, 0, 0);
  const high = f32x4(scale - 1, scale - 1, 1, 0);
  const row = field + <usize>(HALF * HALF) * NODE;
  // Of each column of nodes: where its left neighbour lies in the row, and how far beyond it stands.
  const columns = row + rowBytes;
  for (let i = firstColumn; i < endColumn; i++) {
    const u = max(<f32>0, min(edge, (<f32>(i + i) + 0.5) * step - 0.5));
    const left = min(HALF - 2, <i32>u);
    store<u32>(columns + <usize>i * 8, <u32>(left << 4));
    store<f32>(columns + <usize>i * 8, u - <f32>left, 4);
  }
  const next = f32x4(2, 0, 0, 0);
  const still = f32x4(0, 0, 1, 0);
  const lastInside = nodes - 2;
  for (let j = firstRow; j < endRow; j++) {
    const v = max(<f32>0, min(edge, (<f32>(j + j) + 0.5) * step - 0.5));
    const top = min(HALF - 2, <i32>v);
    const fy = f32x4.splat(v - <f32>top);
    const upper = field + <usize>top * rowBytes;
    const moves = j == 0 || j >= lastInside ? still : f32x4.splat(1);
    for (let i: usize = 0; i < rowBytes; i += NODE) {
      const between = mix(v128.load(upper + i), v128.load(upper + rowBytes + i), fy);
      v128.store(row + i, f32x4.mul(between, moves));
    }
    let own = f32x4(<f32>(firstColumn + firstColumn), <f32>(j + j), 0, 0);
    const start = map + <usize>(j * nodes) * NODE;
    let p = start + <usize>firstColumn * NODE;
    const end = columns + <usize>endColumn * 8;
    for (let c = columns + <usize>firstColumn * 8; c < end; c += 8) {
      const q = row + <usize>load<u32>(c);
      const moved = mix(v128.load(q), v128.load(q, 16), v128.load32_splat(c, 4));
      v128.store(p, f32x4.min(high, f32x4.max(low, f32x4.add(own, moved))));
      own = f32x4.add(own, next);
      p += NODE;
    }
    store<f32>(start, 0);
    store<f32>(start, min(<f32>(j + j), scale - 1), 4);
    for (let i = lastInside; i < nodes; i++) {
      const q = start + <usize>i * NODE;
      store<f32>(q, min(<f32>(i + i), scale - 1));
      store<f32>(q, min(<f32>(j + j), scale - 1), 4);
    }
  }
}

// @ts-ignore: decorator
@inline
function mix(a: v128, b: v128, share: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), share));
}

/**
 * `count` places of a row of a plane, `stride` of which make one, between two of its rows from `first` to `last`.
 * `row`: `count` f32 and one more at each end, the edge's own.
 */
function betweenRows(
  plane: usize,
  stride: i32,
  count: i32,
  first: i32,
  last: i32,
  place: f32,
  row: usize,
): void {
  const at = max(<f32>first, min(<f32>last, place));
  const top = min(last - 1, <i32>at);
  const share = f32x4.splat(at - <f32>top);
  const upper = plane + <usize>(top * stride) * 4;
  const lower = upper + <usize>stride * 4;
  for (let i: usize = 0; i < <usize>count * 4; i += 16) {
    v128.store(row + 4 + i, mix(v128.load(upper + i), v128.load(lower + i), share));
  }
  store<f32>(row, load<f32>(row + 4));
  store<f32>(row + 4 + <usize>count * 4, load<f32>(row + <usize>count * 4));
}

/** Such a row drawn out to `length` places, bilinear, 0…1 as 0…255, rounded to i16. */
function drawOut(row: usize, count: i32, length: i32, target: usize): void {
  const first = row + 4;
  if (length == 2 * count) {
    const near = f32x4.splat(0.75 * 255);
    const far = f32x4.splat(0.25 * 255);
    for (let i: usize = 0; i < <usize>count * 4; i += 16) {
      const own = f32x4.mul(v128.load(first + i), near);
      const even = f32x4.add(own, f32x4.mul(v128.load(first + i - 4), far));
      const odd = f32x4.add(own, f32x4.mul(v128.load(first + i + 4), far));
      const a = i32x4.trunc_sat_f32x4_s(f32x4.nearest(v128.shuffle<i32>(even, odd, 0, 4, 1, 5)));
      const b = i32x4.trunc_sat_f32x4_s(f32x4.nearest(v128.shuffle<i32>(even, odd, 2, 6, 3, 7)));
      v128.store(target + i, i16x8.narrow_i32x4_s(a, b));
    }
    return;
  }
  if (length == count) {
    const full = f32x4.splat(255);
    for (let i: usize = 0; i < <usize>count * 4; i += 16) {
      const value = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(first + i), full)));
      v128.store64_lane(target + (i >> 1), i16x8.narrow_i32x4_s(value, value), 0);
    }
    return;
  }
  const step: f32 = <f32>count / <f32>length;
  for (let i = 0; i < length; i++) {
    const u = max(<f32>0, min(<f32>(count - 1), (<f32>i + 0.5) * step - 0.5));
    const left = <i32>u;
    const a = load<f32>(first + <usize>left * 4);
    const value = a + (load<f32>(first + <usize>left * 4, 4) - a) * (u - <f32>left);
    store<i16>(target + <usize>i * 2, <i16>nearest<f32>(value * 255));
  }
}

/**
 * Adds a residual (six planes, 0…1 for 0…255) to a side × side picture of 4-byte texels and keeps it to
 * limited range; side a multiple of 128. All of it lies in the window of cells that begins at left, top, its
 * `width` and `height` multiples of 16, and is 0 around it. `luma`: 256² f32, `rows`: 8 kB of scratch.
 */
export function addResidual(
  picture: usize,
  side: i32,
  residual: usize,
  left: i32,
  top: i32,
  width: i32,
  height: i32,
  luma: usize,
  rows: usize,
): void {
  for (let y = 2 * top; y < 2 * (top + height); y++) {
    let p = residual + <usize>(2 * (y & 1)) * PLANE + <usize>((y >> 1) * HALF + left) * 4;
    let q = luma + <usize>(y * WIDE + 2 * left) * 4;
    for (let x = 0; x < width; x += 4) {
      const even = v128.load(p);
      const odd = v128.load(p + PLANE);
      v128.store(q, v128.shuffle<i32>(even, odd, 0, 4, 1, 5));
      v128.store(q, v128.shuffle<i32>(even, odd, 2, 6, 3, 7), 16);
      p += 16;
      q += 32;
    }
  }
  const between = rows;
  const yRow = rows + 2048;
  const uRow = yRow + 2048 + 16;
  const vRow = uRow + 1024 + 16;
  const least = i16x8(16, 16, 16, 0, 16, 16, 16, 0);
  const most = i16x8(235, 240, 240, 255, 235, 240, 240, 255);
  const lumaStep: f32 = <f32>WIDE / <f32>side;
  const scale = side / HALF;
  const wide = width * scale;
  const bottom = top + height - 1;
  const u = residual + 4 * PLANE + <usize>left * 4;
  const inWindow = luma + <usize>(2 * left) * 4;
  for (let y = top * scale; y < (top + height) * scale; y++) {
    if ((y & 1) == 0) {
      const place = (<f32>(y >> 1) + 0.5) * lumaStep - 0.5;
      betweenRows(u, HALF, width, top, bottom, place, between);
      drawOut(between, width, wide / 2, uRow);
      betweenRows(u + PLANE, HALF, width, top, bottom, place, between);
      drawOut(between, width, wide / 2, vRow);
    }
    const place = (<f32>y + 0.5) * lumaStep - 0.5;
    betweenRows(inWindow, WIDE, 2 * width, 2 * top, 2 * bottom + 1, place, between);
    drawOut(between, 2 * width, wide, yRow);
    let p = picture + <usize>(y * side + left * scale) * 4;
    for (let x: usize = 0; x < <usize>wide; x += 4) {
      const ys = v128.load64_zero(yRow + x * 2);
      const uv = v128.shuffle<i16>(v128.load32_zero(uRow + x), v128.load32_zero(vRow + x), 0, 8, 1, 9, 2, 2, 2, 2);
      const a = v128.shuffle<i16>(ys, uv, 0, 8, 9, 4, 1, 8, 9, 4);
      const b = v128.shuffle<i16>(ys, uv, 2, 10, 11, 4, 3, 10, 11, 4);
      const texels = v128.load(p);
      const low = i16x8.add(i16x8.extend_low_i8x16_u(texels), a);
      const high = i16x8.add(i16x8.extend_high_i8x16_u(texels), b);
      v128.store(
        p,
        i8x16.narrow_i16x8_u(
          i16x8.max_s(least, i16x8.min_s(most, low)),
          i16x8.max_s(least, i16x8.min_s(most, high)),
        ),
      );
      p += 16;
    }
  }
}
