/** A plane of side² numbers at half its side, each pixel the mean of four. */
export function halvedPlane(plane: Float32Array, side: number): Float32Array {
  const half = side >> 1;
  const out = new Float32Array(half * half);
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      const at = 2 * (y * side + x);
      const sum = plane[at]! + plane[at + 1]! + plane[at + side]! + plane[at + side + 1]!;
      out[y * half + x] = sum / 4;
    }
  }
  return out;
}

/** A plane of half the side, that side given, bilinear at a pixel of the whole one; beyond its border as on it. */
export function doubledAt(plane: Float32Array, half: number, x: number, y: number): number {
  const last = half - 1;
  const u = Math.min(last, Math.max(0, (x - 0.5) / 2));
  const v = Math.min(last, Math.max(0, (y - 0.5) / 2));
  const left = Math.floor(u);
  const right = Math.ceil(u);
  const top = Math.floor(v) * half;
  const bottom = Math.ceil(v) * half;
  const fx = u - left;
  const fy = v - Math.floor(v);
  const upper = plane[top + left]! * (1 - fx) + plane[top + right]! * fx;
  const lower = plane[bottom + left]! * (1 - fx) + plane[bottom + right]! * fx;
  return upper * (1 - fy) + lower * fy;
}
