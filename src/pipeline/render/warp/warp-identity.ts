import { UnderstudyError } from '../../../errors.ts';
import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';
import type { PersonMask } from '../../landmark/person-mask.ts';
import { poseOf } from '../../pose/neutral-pose.ts';
import type { Pose } from '../../pose/pose.ts';
import type { Example } from '../engine.ts';
import { MAX_EXAMPLES } from '../engine.ts';
import { backdropOf } from './backdrop.ts';
import { matchColour } from './colour-match.ts';
import { type FaceFeatures, measureFace } from './face-features.ts';
import { type HeadMatte, headMatte } from './head-matte.ts';
import { type KernelBlock, KernelSpace } from './kernel-space.ts';
import { coverAll, halved, type Texture, textureOf } from './texture.ts';
import { placeTextures, type TextureLevel } from './texture-levels.ts';

/** Twice the largest usual output: bilinear sampling of a doubled, Lanczos-sharp picture loses no detail. */
const TEXTURE_SIDE = 1024;

/** Sides of the pictures that an identity can be drawn in. */
export const OUTPUT_SIDES = Object.freeze({ least: 64, most: 1024 });
/** An example that is turned less than this from the base, in radians, shows no more of the head's side. */
const LEAST_TURN = 0.1;
/** A texture that is this many times as wide as the output would alias: its next smaller level is sampled. */
export const TOO_WIDE = 4;

export interface WarpExample {
  /** In the identity's blocks; the largest first. */
  readonly levels: readonly TextureLevel[];
  /** 478 points, x, y, z interleaved, fractions of the picture's side. */
  readonly points: Float32Array;
  readonly features: FaceFeatures;
}

/**
 * An identity enrolled with the warp engine. The neutral example comes first. Its owner, on whichever
 * thread, gives its textures' room back by {@link discardWarpIdentity}.
 */
export interface WarpIdentity {
  /** Shared by threads and by identities: in it lie the textures, and room for those who draw. */
  readonly memory: WebAssembly.Memory;
  /** Those of the textures, one for each example, and one for the backdrop. */
  readonly blocks: readonly KernelBlock[];
  readonly examples: readonly [WarpExample, ...WarpExample[]];
  /** What is behind the base example's head, where that is known: as an example's levels. */
  readonly backdrop?: readonly TextureLevel[];
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

/**
 * @param memory of `newKernelMemory`; takes the textures.
 * @throws UnderstudyError `enrol_no_examples`, `enrol_bad_example`, `render_memory_full`
 */
export function enrolWarpIdentity(
  examples: readonly Example[],
  memory: WebAssembly.Memory,
): WarpIdentity {
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
  const textures = faces.map(({ example }) => textureOf(example.picture, TEXTURE_SIDE));
  for (const [k, { pose }] of faces.entries()) {
    if (k > 0) matchColour(textures[k]!, pose.points, textures[0]!, faces[0]!.pose.points);
  }
  const [matte] = faces.map(({ example, pose, features }, k) => {
    // Of the others only those are drawn beyond the face that show another side of the head.
    const beside = k === 0 || Math.abs(features.yaw - faces[0]!.features.yaw) > LEAST_TURN;
    return cutOut(textures[k]!, beside ? example : undefined, pose.points);
  });
  const backdrop = matte && backdropOf(textures[0]!, matte.person, matte.side >> 1);
  const { blocks, levels } = placeTextures(
    backdrop ? [...textures, backdrop] : textures,
    TOO_WIDE * OUTPUT_SIDES.least - 1,
    memory,
  );
  const enrolled = faces.map(({ pose, features }, k) => ({
    levels: levels[k]!,
    points: pose.points,
    features,
  }));
  return {
    memory,
    blocks,
    examples: enrolled as [WarpExample, ...WarpExample[]],
    ...(backdrop && { backdrop: levels.at(-1)! }),
    neutral: faces[0]!.pose,
  };
}

/**
 * Writes into a texture's fourth bytes what of it moves with the head: all of it, where nothing says where the
 * person is.
 */
function cutOut(
  texture: Texture,
  example: Example | undefined,
  points: Float32Array,
): HeadMatte | undefined {
  const mask = example?.landmarks.person;
  const matte = mask && headMatteOf(texture, mask, example.picture.width, points);
  if (!matte) {
    coverAll(texture);
    return undefined;
  }
  const { side, texels } = texture;
  const times = side / matte.side;
  for (let i = 0; i < matte.head.length; i++) {
    const share = Math.round(255 * matte.head[i]!);
    const at = 4 * (Math.floor(i / matte.side) * times * side + (i % matte.side) * times) + 3;
    for (let row = 0; row < times; row++) {
      for (let column = 0; column < times; column++) texels[at + 4 * (row * side + column)] = share;
    }
  }
  return matte;
}

function headMatteOf(
  texture: Texture,
  mask: PersonMask,
  width: number,
  points: Float32Array,
): HeadMatte | undefined {
  const { side, texels } = halved(texture);
  const luma = new Float32Array(side * side);
  for (let i = 0; i < luma.length; i++) luma[i] = texels[4 * i]! / 255;
  const scaled = {
    ...mask,
    left: mask.left / width,
    top: mask.top / width,
    side: mask.side / width,
  };
  return headMatte(luma, side, scaled, points);
}

/** Gives the textures' room back: nobody may draw the identity any more. */
export function discardWarpIdentity({ memory, blocks }: WarpIdentity): void {
  const space = new KernelSpace(memory);
  for (const block of blocks) space.give(block);
}
