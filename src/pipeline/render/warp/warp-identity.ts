import { UnderstudyError } from '../../../errors.ts';
import { FACE_MESH_POINTS, FACE_MESH_POINTS_WITH_IRISES } from '../../landmark/landmarks.ts';
import type { Example } from '../engine.ts';
import { MAX_EXAMPLES } from '../engine.ts';
import { type FaceFeatures, measureFace } from './face-features.ts';
import { type Eye, LEFT_EYE, RIGHT_EYE } from './face-topology.ts';
import { type Texture, textureOf } from './texture.ts';

/** Twice the largest usual output: bilinear sampling of a doubled, Lanczos-sharp picture loses no detail. */
export const TEXTURE_SIDE = 1024;

export interface WarpExample {
  readonly texture: Texture;
  /** 478 points, x, y, z interleaved, fractions of the picture's side. */
  readonly points: Float32Array;
  readonly features: FaceFeatures;
}

/** An identity enrolled with the warp engine. The neutral example comes first. */
export interface WarpIdentity {
  readonly examples: readonly [WarpExample, ...WarpExample[]];
}

/** Iris radius as a share of the eye's width: 11.7 mm of about 30 mm. */
const IRIS_SHARE = 0.195;

/** An iris in the middle of the lids, for trackers that give none. */
function synthesiseIris(points: Float32Array, eye: Eye): void {
  const middle = [0, 0, 0];
  const rim = [...eye.upper.slice(2, 7), ...eye.lower.slice(2, 7)];
  for (const i of rim) for (let k = 0; k < 3; k++) middle[k]! += points[3 * i + k]! / rim.length;
  const right = eye.upper[0]!;
  const left = eye.upper[eye.upper.length - 1]!;
  const radius =
    IRIS_SHARE *
    Math.hypot(
      points[3 * right]! - points[3 * left]!,
      points[3 * right + 1]! - points[3 * left + 1]!,
    );
  const offsets = [
    [0, 0],
    [radius, 0],
    [0, -radius],
    [-radius, 0],
    [0, radius],
  ] as const;
  offsets.forEach(([dx, dy], k) => {
    const p = 3 * (eye.iris + k);
    points[p] = middle[0]! + dx;
    points[p + 1] = middle[1]! + dy;
    points[p + 2] = middle[2]!;
  });
}

function pointsOf({ picture, landmarks }: Example, index: number): Float32Array {
  const bad = (why: string, value: unknown): UnderstudyError =>
    new UnderstudyError('enrol_bad_example', `Example ${index + 1} ${why}.`, { value });
  if (picture.width !== picture.height || picture.width < 16) {
    throw bad('is not a square picture', `${picture.width}×${picture.height}`);
  }
  if (picture.rgba.length !== picture.width * picture.height * 4) {
    throw bad('does not hold the pixels that its size asks for', picture.rgba.length);
  }
  if (landmarks.points.length < 3 * FACE_MESH_POINTS) {
    throw bad('has too few landmarks', landmarks.points.length / 3);
  }
  const points = new Float32Array(FACE_MESH_POINTS_WITH_IRISES * 3);
  const given = Math.min(points.length, 3 * landmarks.count, landmarks.points.length);
  for (let i = 0; i < given; i++) points[i] = landmarks.points[i]! / landmarks.pictureWidth;
  if (given < points.length) {
    synthesiseIris(points, RIGHT_EYE);
    synthesiseIris(points, LEFT_EYE);
  }
  if (!points.every(Number.isFinite)) throw bad('has landmarks that are not numbers', undefined);
  return points;
}

/** How far a face is from one at rest that looks ahead: the least serves as the neutral one. */
function unrest({ yaw, pitch, roll, mouthOpen, eyeOpenLeft, eyeOpenRight }: FaceFeatures): number {
  const closed = Math.max(0, 0.06 - Math.min(eyeOpenLeft, eyeOpenRight)) * 10;
  return Math.abs(yaw) + Math.abs(pitch) / 2 + Math.abs(roll) / 2 + mouthOpen + closed;
}

/** @throws UnderstudyError `enrol_no_examples`, `enrol_bad_example` */
export function enrolWarpIdentity(examples: readonly Example[]): WarpIdentity {
  if (examples.length === 0 || examples.length > MAX_EXAMPLES) {
    throw new UnderstudyError(
      examples.length === 0 ? 'enrol_no_examples' : 'enrol_bad_example',
      `An identity takes 1 to ${MAX_EXAMPLES} examples, not ${examples.length}.`,
      { value: examples.length, valid: [1, MAX_EXAMPLES] },
    );
  }
  const faces = examples.map((example, index) => {
    const points = pointsOf(example, index);
    return { example, points, features: measureFace(points) };
  });
  faces.sort((a, b) => unrest(a.features) - unrest(b.features));
  const enrolled = faces.map(({ example, points, features }) => ({
    texture: textureOf(example.picture, TEXTURE_SIDE),
    points,
    features,
  }));
  return { examples: enrolled as [WarpExample, ...WarpExample[]] };
}
