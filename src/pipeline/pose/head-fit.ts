import { CANONICAL_FACE } from '../landmark/canonical-face.ts';
import { type RotationMatrix, rotationOf } from './rotation.ts';
import { dominantEigenvector } from './symmetric-eigen.ts';

/**
 * The points that follow the skull, with how well they do: neither jaw, lips nor lids, and the
 * skin of forehead and cheeks, which brows and smiles move, at less than full weight.
 */
const RIGID_WEIGHTS: readonly { readonly weight: number; readonly points: readonly number[] }[] = [
  // Eye corners, bridge of the nose, temples.
  { weight: 1, points: [33, 133, 362, 263, 168, 6, 197, 127, 356, 234, 454] },
  { weight: 0.7, points: [195, 8] },
  // Base of the nose, sides of the forehead, cheekbones.
  { weight: 0.5, points: [98, 327, 2, 10, 54, 284, 116, 345] },
  { weight: 0.4, points: [109, 338, 67, 297, 117, 346] },
];
const RIGID_POINTS = RIGID_WEIGHTS.flatMap(({ weight, points }) =>
  points.map((index) => [index, weight] as const),
);
const TOTAL_WEIGHT = RIGID_POINTS.reduce((sum, [, weight]) => sum + weight, 0);

/** Of the face's unit, root mean square over the rigid points: what no face's proportions reach. */
const MAX_MISFIT = 0.35;

/**
 * Where a head is: the similarity from face space (see CANONICAL_FACE) to the space of the
 * landmarks. Owns its memory and is overwritten by each fit.
 */
export class HeadFit {
  readonly rotation: RotationMatrix = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  /** Distance between the outer eye corners of the average face at this head's size. */
  scale = 1;
  x = 0;
  y = 0;
  z = 0;
  readonly #horn = new Float64Array(16);

  /**
   * Fits the average face's rigid points to the same points of `points` (x, y, z interleaved) by
   * weighted least squares: Horn, "Closed-form solution of absolute orientation using unit
   * quaternions", J. Opt. Soc. Am. A 4(4), 1987. Three-dimensional, so that neither a turned head
   * nor an open mouth reads as another size.
   * @returns false, with the fit left as it was, for points that are no face: not finite, all on one spot, shuffled.
   */
  fit(points: Float32Array | Float64Array): boolean {
    const c = CANONICAL_FACE;
    let px = 0;
    let py = 0;
    let pz = 0;
    let cx = 0;
    let cy = 0;
    let cz = 0;
    for (const [i, w] of RIGID_POINTS) {
      const k = 3 * i;
      px += w * points[k]!;
      py += w * points[k + 1]!;
      pz += w * points[k + 2]!;
      cx += w * c[k]!;
      cy += w * c[k + 1]!;
      cz += w * c[k + 2]!;
    }
    px /= TOTAL_WEIGHT;
    py /= TOTAL_WEIGHT;
    pz /= TOTAL_WEIGHT;
    cx /= TOTAL_WEIGHT;
    cy /= TOTAL_WEIGHT;
    cz /= TOTAL_WEIGHT;
    let xx = 0;
    let xy = 0;
    let xz = 0;
    let yx = 0;
    let yy = 0;
    let yz = 0;
    let zx = 0;
    let zy = 0;
    let zz = 0;
    let spread = 0;
    let spreadCanonical = 0;
    for (const [i, w] of RIGID_POINTS) {
      const k = 3 * i;
      const ax = c[k]! - cx;
      const ay = c[k + 1]! - cy;
      const az = c[k + 2]! - cz;
      const bx = points[k]! - px;
      const by = points[k + 1]! - py;
      const bz = points[k + 2]! - pz;
      xx += w * ax * bx;
      xy += w * ax * by;
      xz += w * ax * bz;
      yx += w * ay * bx;
      yy += w * ay * by;
      yz += w * ay * bz;
      zx += w * az * bx;
      zy += w * az * by;
      zz += w * az * bz;
      spread += w * (bx * bx + by * by + bz * bz);
      spreadCanonical += w * (ax * ax + ay * ay + az * az);
    }
    if (!Number.isFinite(spread) || !Number.isFinite(px + py + pz) || spread < 1e-12) return false;
    const n = this.#horn;
    n[0] = xx + yy + zz;
    n[5] = xx - yy - zz;
    n[10] = yy - xx - zz;
    n[15] = zz - xx - yy;
    n[1] = n[4] = yz - zy;
    n[2] = n[8] = zx - xz;
    n[3] = n[12] = xy - yx;
    n[6] = n[9] = xy + yx;
    n[7] = n[13] = zx + xz;
    n[11] = n[14] = yz + zy;
    const { value, vector } = dominantEigenvector(n);
    // The largest eigenvalue is Σ w·(R a)·b, hence the least-squares scale and its residual.
    const scale = value / spreadCanonical;
    if (!(scale > 0)) return false;
    const misfit = Math.max(0, spread - value * scale) / (scale * scale * TOTAL_WEIGHT);
    if (misfit > MAX_MISFIT * MAX_MISFIT) return false;
    const [w, x, y, z] = vector;
    const r = this.rotation;
    r[0] = w * w + x * x - y * y - z * z;
    r[1] = 2 * (x * y - w * z);
    r[2] = 2 * (x * z + w * y);
    r[3] = 2 * (x * y + w * z);
    r[4] = w * w - x * x + y * y - z * z;
    r[5] = 2 * (y * z - w * x);
    r[6] = 2 * (x * z - w * y);
    r[7] = 2 * (y * z + w * x);
    r[8] = w * w - x * x - y * y + z * z;
    this.scale = scale;
    this.x = px - scale * (r[0] * cx + r[1] * cy + r[2] * cz);
    this.y = py - scale * (r[3] * cx + r[4] * cy + r[5] * cz);
    this.z = pz - scale * (r[6] * cx + r[7] * cy + r[8] * cz);
    return true;
  }

  /** Sets the head instead of fitting it. */
  set(
    head: { yaw: number; pitch: number; roll: number; x: number; y: number; scale: number },
    z: number,
  ): void {
    rotationOf(head, this.rotation);
    this.scale = head.scale;
    this.x = head.x;
    this.y = head.y;
    this.z = z;
  }

  /** Landmarks → the face alone, as if the head looked ahead with the average face's size and place. */
  toFace(points: Float32Array, count: number, out: Float64Array): void {
    const r = this.rotation;
    const k = 1 / this.scale;
    for (let i = 0; i < 3 * count; i += 3) {
      const x = (points[i]! - this.x) * k;
      const y = (points[i + 1]! - this.y) * k;
      const z = (points[i + 2]! - this.z) * k;
      out[i] = r[0]! * x + r[3]! * y + r[6]! * z;
      out[i + 1] = r[1]! * x + r[4]! * y + r[7]! * z;
      out[i + 2] = r[2]! * x + r[5]! * y + r[8]! * z;
    }
  }

  /** The reverse of {@link toFace}. */
  fromFace(face: Float64Array, out: Float32Array): void {
    const r = this.rotation;
    const s = this.scale;
    for (let i = 0; i < face.length; i += 3) {
      const x = face[i]!;
      const y = face[i + 1]!;
      const z = face[i + 2]!;
      out[i] = this.x + s * (r[0]! * x + r[1]! * y + r[2]! * z);
      out[i + 1] = this.y + s * (r[3]! * x + r[4]! * y + r[5]! * z);
      out[i + 2] = this.z + s * (r[6]! * x + r[7]! * y + r[8]! * z);
    }
  }
}
