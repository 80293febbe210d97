import { smoothstep } from '../../smoothstep.ts';
import { CANONICAL_FACE } from '../canonical-face.ts';
import { FACE_OVAL } from '../face-topology.ts';
import { FACE_MESH_POINTS } from '../landmarks.ts';

/** To the distance between the outer corners of the eyes: farther inside a point is no part of the face's outline. */
const REACH = 0.45;

const place = (i: number, k: 0 | 1) => CANONICAL_FACE[3 * i + k]!;

/** From a point of the average face to an edge of its outline. */
function toEdge(i: number, a: number, b: number): number {
  const [dx, dy] = [place(b, 0) - place(a, 0), place(b, 1) - place(a, 1)];
  const [px, py] = [place(i, 0) - place(a, 0), place(i, 1) - place(a, 1)];
  const t = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy)));
  return Math.hypot(px - t * dx, py - t * dy);
}

/** How far each point of the mesh belongs to the face's outline: 1 on it, 0 well inside. */
export const OUTLINE_SHARES = Float32Array.from({ length: FACE_MESH_POINTS }, (_, i) => {
  const apart = FACE_OVAL.map((here, n) => toEdge(i, here, FACE_OVAL[(n + 1) % FACE_OVAL.length]!));
  return 1 - smoothstep(0, REACH, Math.min(...apart));
});
