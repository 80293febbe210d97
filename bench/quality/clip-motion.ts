import type { ClipFrame } from './clip.ts';
import { gridIn, opticalFlow, pyramidOf } from './optical-flow.ts';
import { faceRegion } from './region.ts';

/** Every so many pixels of a face is asked for its motion. */
const STEP = 8;

/** Where points of a face stood in the frame before, x, y interleaved, and how they moved to this one. */
export interface Motion {
  readonly points: Float32Array;
  readonly flow: Float32Array;
}

/** The motion of a clip's face from frame to frame, found once for all that are compared with it. */
export class ClipMotion {
  readonly #frames: readonly ClipFrame[];
  readonly #found: Motion[] = [];

  constructor(frames: readonly ClipFrame[]) {
    this.#frames = frames;
  }

  /** From frame `index` − 1 to `index`, of the points that the face covers in the former. */
  to(index: number): Motion {
    const before = this.#frames[index - 1]!;
    const { width } = before.frame;
    this.#found[index] ??= motionBetween(
      before.frame.y,
      this.#frames[index]!.frame.y,
      width,
      motionPoints(before.face.points, width),
    );
    return this.#found[index]!;
  }
}

export function motionBetween(
  before: Uint8Array,
  now: Uint8Array,
  side: number,
  points: Float32Array,
): Motion {
  return { points, flow: opticalFlow(pyramidOf(before, side), pyramidOf(now, side), points) };
}

/** The points of a face that are asked for their motion. */
export const motionPoints = (face: Float32Array, side: number): Float32Array =>
  gridIn(faceRegion(face, side), side, STEP);
