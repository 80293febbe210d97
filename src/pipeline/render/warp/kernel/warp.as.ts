// The pixel work of the warp engine, in AssemblyScript. Memory belongs to the caller, who passes
// byte offsets. A "map" is a grid of nodes, one every second pixel in x and y, (side/2 + 1)² of them;
// a node is four f32: source x, source y (texels), blend weight, depth.

const NODE: usize = 16;

/** Every node shows its own place of the source: texel = (2·node + ½)·scale − ½, weight `w`, at the far end. */
export function resetMap(map: usize, nodes: i32, scale: f32, w: f32): void {
  for (let j = 0; j < nodes; j++) {
    const y: f32 = (<f32>(j + j) + 0.5) * scale - 0.5;
    let p = map + <usize>(j * nodes) * NODE;
    for (let i = 0; i < nodes; i++) {
      const x: f32 = (<f32>(i + i) + 0.5) * scale - 0.5;
      store<f32>(p, x);
      store<f32>(p, y, 4);
      store<f32>(p, w, 8);
      store<f32>(p, f32.MAX_VALUE, 12);
      p += NODE;
    }
  }
}

/**
 * Rasterises triangles into a map with a depth test. `places`: two f32 a vertex, in nodes;
 * `values`: the node's four f32 a vertex; `triangles`: three u16 a triangle. Back-facing ones are
 * pushed behind by `behind`, so that they only fill what nothing else covers.
 */
export function rasterise(
  map: usize,
  nodes: i32,
  places: usize,
  values: usize,
  triangles: usize,
  count: i32,
  behind: f32,
): void {
  const last = <f32>(nodes - 1);
  for (let t = 0; t < count; t++) {
    const tri = triangles + <usize>(t * 6);
    const i0 = <usize>load<u16>(tri);
    const i1 = <usize>load<u16>(tri, 2);
    const i2 = <usize>load<u16>(tri, 4);
    const x0 = load<f32>(places + (i0 << 3));
    const y0 = load<f32>(places + (i0 << 3), 4);
    const x1 = load<f32>(places + (i1 << 3));
    const y1 = load<f32>(places + (i1 << 3), 4);
    const x2 = load<f32>(places + (i2 << 3));
    const y2 = load<f32>(places + (i2 << 3), 4);
    const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
    if (abs(area) < 1e-7) continue;
    const top = max(ceil(min(y0, min(y1, y2))), <f32>0);
    const bottom = min(ceil(max(y0, max(y1, y2))) - 1, last);
    if (top > bottom) continue;

    const v0 = v128.load(values + (i0 << 4));
    const v1 = v128.load(values + (i1 << 4));
    const v2 = v128.load(values + (i2 << 4));
    const a = f32x4.sub(v1, v0);
    const b = f32x4.sub(v2, v0);
    const inverse: f32 = 1 / area;
    const dx = f32x4.sub(
      f32x4.mul(a, f32x4.splat((y2 - y0) * inverse)),
      f32x4.mul(b, f32x4.splat((y1 - y0) * inverse)),
    );
    const dy = f32x4.sub(
      f32x4.mul(b, f32x4.splat((x1 - x0) * inverse)),
      f32x4.mul(a, f32x4.splat((x2 - x0) * inverse)),
    );
    const pushed = area < 0 ? f32x4(0, 0, 0, behind) : f32x4.splat(0);
    const base = f32x4.add(v0, pushed);
    // The slopes of a sliver are as steep as its area is badly known: unbounded, its values would point
    // far outside the texture, at what else lies in the memory.
    const least = f32x4.add(f32x4.min(v0, f32x4.min(v1, v2)), pushed);
    const most = f32x4.add(f32x4.max(v0, f32x4.max(v1, v2)), pushed);

    for (let y = top; y <= bottom; y += 1) {
      let left: f32 = f32.MAX_VALUE;
      let right: f32 = -f32.MAX_VALUE;
      if (y0 <= y != y1 <= y) {
        const x = x0 + ((y - y0) * (x1 - x0)) / (y1 - y0);
        left = min(left, x);
        right = max(right, x);
      }
      if (y1 <= y != y2 <= y) {
        const x = x1 + ((y - y1) * (x2 - x1)) / (y2 - y1);
        left = min(left, x);
        right = max(right, x);
      }
      if (y2 <= y != y0 <= y) {
        const x = x2 + ((y - y2) * (x0 - x2)) / (y0 - y2);
        left = min(left, x);
        right = max(right, x);
      }
      const from = max(ceil(left), <f32>0);
      const to = min(ceil(right) - 1, last);
      if (from > to) continue;
      let value = f32x4.add(
        base,
        f32x4.add(f32x4.mul(dx, f32x4.splat(from - x0)), f32x4.mul(dy, f32x4.splat(y - y0))),
      );
      let p = map + <usize>(<i32>y * nodes + <i32>from) * NODE;
      const end = map + <usize>(<i32>y * nodes + <i32>to) * NODE;
      while (p <= end) {
        const own = f32x4.min(f32x4.max(value, least), most);
        if (f32x4.extract_lane(own, 3) < load<f32>(p, 12)) v128.store(p, own);
        value = f32x4.add(value, dx);
        p += NODE;
      }
    }
  }
}

// Bilinear: one texel quad, weights of 7 bits, so that a product of two bytes' width fits 16 bits.
// @ts-ignore: decorator
@inline
function sample(texture: usize, stride: usize, place: v128): v128 {
  const fixed = i32x4.trunc_sat_f32x4_s(f32x4.mul(place, f32x4.splat(128)));
  const x = i32x4.extract_lane(fixed, 0);
  const y = i32x4.extract_lane(fixed, 1);
  const fx = <i16>(x & 127);
  const fy = <i16>(y & 127);
  const p = texture + <usize>(y >> 7) * stride + (<usize>(x >> 7) << 2);
  const upper = v128.load8x8_u(p);
  const lower = v128.load8x8_u(p + stride);
  const column = i16x8.add(
    i16x8.shl(upper, 7),
    i16x8.mul(i16x8.sub(lower, upper), i16x8.splat(fy)),
  );
  const half = i16x8.shr_u(i16x8.add(column, i16x8.splat(64)), 7);
  const weights = v128.shuffle<i16>(
    i16x8.splat(128 - fx),
    i16x8.splat(fx),
    0, 1, 2, 3, 8, 9, 10, 11,
  );
  const product = i16x8.mul(half, weights);
  const sum = i16x8.add(product, v128.shuffle<i64>(product, product, 1, 0));
  return i16x8.shr_u(i16x8.add(sum, i16x8.splat(64)), 7);
}

/** In place of a node's weight, in a map that shows one texture alone: an edge runs through its cell. */
const EDGE: f32 = -1;

/** How far apart two nodes are in the texture, beyond what one surface is ever stretched to: all ones where they are. */
// @ts-ignore: decorator
@inline
function beyond(a: v128, b: v128, reach: v128): v128 {
  return f32x4.gt(f32x4.abs(f32x4.sub(a, b)), reach);
}

/** The colour halfway between two nodes: of the place between them, or of both where they show different surfaces. */
// @ts-ignore: decorator
@inline
function halfway(texture: usize, stride: usize, a: v128, b: v128, reach: v128): v128 {
  if (!v128.any_true(beyond(a, b, reach))) return sample(texture, stride, f32x4.mul(f32x4.add(a, b), f32x4.splat(0.5)));
  return i16x8.avgr_u(sample(texture, stride, a), sample(texture, stride, b));
}

// @ts-ignore: decorator
@inline
function put(target: usize, colour: v128): void {
  v128.store32_lane(target, i8x16.narrow_i16x8_u(colour, colour), 0);
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
  const half = f32x4.splat(0.5);
  const apart = f32x4(reach, reach, f32.MAX_VALUE, f32.MAX_VALUE);
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
      put(q, sample(texture, stride, upper));
      if (v128.any_true(v128.or(beyond(upper, nextLower, apart), beyond(lower, nextUpper, apart)))) {
        store<f32>(p - NODE, EDGE, 8);
        const top = halfway(texture, stride, upper, nextUpper, apart);
        put(q + 4, top);
        put(q + line, halfway(texture, stride, upper, lower, apart));
        put(q + line + 4, i16x8.avgr_u(top, halfway(texture, stride, lower, nextLower, apart)));
      } else {
        const left = f32x4.mul(f32x4.add(upper, lower), half);
        const right = f32x4.mul(f32x4.add(nextUpper, nextLower), half);
        put(q + 4, sample(texture, stride, f32x4.mul(f32x4.add(upper, nextUpper), half)));
        put(q + line, sample(texture, stride, left));
        put(q + line + 4, sample(texture, stride, f32x4.mul(f32x4.add(left, right), half)));
      }
      upper = nextUpper;
      lower = nextLower;
      q += 8;
    }
  }
}

// @ts-ignore: decorator
@inline
function tent(row: usize): v128 {
  const sides = i16x8.add(v128.load8x8_u(row - 4), v128.load8x8_u(row + 4));
  return i16x8.add(sides, i16x8.shl(v128.load8x8_u(row), 1));
}

// @ts-ignore: decorator
@inline
function soften(q: usize, line: usize): void {
  const sum = i16x8.add(
    i16x8.add(tent(q - line), tent(q + line)),
    i16x8.shl(tent(q), 1),
  );
  put(q, i16x8.shr_u(i16x8.add(sum, i16x8.splat(8)), 4));
}

/**
 * Takes the steps, as wide as a cell, off the edges that `remap` marked in its map: each of their pixels
 * becomes a mean of its neighbours, as a lens would have it.
 */
export function softenEdges(target: usize, side: i32, map: usize): void {
  const nodes = side / 2 + 1;
  const line = <usize>side * 4;
  for (let j = 1; j < side / 2 - 1; j++) {
    const row = map + <usize>(j * nodes) * NODE;
    const q = target + <usize>(2 * j) * line;
    for (let i = 1; i < side / 2 - 1; i++) {
      if (load<f32>(row + <usize>i * NODE, 8) != EDGE) continue;
      const pixel = q + <usize>i * 8;
      soften(pixel, line);
      soften(pixel + 4, line);
      soften(pixel + line, line);
      soften(pixel + line + 4, line);
    }
  }
}

// @ts-ignore: decorator
@inline
function blend(target: usize, colour: v128, place: v128): void {
  const w = <i16>max(0, min(128, <i32>(f32x4.extract_lane(place, 2) * 128 + 0.5)));
  const under = v128.load8x8_u(target);
  const mixed = i16x8.add(
    i16x8.mul(under, i16x8.splat(128 - w)),
    i16x8.mul(colour, i16x8.splat(w)),
  );
  put(target, i16x8.shr_u(i16x8.add(mixed, i16x8.splat(64)), 7));
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
        blend(q, sample(texture, stride, upper), upper);
        const above = f32x4.mul(f32x4.add(upper, nextUpper), half);
        blend(q + 4, sample(texture, stride, above), above);
        blend(q + line, sample(texture, stride, left), left);
        const middle = f32x4.mul(f32x4.add(left, nextLeft), half);
        blend(q + line + 4, sample(texture, stride, middle), middle);
      }
      upper = nextUpper;
      left = nextLeft;
      q += 8;
    }
  }
}

/** YUV444 texels (Y, U, V, unused) → planar 4:2:0: luma copied, chroma averaged over 2×2. Side a multiple of 2. */
export function toPlanes(source: usize, side: i32, planeY: usize, planeU: usize, planeV: usize): void {
  const line = <usize>side * 4;
  const wide = side & ~7;
  for (let j = 0; j < side; j += 2) {
    let p = source + <usize>j * line;
    let y = planeY + <usize>(j * side);
    let c = <usize>((j >> 1) * (side >> 1));
    let i = 0;
    for (; i < wide; i += 8) {
      const a0 = v128.load(p);
      const a1 = v128.load(p, 16);
      const b0 = v128.load(p + line);
      const b1 = v128.load(p + line, 16);
      v128.store64_lane(y, v128.shuffle<u8>(a0, a1, 0, 4, 8, 12, 16, 20, 24, 28, 0, 0, 0, 0, 0, 0, 0, 0), 0);
      v128.store64_lane(y + side, v128.shuffle<u8>(b0, b1, 0, 4, 8, 12, 16, 20, 24, 28, 0, 0, 0, 0, 0, 0, 0, 0), 0);
      // U of eight texels in the low half, V in the high one: pairs of neighbours are then added at once.
      const top = v128.shuffle<u8>(a0, a1, 1, 5, 9, 13, 17, 21, 25, 29, 2, 6, 10, 14, 18, 22, 26, 30);
      const low = v128.shuffle<u8>(b0, b1, 1, 5, 9, 13, 17, 21, 25, 29, 2, 6, 10, 14, 18, 22, 26, 30);
      const sums = i16x8.add(i16x8.extadd_pairwise_i8x16_u(top), i16x8.extadd_pairwise_i8x16_u(low));
      const mean = i16x8.shr_u(i16x8.add(sums, i16x8.splat(2)), 2);
      const bytes = i8x16.narrow_i16x8_u(mean, mean);
      v128.store32_lane(planeU + c, bytes, 0);
      v128.store32_lane(planeV + c, bytes, 1);
      p += 32;
      y += 8;
      c += 4;
    }
    for (; i < side; i += 2) {
      const q = p + line;
      store<u8>(y, load<u8>(p));
      store<u8>(y, load<u8>(p, 4), 1);
      store<u8>(y + side, load<u8>(q));
      store<u8>(y + side, load<u8>(q, 4), 1);
      const u = <i32>load<u8>(p, 1) + load<u8>(p, 5) + load<u8>(q, 1) + load<u8>(q, 5);
      const v = <i32>load<u8>(p, 2) + load<u8>(p, 6) + load<u8>(q, 2) + load<u8>(q, 6);
      store<u8>(planeU + c, <u8>((u + 2) >> 2));
      store<u8>(planeV + c, <u8>((v + 2) >> 2));
      p += 8;
      y += 2;
      c += 1;
    }
  }
}
