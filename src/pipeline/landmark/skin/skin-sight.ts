import { smoothstep } from '../../smoothstep.ts';
import { FACE_TRIANGLES } from '../face-triangles.ts';
import { FACE_MESH_POINTS } from '../landmarks.ts';
import { OUTLINE_SHARES } from './outline-shares.ts';

/** How far a head has turned from the reference, as its normal moves, before it matters, and until it wholly does: 11°, 23°. */
const TURNED: readonly [number, number] = [0.2, 0.4];
/**
 * Skin that faces the camera so many times as much in one of the two as in the other is another picture there, and not
 * believed; believed wholly from the second on.
 */
const ALIKE: readonly [number, number] = [0.5, 0.8];
/** Facing less than this, it is seen edge on, whether a little from the front or from behind. */
const EDGE_ON = 0.25;

/** Outer corners of the eyes; the top of the forehead, and the chin. */
const [RIGHT, LEFT, TOP, CHIN] = [33, 263, 10, 152] as const;

type Vector = readonly [x: number, y: number, z: number];

/**
 * What of a face is seen as it was in the reference. Where a head has turned, an outline is where the cheek ends for the
 * eye, and no place on the skin: moved with the skin it would make a cheek bulge, and a jaw uneven.
 */
export class SkinSight {
  readonly #then = new Float32Array(FACE_MESH_POINTS);
  readonly #now = new Float32Array(FACE_MESH_POINTS);
  readonly #areas = new Float32Array(FACE_MESH_POINTS);
  readonly #shares = new Float32Array(FACE_MESH_POINTS);
  #normal: Vector = [0, 0, 1];

  /** @param points x, y, z of the reference's mesh. */
  refer(points: Float32Array): void {
    this.#normal = normalOf(points);
    this.#face(points, this.#then);
  }

  /** @returns of each point of the mesh, 0…1: how far what is seen of it is believed. It is written again by each call. */
  look(points: Float32Array): Float32Array {
    const apart = normalOf(points).map((value, k) => value - this.#normal[k]!);
    const turned = smoothstep(...TURNED, Math.hypot(...apart));
    if (turned === 0) return this.#shares.fill(1);
    this.#face(points, this.#now);
    for (let i = 0; i < FACE_MESH_POINTS; i++) {
      const [a, b] = [this.#then[i]!, this.#now[i]!];
      const unlike = 1 - smoothstep(...ALIKE, Math.min(a, b) / Math.max(a, b));
      this.#shares[i] = 1 - turned * Math.max(unlike, OUTLINE_SHARES[i]!);
    }
    return this.#shares;
  }

  /** How far each point faces the camera: of the triangles around it, what is seen to what there is. */
  #face(points: Float32Array, into: Float32Array): void {
    const whole = this.#areas.fill(0);
    into.fill(0);
    for (let t = 0; t < FACE_TRIANGLES.length; t += 3) {
      const corners = [FACE_TRIANGLES[t]!, FACE_TRIANGLES[t + 1]!, FACE_TRIANGLES[t + 2]!] as const;
      const [x, y, seen] = cross(points, corners[0], corners[1], corners[0], corners[2]);
      const area = Math.hypot(x, y, seen);
      for (const i of corners) {
        into[i]! += seen;
        whole[i]! += area;
      }
    }
    for (let i = 0; i < FACE_MESH_POINTS; i++) {
      into[i] = Math.max(EDGE_ON, into[i]! / Math.max(whole[i]!, 1e-9));
    }
  }
}

/** From a to b across from c to d. */
function cross(points: Float32Array, a: number, b: number, c: number, d: number): Vector {
  const ux = points[3 * b]! - points[3 * a]!;
  const uy = points[3 * b + 1]! - points[3 * a + 1]!;
  const uz = points[3 * b + 2]! - points[3 * a + 2]!;
  const vx = points[3 * d]! - points[3 * c]!;
  const vy = points[3 * d + 1]! - points[3 * c + 1]!;
  const vz = points[3 * d + 2]! - points[3 * c + 2]!;
  return [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
}

/** Where a face looks, 1 long. */
function normalOf(points: Float32Array): Vector {
  const [x, y, z] = cross(points, RIGHT, LEFT, TOP, CHIN);
  const length = Math.max(Math.hypot(x, y, z), 1e-9);
  return [x / length, y / length, z / length];
}
