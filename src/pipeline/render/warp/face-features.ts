import { LEFT_EYE, RIGHT_EYE } from '../../landmark/face-topology.ts';

/**
 * What of a face decides which example resembles it, measured on its points (x, y, z interleaved)
 * in multiples of the distance between the outer eye corners: free of the picture's scale and of
 * the head's turn.
 */
export interface FaceFeatures {
  readonly mouthOpen: number;
  readonly mouthWide: number;
  readonly smile: number;
  readonly eyeOpenRight: number;
  readonly eyeOpenLeft: number;
  readonly browRaise: number;
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
}

function distance(points: Float32Array, a: number, b: number): number {
  return Math.hypot(
    points[3 * a]! - points[3 * b]!,
    points[3 * a + 1]! - points[3 * b + 1]!,
    points[3 * a + 2]! - points[3 * b + 2]!,
  );
}

/** Mean gap of the lids at the three middle pairs of the contour. */
function lidGap(points: Float32Array, eye: typeof RIGHT_EYE): number {
  let sum = 0;
  for (let i = 3; i <= 5; i++) sum += distance(points, eye.upper[i]!, eye.lower[i]!);
  return sum / 3;
}

export function measureFace(points: Float32Array): FaceFeatures {
  const unit = distance(points, 33, 263) + 1e-9;
  const along = (a: number, b: number): [number, number, number] => [
    points[3 * b]! - points[3 * a]!,
    points[3 * b + 1]! - points[3 * a + 1]!,
    points[3 * b + 2]! - points[3 * a + 2]!,
  ];
  const [ex, ey, ez] = along(33, 263);
  const [, dy, dz] = along(10, 152);
  return {
    mouthOpen: distance(points, 13, 14) / unit,
    mouthWide: distance(points, 61, 291) / unit,
    smile:
      (distance(points, 13, 152) - (distance(points, 61, 152) + distance(points, 291, 152)) / 2) /
      unit,
    eyeOpenRight: lidGap(points, RIGHT_EYE) / unit,
    eyeOpenLeft: lidGap(points, LEFT_EYE) / unit,
    browRaise: (distance(points, 105, 33) + distance(points, 334, 263)) / (2 * unit),
    yaw: Math.atan2(ez, Math.hypot(ex, ey)),
    pitch: Math.atan2(dz, dy),
    roll: Math.atan2(ey, ex),
  };
}
