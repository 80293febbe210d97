import { FACE_OVAL } from '../../landmark/face-topology.ts';
import { FACE_TRIANGLES } from '../../landmark/face-triangles.ts';
import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';
import { PIECE_FLOATS, Silhouette } from './silhouette.ts';

/** Farther out only a nose ends, of a face that is turned all the way. */
const MOST_REACH = 1.3;

const folds = new Silhouette(FACE_TRIANGLES);
const places = new Float32Array(2 * FACE_MESH_POINTS);
const pieces = new Float32Array(PIECE_FLOATS * folds.most);
const NO_DEPTHS = new Float32Array(4 * FACE_MESH_POINTS);

/** The middle of a face's oval. @param points x, y, z interleaved. */
export function ovalMiddle(points: Float32Array): readonly [x: number, y: number, z: number] {
  const middle: [number, number, number] = [0, 0, 0];
  for (const i of FACE_OVAL) {
    for (let k = 0; k < 3; k++) middle[k]! += points[3 * i + k]! / FACE_OVAL.length;
  }
  return middle;
}

/**
 * Writes where a face ends as it is seen, on the way from its oval's middle through each point of that, in multiples of the
 * way to the point: 1 where the oval is the outline, more where the cheek before it hides it.
 * @param points x, y, z interleaved.
 */
export function outlineReach(points: Float32Array, out: Float32Array): void {
  for (let v = 0; v < FACE_MESH_POINTS; v++) {
    places[2 * v] = points[3 * v]!;
    places[2 * v + 1] = points[3 * v + 1]!;
  }
  const count = folds.write(places, NO_DEPTHS, pieces);
  const [cx, cy] = ovalMiddle(points);
  FACE_OVAL.forEach((i, spoke) => {
    const dx = points[3 * i]! - cx;
    const dy = points[3 * i + 1]! - cy;
    let reach = 1;
    for (let k = 0; k < count * PIECE_FLOATS; k += PIECE_FLOATS) {
      const x = pieces[k]! - cx;
      const y = pieces[k + 1]! - cy;
      const alongX = pieces[k + 2]! - cx - x;
      const alongY = pieces[k + 3]! - cy - y;
      const across = dx * alongY - dy * alongX;
      const share = (x * dy - y * dx) / across;
      if (!(share >= 0 && share <= 1)) continue;
      reach = Math.max(reach, (x * alongY - y * alongX) / across);
    }
    out[spoke] = Math.min(MOST_REACH, reach);
  });
}
