/** What a set of landmarks shows, read by plain distances and angles, independent of the code under test. */
export interface FaceReading {
  mouth: number;
  lidRight: number;
  lidLeft: number;
  yaw: number;
  pitch: number;
  roll: number;
  scale: number;
}

export function readFace(points: Float32Array): FaceReading {
  const along = (a: number, b: number): [number, number, number] => [
    points[3 * b]! - points[3 * a]!,
    points[3 * b + 1]! - points[3 * a + 1]!,
    points[3 * b + 2]! - points[3 * a + 2]!,
  ];
  const distance = (a: number, b: number): number => Math.hypot(...along(a, b));
  const [ex, ey, ez] = along(33, 263);
  const [, dy, dz] = along(10, 168);
  return {
    mouth: distance(13, 14) / distance(61, 291),
    lidRight: distance(159, 145) / distance(33, 133),
    lidLeft: distance(386, 374) / distance(362, 263),
    yaw: Math.atan2(ez, Math.hypot(ex, ey)),
    pitch: Math.atan2(dz, dy),
    roll: Math.atan2(ey, ex),
    scale: distance(33, 263),
  };
}
