import { UnderstudyError } from '../../../errors.ts';
import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';
import { poseOf } from '../../pose/neutral-pose.ts';
import type { Pose } from '../../pose/pose.ts';
import type { Example } from '../engine.ts';
import { MAX_EXAMPLES } from '../engine.ts';
import { matchColour } from './colour-match.ts';
import { type FaceFeatures, measureFace } from './face-features.ts';
import { type Texture, textureOf } from './texture.ts';

/** Twice the largest usual output: bilinear sampling of a doubled, Lanczos-sharp picture loses no detail. */
const TEXTURE_SIDE = 1024;

export interface WarpExample {
  readonly texture: Texture;
  /** 478 points, x, y, z interleaved, fractions of the picture's side. */
  readonly points: Float32Array;
  readonly features: FaceFeatures;
}

/** An identity enrolled with the warp engine. The neutral example comes first. */
export interface WarpIdentity {
  readonly examples: readonly [WarpExample, ...WarpExample[]];
  /** Of the first example. */
  readonly neutral: Pose;
}

function poseOfExample({ picture, landmarks }: Example, index: number): Pose {
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
  return poseOf(landmarks);
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
    const pose = poseOfExample(example, index);
    return { example, pose, features: measureFace(pose.points) };
  });
  faces.sort((a, b) => unrest(a.features) - unrest(b.features));
  const enrolled = faces.map(({ example, pose, features }) => ({
    texture: textureOf(example.picture, TEXTURE_SIDE),
    points: pose.points,
    features,
  }));
  const [first, ...others] = enrolled;
  for (const { texture, points } of others) {
    matchColour(texture, points, first!.texture, first!.points);
  }
  return { examples: enrolled as [WarpExample, ...WarpExample[]], neutral: faces[0]!.pose };
}
