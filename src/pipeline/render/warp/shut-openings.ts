import { LEFT_EYE, LIPS_INNER, RIGHT_EYE } from '../../landmark/face-topology.ts';

/**
 * Brings lids and lips that have passed each other back together, in place: a tracker's or a
 * retargeter's overshoot would otherwise turn the triangles between them inside out.
 * @param points x, y, z interleaved
 */
export function shutOvershoot(points: Float32Array): void {
  for (const { upper, lower } of [RIGHT_EYE, LEFT_EYE, LIPS_INNER]) {
    const first = 3 * upper[0]!;
    const last = 3 * upper[upper.length - 1]!;
    // Down, at a right angle to the line between the corners.
    const downX = points[first + 1]! - points[last + 1]!;
    const downY = points[last]! - points[first]!;
    for (let i = 1; i < upper.length - 1; i++) {
      const u = 3 * upper[i]!;
      const l = 3 * lower[i]!;
      const gap = (points[l]! - points[u]!) * downX + (points[l + 1]! - points[u + 1]!) * downY;
      if (gap >= 0) continue;
      for (let k = 0; k < 2; k++) {
        const middle = (points[u + k]! + points[l + k]!) / 2;
        points[u + k] = middle;
        points[l + k] = middle;
      }
    }
  }
}
