import type { FaceExpression, HeadPose } from '../../pose/pose.ts';
import { LEFT_EYE, RIGHT_EYE, SKULL_POINTS } from './face-topology.ts';

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

/** The head of a face whose points are fractions of the picture. */
export function headOf(points: Float32Array): HeadPose {
  const { yaw, pitch, roll } = measureFace(points);
  let x = 0;
  let y = 0;
  for (const i of SKULL_POINTS) {
    x += points[3 * i]! / SKULL_POINTS.length;
    y += points[3 * i + 1]! / SKULL_POINTS.length;
  }
  return { yaw, pitch, roll, x, y, scale: distance(points, 33, 263) };
}

/** Gap of wide-open lids, in multiples of the outer eye distance: that of an adult looking ahead. */
const OPEN_LID_GAP = 0.11;

export function expressionOf(points: Float32Array): FaceExpression {
  const face = measureFace(points);
  const unit = (value: number): number => Math.min(1, Math.max(0, value));
  return {
    mouthOpen: unit(face.mouthOpen / 0.5),
    mouthWide: unit((face.mouthWide - 0.35) / 0.4),
    smile: unit(face.smile * 2),
    blinkRight: unit(1 - face.eyeOpenRight / OPEN_LID_GAP),
    blinkLeft: unit(1 - face.eyeOpenLeft / OPEN_LID_GAP),
    gazeX: 0,
    gazeY: 0,
    browRaise: unit((face.browRaise - 0.25) / 0.2),
  };
}
