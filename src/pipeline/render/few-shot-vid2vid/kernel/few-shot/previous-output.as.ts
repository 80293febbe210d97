// Where the previous output is to lie over a picture.

import { WIDE, HALF, PLANE, NODE } from './layout.as';
import { mix } from './mix.as';

/**
 * The map (see the warp kernel) by which the previous output is laid over a side × side picture: each
 * node's place in it, by the mesh's flow and the network's own, and its share. On the border of the
 * picture nothing moves. Of its nodes those from `first` to `last` are made, in both directions that of the
 * window. `field`: a field with four more rows, of scratch.
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
