import { EYES, FACE_OVAL, LIPS_INNER, outline } from '../face-topology.ts';
import { FACE_TRIANGLES } from '../face-triangles.ts';
import { FACE_MESH_POINTS } from '../landmarks.ts';

/** What a triangle shows, as the kernel has it. */
const KINDS = { surroundings: 1, skin: 2, eye: 3, mouth: 4 } as const;

/** Around the face lies a ring of points, so many times as far from its middle as its outline. */
const RING = 1.35;
/** Points of the mesh, and those of the ring. */
export const CANVAS_POINTS = FACE_MESH_POINTS + FACE_OVAL.length;

const MOUTH = new Set(outline(LIPS_INNER));
const LIDS = EYES.map((eye) => new Set(outline(eye)));

function kindOf(corners: readonly number[]): number {
  if (corners.every((i) => MOUTH.has(i))) return KINDS.mouth;
  if (LIDS.some((lids) => corners.every((i) => lids.has(i)))) return KINDS.eye;
  return corners.some((i) => i >= FACE_MESH_POINTS) ? KINDS.surroundings : KINDS.skin;
}

/** Between the outline and the ring, front sides as the mesh has them. */
const RING_TRIANGLES = FACE_OVAL.flatMap((here, n) => {
  const m = (n + 1) % FACE_OVAL.length;
  const [next, out, nextOut] = [FACE_OVAL[m]!, FACE_MESH_POINTS + n, FACE_MESH_POINTS + m];
  return [here, out, next, next, out, nextOut];
});

/** Triangles as the kernel has them: three points and a kind. */
export const CANVAS_TRIANGLES = (() => {
  const corners = [...FACE_TRIANGLES, ...RING_TRIANGLES];
  const all: number[] = [];
  for (let t = 0; t < corners.length; t += 3) {
    const three = corners.slice(t, t + 3);
    all.push(...three, kindOf(three));
  }
  return Uint16Array.from(all);
})();

/** Places in {@link FACE_OVAL}. */
const OVAL = FACE_OVAL.map((i) => 3 * i);

interface Middle {
  readonly x: number;
  readonly y: number;
  /** Behind which the surroundings lie. */
  readonly far: number;
}

function middleOf(points: Float32Array): Middle {
  let [x, y, far] = [0, 0, Number.NEGATIVE_INFINITY];
  for (const p of OVAL) {
    x += points[p]! / OVAL.length;
    y += points[p + 1]! / OVAL.length;
    far = Math.max(far, points[p + 2]!);
  }
  return { x, y, far };
}

/**
 * Adds the ring to a mesh: the reference's lies evenly around it; any other's as if the head had turned, grown and moved in
 * the picture's plane alone, as what is around a face mostly does.
 * @param mesh x, y, z, with room for {@link CANVAS_POINTS}; those of the mesh are there. @param reference the same, whole.
 */
export function surround(mesh: Float32Array, reference: Float32Array): void {
  const [to, from] = [middleOf(mesh), middleOf(reference)];
  let [along, across, size] = [0, 0, 0];
  for (const p of OVAL) {
    const [ax, ay] = [reference[p]! - from.x, reference[p + 1]! - from.y];
    const [bx, by] = [mesh[p]! - to.x, mesh[p + 1]! - to.y];
    along += ax * bx + ay * by;
    across += ax * by - ay * bx;
    size += ax * ax + ay * ay;
  }
  const [c, s] = [(RING * along) / size, (RING * across) / size];
  OVAL.forEach((p, n) => {
    const [ax, ay] = [reference[p]! - from.x, reference[p + 1]! - from.y];
    const o = 3 * (FACE_MESH_POINTS + n);
    mesh[o] = to.x + c * ax - s * ay;
    mesh[o + 1] = to.y + s * ax + c * ay;
    mesh[o + 2] = to.far + Math.abs(to.far);
  });
}
