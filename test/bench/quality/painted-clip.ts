import { type Clip, type ClipFrame, frameOf } from '../../../bench/quality/clip.ts';
import { ClipMotion } from '../../../bench/quality/clip-motion.ts';
import type { FaceTracker } from '../../../src/pipeline/landmark/face-tracker.ts';
import { type FaceShape, paintedExample } from '../../pipeline/render/painted-face.ts';

export const SIDE = 128;

export function paintedFrame(shape: FaceShape): ClipFrame {
  const { picture, landmarks } = paintedExample(shape, { size: SIDE });
  return { frame: frameOf(picture), face: landmarks };
}

/** A head that turns and speaks. */
export function paintedClip(count: number): Clip {
  const frames = Array.from({ length: count }, (_, i) =>
    paintedFrame({ yaw: 8 * Math.sin(i / 3), jaw: 0.12 * (1 - Math.cos(i)), x: 0.5 + i / 500 }),
  );
  return {
    name: 'painted',
    group: 'rendered',
    frames,
    examples: frames,
    motion: new ClipMotion(frames),
  };
}

/** A tracker that sees the faces it is told, one a call, whatever the picture shows. */
export class ToldTracker implements FaceTracker {
  readonly #frames: readonly (ClipFrame | undefined)[];
  #next = 0;

  constructor(frames: readonly (ClipFrame | undefined)[]) {
    this.#frames = frames;
  }

  async track() {
    return this.#frames[this.#next++]?.face;
  }

  reset(): void {
    this.#next = 0;
  }
}
