import { UnderstudyError } from '../../../errors.ts';
import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';
import { greyFrame, heldStill } from '../../landmark/skin/held-still.ts';
import type { Px } from '../../picture.ts';
import { poseOf } from '../../pose/neutral-pose.ts';
import type { Pose } from '../../pose/pose.ts';
import type { Example } from '../engine.ts';
import { MAX_EXAMPLES } from '../engine.ts';
import { drawBackdrop } from './backdrop.ts';
import { matchColour } from './colour-match.ts';
import { type FaceFeatures, measureFace } from './face-features.ts';
import { headMatte } from './head-matte.ts';
import { surroundOf } from './head-surround.ts';
import { type KernelBlock, KernelSpace } from './kernel-space.ts';
import { measureMirroredLight, relight } from './mirrored-light.ts';
import { MirroredSide } from './mirrored-side.ts';
import { copyTexture, drawTexture, strideOf, type TextureLevel } from './texture.ts';
import { textureKernel } from './texture-kernel.io.ts';
import { finishLevels, type TextureLevels, takeTextures } from './texture-levels.ts';

/** Twice the largest usual output: bilinear sampling of a doubled, Lanczos-sharp picture loses no detail. */
export const TEXTURE_SIDE = 1024;

/** Sides of the pictures that an identity can be drawn in. */
export const OUTPUT_SIDES = Object.freeze({ least: 64, most: 1024 });
/** An example that is turned less than this from the base, in radians, shows no more of the head's side. */
const LEAST_TURN = 0.1;
/** A texture that is this many times as wide as the output would alias: its next smaller level is sampled. */
export const TOO_WIDE = 4;

export interface WarpExample {
  /** Which of those it is that the identity was enrolled from. */
  readonly source: number;
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
  /** Those of the textures, one for each example, one for its mirror image and one for the backdrop, where there are such. */
  readonly blocks: readonly KernelBlock[];
  readonly examples: readonly [WarpExample, ...WarpExample[]];
  /** The base example's in the light of its far side, where its head is turned and hides that: as its own levels. */
  readonly mirrored?: readonly TextureLevel[];
  /** What is behind the base example's head, where that is known: as an example's levels. */
  readonly backdrop?: readonly TextureLevel[];
  /** Of the first example. */
  readonly neutral: Pose;
}

interface Face {
  readonly source: number;
  readonly example: Example;
  readonly pose: Pose;
  readonly features: FaceFeatures;
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

/** Where several pictures show one place of the skin, one point of the mesh has to lie on it in all: else blends are blurred. */
function holdToBase(faces: Face[]): void {
  const [base, ...others] = faces;
  if (others.length === 0) return;
  const seen = ({ example: { picture, landmarks } }: Face) => ({
    frame: greyFrame(picture),
    face: landmarks,
  });
  const reference = seen(base!);
  others.forEach((face, k) => {
    const pose = poseOf(heldStill(seen(face), reference));
    faces[k + 1] = { ...face, pose, features: measureFace(pose.points) };
  });
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
  const faces: Face[] = examples.map((example, index) => {
    const pose = poseOfExample(example, index);
    return { source: index, example, pose, features: measureFace(pose.points) };
  });
  faces.sort((a, b) => unrest(a.features) - unrest(b.features));
  holdToBase(faces);
  const { example, pose } = faces[0]!;
  const hides = MirroredSide.of(pose.points, surroundOf(pose.points)) !== undefined;
  const masked = example.landmarks.person !== undefined;
  const { blocks, levels } = takeTextures(
    faces.length + (hides ? 1 : 0) + (masked ? 1 : 0),
    TEXTURE_SIDE,
    TOO_WIDE * OUTPUT_SIDES.least - 1,
    memory,
  );
  const space = new KernelSpace(memory);
  const mirrored = hides ? levels[faces.length] : undefined;
  let backdrop = masked ? levels.at(-1) : undefined;
  try {
    if (!drawTextures(faces, levels, { mirrored, backdrop }, memory)) backdrop = undefined;
  } catch (cause) {
    for (const block of blocks) space.give(block);
    throw cause;
  }
  // A mask that does not hold the face says nothing of what is behind it.
  const kept = masked && !backdrop ? blocks.slice(0, -1) : blocks;
  for (const block of blocks.slice(kept.length)) space.give(block);
  const enrolled = faces.map(({ source, pose, features }, k) => ({
    source,
    levels: levels[k]!,
    points: pose.points,
    features,
  }));
  return {
    memory,
    blocks: kept,
    examples: enrolled as readonly WarpExample[] as WarpIdentity['examples'],
    ...(mirrored && { mirrored }),
    ...(backdrop && { backdrop }),
    neutral: pose,
  };
}

/**
 * Draws the textures of faces, and of the first one, where there is room for it, that in the light of its far side, and what is
 * behind it, if its person is known. @returns whether it is.
 */
function drawTextures(
  faces: readonly Face[],
  levels: readonly TextureLevels[],
  {
    mirrored,
    backdrop,
  }: { mirrored?: TextureLevels | undefined; backdrop?: TextureLevels | undefined },
  memory: WebAssembly.Memory,
): boolean {
  const base = faces[0]!;
  let known = false;
  for (const [k, { example, pose, features }] of faces.entries()) {
    const [texture] = levels[k]!;
    drawTexture(example.picture, texture, memory);
    if (k > 0) matchColour(texture, pose.points, levels[0]![0], base.pose.points, memory);
    // Of the others only those are drawn beyond the face that show another side of the head.
    const beside = k === 0 || Math.abs(features.yaw - base.features.yaw) > LEAST_TURN;
    const of = k === 0 ? { behind: backdrop?.[0], mirrored: mirrored?.[0] } : {};
    if (of.mirrored) copyTexture(texture, of.mirrored, memory);
    const cut = beside && cutOut(texture, example, pose.points, of, memory);
    for (const { at, side } of cut ? [] : [texture, ...(of.mirrored ? [of.mirrored] : [])]) {
      textureKernel(memory).coverAll(at, strideOf(side), side);
    }
    if (k === 0) known = cut;
  }
  const [texture] = levels[0]!;
  if (mirrored) {
    relight(mirrored[0], measureMirroredLight(texture, base.pose.points, memory), memory);
  }
  for (const pyramid of levels) if (known || pyramid !== backdrop) finishLevels(pyramid, memory);
  return known;
}

/**
 * Writes into a texture's fourth bytes what of it moves with the head.
 * @param behind where to draw what does not. @param mirrored whose fourth bytes take what of it is surely the person.
 * @returns false where nothing says where the person is: nothing is done then.
 */
function cutOut(
  texture: TextureLevel,
  { picture: { width }, landmarks }: Example,
  points: Float32Array,
  { behind, mirrored }: { behind?: TextureLevel | undefined; mirrored?: TextureLevel | undefined },
  memory: WebAssembly.Memory,
): boolean {
  const { person: mask } = landmarks;
  if (!mask) return false;
  const kernel = textureKernel(memory);
  const [side, stride] = [texture.side >> 1, strideOf(texture.side)];
  const plane = (at: number, side: Px) => new Float32Array(memory.buffer, at, side * side);
  return new KernelSpace(memory).borrow(
    (room) => ({
      luma: room.take(side * side * 4),
      head: room.take(side * side * 4),
      person: room.take(side * side),
      surely: mirrored ? room.take(side * side * 4) : undefined,
    }),
    (at) => {
      const matte = {
        head: plane(at.head, side),
        person: plane(at.person, side >> 1),
        ...(at.surely && { surely: plane(at.surely, side) }),
      };
      kernel.halvedLuma(texture.at, stride, texture.side, at.luma);
      const scaled = {
        ...mask,
        left: mask.left / width,
        top: mask.top / width,
        side: mask.side / width,
      };
      const luma = plane(at.luma, side);
      if (!headMatte(luma, side, scaled, points, memory, matte)) return false;
      if (behind) drawBackdrop(texture, matte.person, memory, behind);
      kernel.coverDoubled(texture.at, stride, texture.side, at.head);
      if (mirrored && at.surely) kernel.coverDoubled(mirrored.at, stride, mirrored.side, at.surely);
      return true;
    },
  );
}

/** Gives the textures' room back: nobody may draw the identity any more. */
export function discardWarpIdentity({ memory, blocks }: WarpIdentity): void {
  const space = new KernelSpace(memory);
  for (const block of blocks) space.give(block);
}
