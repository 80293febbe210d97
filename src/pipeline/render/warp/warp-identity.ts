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
import { halved, type Texture, textureOf } from './texture.ts';
import { placeTextures, type TextureLevel } from './texture-levels.ts';

/** Twice the largest usual output: bilinear sampling of a doubled, Lanczos-sharp picture loses no detail. */
const TEXTURE_SIDE = 1024;

/** Sides of the pictures that an identity can be drawn in. */
export const OUTPUT_SIDES = Object.freeze({ least: 64, most: 1024 });
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
  const mattes = faces.map(({ example, pose }, k) => cutOut(textures[k]!, example, pose.points));
  const backdrop = mattes[0] && backdropOf(textures[0]!, mattes[0]);
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
function cutOut(texture: Texture, { picture, landmarks }: Example, points: Float32Array) {
  const { side, texels } = texture;
  const matte = landmarks.person && headMatteOf(texture, landmarks.person, picture.width, points);
  const times = matte ? side / matte.side : 1;
  for (let y = 0; y < side; y++) {
    const row = Math.floor(y / times) * (matte?.side ?? 0);
    for (let x = 0; x < side; x++) {
      const share = matte ? matte.head[row + Math.floor(x / times)]! : 1;
      texels[4 * (y * side + x) + 3] = Math.round(255 * share);
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
  const luma = Float32Array.from({ length: side * side }, (_, i) => texels[4 * i]! / 255);
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
