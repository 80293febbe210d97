/** Middles of the inner lips, and corners of the mouth. */
const [UPPER, LOWER, RIGHT, LEFT] = [13, 14, 61, 291] as const;

/** How far lips are apart, to the mouth's width. @param points x, y, z of the mesh. */
export function mouthGap(points: Float32Array): number {
  const apart = (a: number, b: number) =>
    Math.hypot(points[3 * a]! - points[3 * b]!, points[3 * a + 1]! - points[3 * b + 1]!);
  return apart(UPPER, LOWER) / Math.max(apart(RIGHT, LEFT), 1e-3);
}
