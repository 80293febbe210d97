import { dominantEigenvector } from '../../pose/symmetric-eigen.ts';

/** A similarity in space: p ↦ scale · R · (p − from) + to; R row-major 3×3. */
export interface HeadMotion {
  readonly rotation: Float64Array;
  readonly scale: number;
  readonly from: readonly [number, number, number];
  readonly to: readonly [number, number, number];
}

function centroid(points: Float32Array, indices: readonly number[]): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  for (const i of indices)
    for (let k = 0; k < 3; k++) sum[k]! += points[3 * i + k]! / indices.length;
  return sum;
}

/**
 * The similarity that carries `before` onto `after` with least squared error over the given points
 * (x, y, z interleaved): Horn, "Closed-form solution of absolute orientation using unit quaternions", 1987.
 */
export function fitHeadMotion(
  before: Float32Array,
  after: Float32Array,
  indices: readonly number[],
): HeadMotion {
  const from = centroid(before, indices);
  const to = centroid(after, indices);
  const s = new Float64Array(9);
  let spreadBefore = 0;
  let spreadAfter = 0;
  for (const i of indices) {
    for (let a = 0; a < 3; a++) {
      const p = before[3 * i + a]! - from[a]!;
      spreadBefore += p * p;
      spreadAfter += (after[3 * i + a]! - to[a]!) ** 2;
      for (let b = 0; b < 3; b++) s[3 * a + b]! += p * (after[3 * i + b]! - to[b]!);
    }
  }
  const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = s as unknown as number[] as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const {
    vector: [w, x, y, z],
  } = dominantEigenvector(
    Float64Array.of(
      xx + yy + zz,
      yz - zy,
      zx - xz,
      xy - yx,
      yz - zy,
      xx - yy - zz,
      xy + yx,
      zx + xz,
      zx - xz,
      xy + yx,
      yy - xx - zz,
      yz + zy,
      xy - yx,
      zx + xz,
      yz + zy,
      zz - xx - yy,
    ),
  );
  const rotation = Float64Array.of(
    w * w + x * x - y * y - z * z,
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    w * w - x * x + y * y - z * z,
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    w * w - x * x - y * y + z * z,
  );
  return { rotation, scale: Math.sqrt(spreadAfter / (spreadBefore + Number.EPSILON)), from, to };
}

/** Writes the moved point into `out`. */
export function moveByHead(
  { rotation: r, scale, from, to }: HeadMotion,
  x: number,
  y: number,
  z: number,
  out: Float64Array,
): void {
  const a = x - from[0];
  const b = y - from[1];
  const c = z - from[2];
  for (let k = 0; k < 3; k++) {
    out[k] = to[k]! + scale * (r[3 * k]! * a + r[3 * k + 1]! * b + r[3 * k + 2]! * c);
  }
}
