// The field of nodes that the mesh's motion is drawn into by the warp's kernel.

import { HALF, PLANE, NODE } from './layout.as';

/** Empties a field: nodes of four f32, the last one the depth, farther than anything. */
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
