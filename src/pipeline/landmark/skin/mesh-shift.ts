import { FACE_TRIANGLES } from '../face-triangles.ts';
import { FACE_MESH_POINTS } from '../landmarks.ts';
import { FACE_SHEET } from './face-sheet.ts';
import { asWholes, FEATURE_POINTS, faceGradient } from './feature-motion.ts';
import type { SkinFlow } from './skin-flow.ts';

/** Neighbours of each point in the mesh, and what each of them says of how the mesh goes on, by x and by y of the sheet. */
interface Ring {
  readonly neighbours: readonly number[];
  readonly byX: readonly number[];
  readonly byY: readonly number[];
}

/** By least squares over the edges to the neighbours. */
function ringOf(i: number): Ring {
  const { places } = FACE_SHEET;
  const neighbours = [
    ...new Set(
      Array.from({ length: FACE_TRIANGLES.length / 3 }, (_, t) =>
        FACE_TRIANGLES.slice(3 * t, 3 * t + 3),
      )
        .filter((corners) => corners.includes(i))
        .flat(),
    ),
  ].filter((j) => j !== i);
  const edges = neighbours.map(
    (j) => [places[2 * j]! - places[2 * i]!, places[2 * j + 1]! - places[2 * i + 1]!] as const,
  );
  let [xx, xy, yy] = [1e-3, 0, 1e-3];
  for (const [x, y] of edges) {
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  const det = xx * yy - xy * xy;
  return {
    neighbours,
    byX: edges.map(([x, y]) => (yy * x - xy * y) / det),
    byY: edges.map(([x, y]) => (xx * y - xy * x) / det),
  };
}

const RINGS: readonly Ring[] = Array.from({ length: FACE_MESH_POINTS }, (_, i) => ringOf(i));

/** Moves a mesh over the skin that it lies on. */
export class MeshShift {
  readonly #before = new Float32Array(FACE_MESH_POINTS * 3);
  readonly #motion = new Float32Array(FACE_MESH_POINTS * 2);

  /**
   * Moves points of the mesh, in place, to where the skin is that the mesh has at them.
   * @param trust 0…1: of the way.
   */
  apply(points: Float32Array, flow: SkinFlow, trust: number): void {
    const { shares } = FACE_SHEET;
    const before = this.#before;
    before.set(points.subarray(0, before.length));
    this.#read(flow, points);
    const [faceX, faceY] = faceGradient(points);
    for (let i = 0; i < FACE_MESH_POINTS; i++) {
      const share = trust * shares[i]!;
      const x = share * this.#motion[2 * i]!;
      const y = share * this.#motion[2 * i + 1]!;
      if (FEATURE_POINTS.has(i)) {
        for (let k = 0; k < 3; k++) points[3 * i + k]! += x * faceX[k]! + y * faceY[k]!;
        continue;
      }
      const { neighbours, byX, byY } = RINGS[i]!;
      for (let n = 0; n < neighbours.length; n++) {
        const j = neighbours[n]!;
        const step = x * byX[n]! + y * byY[n]!;
        for (let k = 0; k < 3; k++) {
          points[3 * i + k]! += step * (before[3 * j + k]! - before[3 * i + k]!);
        }
      }
    }
  }

  #read({ x, y }: SkinFlow, points: Float32Array): void {
    const { places, width } = FACE_SHEET;
    for (let i = 0; i < FACE_MESH_POINTS; i++) {
      const at = Math.round(places[2 * i + 1]!) * width + Math.round(places[2 * i]!);
      this.#motion[2 * i] = x[at]!;
      this.#motion[2 * i + 1] = y[at]!;
    }
    asWholes(this.#motion, points);
  }
}
