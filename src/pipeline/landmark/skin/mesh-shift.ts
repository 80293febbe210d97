import { smoothstep } from '../../smoothstep.ts';
import { FACE_TRIANGLES } from '../face-triangles.ts';
import { FACE_MESH_POINTS } from '../landmarks.ts';
import { FACE_SHEET } from './face-sheet.ts';
import { asWholes, FEATURE_POINTS, faceGradient } from './feature-motion.ts';
import type { SkinFlow } from './skin-flow.ts';

/** What a neighbour of a point in the mesh says of how it goes on there, by x and by y of the sheet. */
interface Edge {
  readonly to: number;
  readonly byX: number;
  readonly byY: number;
}

/** By least squares over the edges to the neighbours. */
function edgesOf(i: number): readonly Edge[] {
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
  const steps = neighbours.map(
    (j) => [places[2 * j]! - places[2 * i]!, places[2 * j + 1]! - places[2 * i + 1]!] as const,
  );
  let [xx, xy, yy] = [1e-3, 0, 1e-3];
  for (const [x, y] of steps) {
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  const det = xx * yy - xy * xy;
  return steps.map(([x, y], n) => ({
    to: neighbours[n]!,
    byX: (yy * x - xy * y) / det,
    byY: (xx * y - xy * x) / det,
  }));
}

const RINGS = Array.from({ length: FACE_MESH_POINTS }, (_, i) => edgesOf(i));
const EDGES = RINGS.flat();
/** Of each point, where its edges begin; they end where the next one's do. */
const FIRST_EDGES = Uint32Array.from([0, ...RINGS.map((ring) => ring.length)]);
for (let i = 1; i < FIRST_EDGES.length; i++) FIRST_EDGES[i]! += FIRST_EDGES[i - 1]!;
const TO = Uint16Array.from(EDGES, ({ to }) => 3 * to);
const BY_X = Float64Array.from(EDGES, ({ byX }) => byX);
const BY_Y = Float64Array.from(EDGES, ({ byY }) => byY);
const IS_FEATURE = Uint8Array.from({ length: FACE_MESH_POINTS }, (_, i) =>
  FEATURE_POINTS.has(i) ? 1 : 0,
);
/** The cell that each point lies in. */
const CELLS = Uint32Array.from({ length: FACE_MESH_POINTS }, (_, i) => {
  const { places, width } = FACE_SHEET;
  return Math.round(places[2 * i + 1]!) * width + Math.round(places[2 * i]!);
});

/** Outer corners of the eyes. */
const [RIGHT_CORNER, LEFT_CORNER] = [33, 263] as const;
/**
 * Sines of a head's turn: from the first on its outline is where the cheek ends for the eye, and no place on the skin, wholly from
 * the second. There the network knows it; moved with the skin it makes a cheek bulge.
 */
const TURNED: readonly [number, number] = [0.3, 0.5];

/** 0…1: how far a face is turned to a side. @param points x, y, z. */
function turnOf(points: Float32Array): number {
  const [x, y, z] = [0, 1, 2].map(
    (k) => points[3 * LEFT_CORNER + k]! - points[3 * RIGHT_CORNER + k]!,
  );
  const apart = Math.hypot(x!, y!, z!);
  return apart > 0 ? smoothstep(...TURNED, Math.abs(z!) / apart) : 0;
}

/** Moves a mesh over the skin that it lies on. */
export class MeshShift {
  readonly #before = new Float32Array(FACE_MESH_POINTS * 3);
  readonly #motion = new Float32Array(FACE_MESH_POINTS * 2);

  /**
   * Moves points of the mesh, in place, to where the skin is that the mesh has at them.
   * @param trust 0…1: of the way.
   */
  apply(points: Float32Array, flow: SkinFlow, trust: number): void {
    const { shares, inside } = FACE_SHEET;
    const turn = turnOf(points);
    const before = this.#before;
    const motion = this.#motion;
    before.set(points.subarray(0, before.length));
    this.#read(flow, points);
    const [faceX, faceY] = faceGradient(points);
    for (let i = 0; i < FACE_MESH_POINTS; i++) {
      const share = trust * shares[i]! * (1 - turn * (1 - inside[i]!));
      const x = share * motion[2 * i]!;
      const y = share * motion[2 * i + 1]!;
      const p = 3 * i;
      if (IS_FEATURE[i]) {
        for (let k = 0; k < 3; k++) points[p + k]! += x * faceX[k]! + y * faceY[k]!;
        continue;
      }
      const end = FIRST_EDGES[i + 1]!;
      let [dx, dy, dz] = [0, 0, 0];
      for (let e = FIRST_EDGES[i]!; e < end; e++) {
        const q = TO[e]!;
        const step = x * BY_X[e]! + y * BY_Y[e]!;
        dx += step * (before[q]! - before[p]!);
        dy += step * (before[q + 1]! - before[p + 1]!);
        dz += step * (before[q + 2]! - before[p + 2]!);
      }
      points[p]! += dx;
      points[p + 1]! += dy;
      points[p + 2]! += dz;
    }
  }

  #read({ x, y }: SkinFlow, points: Float32Array): void {
    for (let i = 0; i < FACE_MESH_POINTS; i++) {
      this.#motion[2 * i] = x[CELLS[i]!]!;
      this.#motion[2 * i + 1] = y[CELLS[i]!]!;
    }
    asWholes(this.#motion, points);
  }
}
