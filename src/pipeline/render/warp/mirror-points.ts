import { CANONICAL_FACE } from '../../landmark/canonical-face.ts';
import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';

/** For each point of the face the one on the other side of it; the middle's are their own. */
export const MIRROR_POINTS: Int32Array = Int32Array.from({ length: FACE_MESH_POINTS }, (_, v) => {
  const [x, y, z] = [0, 1, 2].map((k) => CANONICAL_FACE[3 * v + k]!) as [number, number, number];
  let [mirror, least] = [v, Number.POSITIVE_INFINITY];
  for (let i = 0; i < FACE_MESH_POINTS; i++) {
    const away = Math.hypot(
      CANONICAL_FACE[3 * i]! + x,
      CANONICAL_FACE[3 * i + 1]! - y,
      CANONICAL_FACE[3 * i + 2]! - z,
    );
    if (away < least) [mirror, least] = [i, away];
  }
  return mirror;
});
