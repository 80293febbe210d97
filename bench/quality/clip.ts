import type { FaceLandmarks } from '../../src/pipeline/landmark/landmarks.ts';
import type { CameraFrame, Picture } from '../../src/pipeline/picture.ts';
import type { Example } from '../../src/pipeline/render/engine.ts';
import { measureFace } from '../../src/pipeline/render/warp/face-features.ts';
import type { ClipMotion } from './clip-motion.ts';

/** A frame of a clip as a square, and the face in it. */
export interface ClipFrame {
  readonly frame: CameraFrame;
  readonly face: FaceLandmarks;
  /** The same held to the skin, as a session has it, where it is one of a stream: what the frame drives others with. */
  readonly driver?: FaceLandmarks;
  /** What enrolment finds in it, where it may serve as an example: a still is looked at longer than a frame of a stream. */
  readonly enrolled?: FaceLandmarks;
}

/** Where a clip comes from decides what may be shown of it, and how its figures are to be read. */
export type ClipGroup = 'real' | 'rendered';

export interface Clip {
  readonly name: string;
  readonly group: ClipGroup;
  /** Consecutive, at 30 a second. */
  readonly frames: readonly ClipFrame[];
  /** Frames that may serve as examples, the neutral one first. */
  readonly examples: readonly ClipFrame[];
  readonly motion: ClipMotion;
}

/** Drivers and identities of a handful of features: what tells examples apart. */
function likenessOf({ face }: ClipFrame): number[] {
  const { mouthOpen, mouthWide, smile, eyeOpenLeft, eyeOpenRight, yaw, pitch } = measureFace(
    face.points,
  );
  return [mouthOpen, mouthWide, smile, 3 * (eyeOpenLeft + eyeOpenRight), yaw, pitch];
}

/** Every count of examples is measured on the frames that this many leave. */
export const MOST_EXAMPLES = 8;

/** The first candidate, then again and again the one least like those taken. */
export function chooseExamples(candidates: readonly ClipFrame[], count: number): ClipFrame[] {
  const features = candidates.map(likenessOf);
  const distance = (a: number, b: number) =>
    Math.hypot(...features[a]!.map((value, k) => value - features[b]![k]!));
  const taken = [0];
  while (taken.length < Math.min(count, candidates.length)) {
    const nearest = candidates.map((_, i) => Math.min(...taken.map((t) => distance(i, t))));
    taken.push(nearest.indexOf(Math.max(...nearest)));
  }
  return taken.map((i) => candidates[i]!);
}

/** Frames this near one of the examples are too much like it to be a test. */
const NEAR_EXAMPLE = 3;

/**
 * The frames that a clip is measured on: the same for every number of examples, and none of them an
 * example or its neighbour.
 */
export function measuredFrames({ frames }: Clip, most: readonly ClipFrame[]): boolean[] {
  const examples = most.map((example) => frames.indexOf(example)).filter((i) => i >= 0);
  return frames.map((_, i) => examples.every((e) => Math.abs(e - i) >= NEAR_EXAMPLE));
}

export const exampleOf = ({ frame, face, enrolled = face }: ClipFrame): Example => ({
  picture: pictureOf(frame),
  landmarks: enrolled,
});

/** BT.601 limited range → RGBA, chroma repeated. */
export function pictureOf({
  y,
  u,
  v,
  width,
  height,
}: Pick<CameraFrame, 'y' | 'u' | 'v' | 'width' | 'height'>): Picture {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x++) {
      const luma = 1.164383 * (y[row * width + x]! - 16);
      const c = (row >> 1) * (width >> 1) + (x >> 1);
      const cb = u[c]! - 128;
      const cr = v[c]! - 128;
      const p = (row * width + x) * 4;
      rgba[p] = luma + 1.596027 * cr;
      rgba[p + 1] = luma - 0.391762 * cb - 0.812968 * cr;
      rgba[p + 2] = luma + 2.017232 * cb;
      rgba[p + 3] = 255;
    }
  }
  return { width, height, rgba };
}

/** RGBA → planar YUV 4:2:0, BT.601 limited range, chroma averaged. @param picture even sides. */
export function frameOf({ width, height, rgba }: Picture): CameraFrame {
  const y = new Uint8Array(width * height);
  const half = width >> 1;
  const [u, v] = [new Float32Array(half * (height >> 1)), new Float32Array(half * (height >> 1))];
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x++) {
      const p = (row * width + x) * 4;
      const [r, g, b] = [rgba[p]!, rgba[p + 1]!, rgba[p + 2]!];
      y[row * width + x] = Math.round(16 + 0.256788 * r + 0.504129 * g + 0.097906 * b);
      const c = (row >> 1) * half + (x >> 1);
      u[c]! += (128 - 0.148223 * r - 0.290993 * g + 0.439216 * b) / 4;
      v[c]! += (128 + 0.439216 * r - 0.367788 * g - 0.071427 * b) / 4;
    }
  }
  return {
    width,
    height,
    y,
    u: Uint8Array.from(u, Math.round),
    v: Uint8Array.from(v, Math.round),
    strideY: width,
    strideUv: half,
    fullRange: false,
    rotation: 0,
  };
}
