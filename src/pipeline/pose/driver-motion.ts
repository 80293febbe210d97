import { CANONICAL_FACE } from '../landmark/canonical-face.ts';
import { EYES } from '../landmark/face-topology.ts';
import { type DriverCalibration, meanGaze } from './driver-calibration.ts';
import { eyeWidth, lidGap } from './eye-shape.ts';
import {
  FACE_VALUES,
  type FaceMotion,
  GAZE_X,
  GAZE_Y,
  LID_RIGHT,
  LOG_SCALE,
  OFFSETS,
  PITCH,
  ROLL,
  X,
  Y,
  YAW,
} from './face-motion.ts';
import { FACE_REGIONS } from './face-regions.ts';
import { mouthWidth } from './mouth-shape.ts';
import type { HeadPose } from './pose.ts';

const CANONICAL = Float64Array.from(CANONICAL_FACE);
const CANONICAL_MOUTH = mouthWidth(CANONICAL);
const CANONICAL_EYES = (eyeWidth(CANONICAL, EYES[0]) + eyeWidth(CANONICAL, EYES[1])) / 2;

/** How large a face's movable parts are against the average face's. */
export interface Proportions {
  readonly mouth: number;
  readonly eyes: number;
}

/** Drawn faces have eyes and mouths well beyond any person's; beyond these they are a tracker's slip. */
const LEAST = 0.5;
const MOST = 2;

export function proportionsOf(neutral: Float64Array): Proportions {
  const eyes = (eyeWidth(neutral, EYES[0]) + eyeWidth(neutral, EYES[1])) / 2;
  return {
    mouth: Math.min(MOST, Math.max(LEAST, mouthWidth(neutral) / CANONICAL_MOUTH)),
    eyes: Math.min(MOST, Math.max(LEAST, eyes / CANONICAL_EYES)),
  };
}

/** Below this openness lids hide the iris, and trackers guess it: the eye keeps looking where it did. */
const IRIS_HIDDEN = 0.45;

/** Head as a relative motion: from its place at rest, in units of the face at rest. */
export function relativeHead(head: HeadPose, rest: HeadPose, out: FaceMotion): void {
  out[YAW] = head.yaw - rest.yaw;
  out[PITCH] = head.pitch - rest.pitch;
  out[ROLL] = wrap(head.roll - rest.roll);
  out[X] = (head.x - rest.x) / rest.scale;
  out[Y] = (head.y - rest.y) / rest.scale;
  out[LOG_SCALE] = Math.log(head.scale / rest.scale);
}

/** Head as an absolute motion: as it stands in the picture. */
export function absoluteHead(head: HeadPose, out: FaceMotion): void {
  out[YAW] = head.yaw;
  out[PITCH] = head.pitch;
  out[ROLL] = head.roll;
  out[X] = head.x;
  out[Y] = head.y;
  out[LOG_SCALE] = Math.log(head.scale);
}

/** What the face does against the driver's face at rest, brought to the average face's proportions. */
export function faceMotion(face: Float64Array, driver: DriverCalibration, out: FaceMotion): void {
  const { neutral, lids } = driver;
  const { mouth, eyes } = proportionsOf(neutral);
  const { mouth: mouthShare, eyes: eyesShare } = FACE_REGIONS;
  for (let i = 0; 3 * i < FACE_VALUES; i++) {
    const k = 3 * i;
    const scale = 1 + mouthShare[i]! * (1 / mouth - 1) + eyesShare[i]! * (1 / eyes - 1);
    out[OFFSETS + k] = scale * (face[k]! - neutral[k]!);
    out[OFFSETS + k + 1] = scale * (face[k + 1]! - neutral[k + 1]!);
    out[OFFSETS + k + 2] = scale * (face[k + 2]! - neutral[k + 2]!);
  }
  let open = 1;
  for (let side = 0; side < 2; side++) {
    const openness = lids[side]!.openness(lidGap(face, EYES[side]!));
    out[LID_RIGHT + side] = openness;
    open = Math.min(open, openness);
  }
  if (open < IRIS_HIDDEN) return;
  const look = meanGaze(face);
  out[GAZE_X] = look.x - driver.gazeX;
  out[GAZE_Y] = look.y - driver.gazeY;
}

function wrap(angle: number): number {
  return Math.atan2(Math.sin(angle), Math.cos(angle));
}
