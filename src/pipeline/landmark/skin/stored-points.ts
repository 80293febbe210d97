import type { CameraFrame } from '../../picture.ts';

type Turned = Pick<CameraFrame, 'rotation' | 'width' | 'height'>;

/** Points of an upright picture (x, y, z interleaved) where they lie in the frame as it is stored; a copy. */
export function storedPoints(
  points: Float32Array,
  { rotation, width, height }: Turned,
): Float32Array {
  const stored = points.slice();
  if (rotation === 0) return stored;
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i]!;
    const y = points[i + 1]!;
    stored[i] = rotation === 90 ? y : rotation === 180 ? width - x : width - y;
    stored[i + 1] = rotation === 90 ? height - x : rotation === 180 ? height - y : x;
  }
  return stored;
}

/** The other way round, in place. */
export function uprightPoints(
  points: Float32Array,
  { rotation, width, height }: Turned,
): Float32Array {
  if (rotation === 0) return points;
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i]!;
    const y = points[i + 1]!;
    points[i] = rotation === 90 ? height - y : rotation === 180 ? width - x : y;
    points[i + 1] = rotation === 90 ? x : rotation === 180 ? height - y : width - x;
  }
  return points;
}
