import { FACE_OVAL } from '../../landmark/face-topology.ts';
import { FACE_TRIANGLES } from '../../landmark/face-triangles.ts';
import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';
import { BEFORE_EARS } from './mesh-contours.ts';

/** Points that face the camera less than this (cosine) show only a smear of skin or what lies behind. */
const SEEN_FROM = 0.05;
/** From here on a point shows its skin well enough to lend it to its hidden neighbours. */
const LENDS_FROM = 0.3;
/**
 * How much more a point must face the camera now than in the example before skin is borrowed, and when wholly. A face that nods
 * turns its edges by less, and they are nearer to the truth as they are.
 */
const BORROW_FROM = 0.2;
const BORROW_TO = 0.55;
/** Turned so much farther towards the camera, no skin seen aslant is wide enough to draw out. */
const DRAWN_OUT = 0.85;
/**
 * How far from its place a point that is seen aslant borrows its skin, in half widths of the face: over the seam to
 * what lies behind, which trackers miss by as much, and no farther, so that beard, ear and hair before it stay.
 */
const SEAM = 0.1;
/** Beyond the edge, at this cosine, a point is hidden altogether, and borrows from as far as it must. */
const HIDDEN_AT = -0.3;
/** The outline borrows no farther either: hair and ears beside it would be drawn from the face. */
const OUTLINE: ReadonlySet<number> = new Set(FACE_OVAL);
/** The whole width of a face: farther there is nothing to borrow. */
const WHOLE = 2;

/** Writes how squarely each point faces the camera: 1 straight, 0 edge-on, negative away. */
export function facings(points: Float32Array, out: Float32Array, normals: Float64Array): void {
  normals.fill(0);
  for (let t = 0; t < FACE_TRIANGLES.length; t += 3) {
    const a = 3 * FACE_TRIANGLES[t]!;
    const b = 3 * FACE_TRIANGLES[t + 1]!;
    const c = 3 * FACE_TRIANGLES[t + 2]!;
    const ux = points[b]! - points[a]!;
    const uy = points[b + 1]! - points[a + 1]!;
    const uz = points[b + 2]! - points[a + 2]!;
    const vx = points[c]! - points[a]!;
    const vy = points[c + 1]! - points[a + 1]!;
    const vz = points[c + 2]! - points[a + 2]!;
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    normals[a]! += nx;
    normals[a + 1]! += ny;
    normals[a + 2]! += nz;
    normals[b]! += nx;
    normals[b + 1]! += ny;
    normals[b + 2]! += nz;
    normals[c]! += nx;
    normals[c + 1]! += ny;
    normals[c + 2]! += nz;
  }
  for (let i = 0; i < FACE_MESH_POINTS; i++) {
    const length = Math.sqrt(
      normals[3 * i]! ** 2 + normals[3 * i + 1]! ** 2 + normals[3 * i + 2]! ** 2,
    );
    out[i] = normals[3 * i + 2]! / (length + 1e-20);
  }
}

/** Which way each point of a face faces: unit length, three numbers a point, the third positive towards the camera. */
export function unitNormals(points: Float32Array): Float64Array {
  const normals = new Float64Array(3 * FACE_MESH_POINTS);
  facings(points, new Float32Array(FACE_MESH_POINTS), normals);
  for (let i = 0; i < normals.length; i += 3) {
    const length = Math.hypot(normals[i]!, normals[i + 1]!, normals[i + 2]!) + 1e-20;
    for (let k = i; k < i + 3; k++) normals[k]! /= length;
  }
  return normals;
}

/**
 * What an example cannot show because its head was turned: there the nearest skin that it does show
 * is stretched over, in place of what stood behind the head.
 */
export class FaceVisibility {
  readonly #facing = new Float32Array(FACE_MESH_POINTS);
  /** For each point the one whose skin it may borrow; itself where it is seen. */
  readonly #lender = new Int32Array(FACE_MESH_POINTS);
  /** For each point how much of the way to its lender it may borrow from. */
  readonly #share = new Float32Array(FACE_MESH_POINTS);

  constructor(points: Float32Array) {
    facings(points, this.#facing, new Float64Array(FACE_MESH_POINTS * 3));
    const steps = new Int32Array(FACE_MESH_POINTS).fill(FACE_MESH_POINTS);
    for (let i = 0; i < FACE_MESH_POINTS; i++) {
      this.#lender[i] = i;
      if (this.#facing[i]! >= LENDS_FROM) steps[i] = 0;
    }
    for (let changed = true; changed; ) {
      changed = false;
      for (let t = 0; t < FACE_TRIANGLES.length; t++) {
        const i = FACE_TRIANGLES[t]!;
        const j = FACE_TRIANGLES[t % 3 === 2 ? t - 2 : t + 1]!;
        for (const [from, to] of [
          [i, j],
          [j, i],
        ] as const) {
          if (steps[to]! <= steps[from]! + 1) continue;
          steps[to] = steps[from]! + 1;
          this.#lender[to] = this.#lender[from]!;
          changed = true;
        }
      }
    }
    const halfWidth = Math.abs(points[3 * BEFORE_EARS[1]]! - points[3 * BEFORE_EARS[0]]!) / 2;
    for (let i = 0; i < FACE_MESH_POINTS; i++) this.#share[i] = this.#shareOf(points, i, halfWidth);
  }

  #shareOf(points: Float32Array, point: number, halfWidth: number): number {
    const lender = this.#lender[point]!;
    const away = Math.hypot(
      points[3 * lender]! - points[3 * point]!,
      points[3 * lender + 1]! - points[3 * point + 1]!,
    );
    const hidden = OUTLINE.has(point)
      ? 0
      : Math.min(1, Math.max(0, this.#facing[point]! / HIDDEN_AT));
    const reach = (SEAM + (WHOLE - SEAM) * hidden) * halfWidth;
    return away > reach ? reach / away : 1;
  }

  lender(point: number): number {
    return this.#lender[point]!;
  }

  /** Of the way from the point to its {@link lender}, how much is borrowed from where it is {@link missing} altogether. */
  share(point: number, facingNow: number): number {
    if (OUTLINE.has(point)) return this.#share[point]!;
    const turned = facingNow - this.#facing[point]!;
    const all = Math.min(1, Math.max(0, (turned - BORROW_TO) / (DRAWN_OUT - BORROW_TO)));
    const share = this.#share[point]!;
    return share + (1 - share) * all;
  }

  /** 0 where the example shows the point as well as the pose does … 1 where it does not show it at all. */
  missing(point: number, facingNow: number): number {
    const shown = this.#facing[point]!;
    if (shown >= LENDS_FROM) return 0;
    const hidden = Math.min(1, (LENDS_FROM - shown) / (LENDS_FROM - SEEN_FROM));
    const wanted = (facingNow - shown - BORROW_FROM) / (BORROW_TO - BORROW_FROM);
    return hidden * Math.min(1, Math.max(0, wanted));
  }
}
