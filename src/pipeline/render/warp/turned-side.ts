import { FACE_OVAL } from '../../landmark/face-topology.ts';
import { REGION_MASKS } from './face-mesh.ts';
import { fitHeadMotion } from './head-motion.ts';
import {
  BESIDE_RINGS,
  moveSurround,
  nearSide,
  SPOKES,
  SURROUND_VERTICES,
  type Surround,
} from './head-surround.ts';
import { SKULL_POINTS } from './mesh-contours.ts';

/** Less than this of a side is not worth its triangles. */
const LEAST = 0.05;

/**
 * The side of the head that an example shows because it is turned: ear and hair, which the base example shows aslant.
 * Made once for an example.
 */
export class TurnedSide {
  /** x, y, z of the vertices of all rings in the example's picture, fractions of its side. */
  readonly rings: Float32Array;
  readonly #near: Float32Array;
  readonly #inside: Float32Array;

  private constructor(base: Float32Array, rings: Float32Array, near: Float32Array) {
    this.rings = rings;
    this.#near = near;
    this.#inside = REGION_MASKS.inside.map((inside, v) =>
      inside < 1 ? Math.max(inside, near[nearestSpoke(base, v)]!) : inside,
    );
  }

  /**
   * @param base the base example's face and @param surround its rings; @param points the example's face.
   * @returns undefined for an example that is not turned farther than the base.
   */
  static of(base: Float32Array, surround: Surround, points: Float32Array): TurnedSide | undefined {
    const motion = fitHeadMotion(base, points, SKULL_POINTS);
    const near = nearSide(motion, base);
    if (!near.some((share) => share > LEAST)) return undefined;
    const rings = new Float32Array(SURROUND_VERTICES * 3);
    moveSurround(surround, motion, base, points, rings);
    return new TurnedSide(base, rings, near);
  }

  /** How far the example may be drawn at a point of the face: to its very outline on this side. */
  inside(point: number): number {
    return this.#inside[point]!;
  }

  /** The same at a vertex of the first {@link BESIDE_RINGS} rings: nowhere on the last of them. */
  beside(vertex: number): number {
    const ring = Math.floor(vertex / SPOKES);
    return ring < BESIDE_RINGS - 1 ? this.#near[vertex % SPOKES]! : 0;
  }
}

function nearestSpoke(points: Float32Array, v: number): number {
  let [nearest, least] = [0, Number.POSITIVE_INFINITY];
  FACE_OVAL.forEach((i, spoke) => {
    const away = Math.hypot(
      points[3 * i]! - points[3 * v]!,
      points[3 * i + 1]! - points[3 * v + 1]!,
    );
    if (away < least) [nearest, least] = [spoke, away];
  });
  return nearest;
}
