// A "map" is a grid of nodes, one every second pixel in x and y, (side/2 + 1)² of them; a node is four f32:
// source x, source y (texels), blend weight, depth.

export const NODE: usize = 16;

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

/** `numbered` is known where this is written out: neither of the two asks for it at each node. */
// @ts-ignore: decorator
@inline
function rasteriseTo(
  map: usize,
  nodes: i32,
  places: usize,
  values: usize,
  triangles: usize,
  count: i32,
  behind: f32,
  numbered: bool,
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
        let own = f32x4.min(f32x4.max(value, least), most);
        if (numbered) own = f32x4.replace_lane(own, 2, <f32>t);
        if (f32x4.extract_lane(own, 3) < load<f32>(p, 12)) v128.store(p, own);
        value = f32x4.add(value, dx);
        p += NODE;
      }
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
  rasteriseTo(map, nodes, places, values, triangles, count, behind, false);
}

/** The same, with the number of the triangle that each node shows in place of its weight. */
export function rasteriseNumbered(
  map: usize,
  nodes: i32,
  places: usize,
  values: usize,
  triangles: usize,
  count: i32,
  behind: f32,
): void {
  rasteriseTo(map, nodes, places, values, triangles, count, behind, true);
}
