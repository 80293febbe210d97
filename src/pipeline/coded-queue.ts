import type { DropReason } from './stage.ts';
import type { CodedCameraFrame } from './worker-protocol.ts';

/**
 * Coded frames that may wait for the decoder: a quarter of a second at 30 fps. They cannot be
 * skipped one by one, since each refers to those before it; past this bound the newest picture is
 * worth more than the oldest, and the decoder starts over at a keyframe.
 */
export const MAX_CODED_FRAMES = 8;

/** The one queue of a session: coded frames in decoding order, emptied as a whole at each turn. */
export class CodedQueue {
  #frames: CodedCameraFrame[] = [];
  #needsKeyframe = true;

  get needsKeyframe(): boolean {
    return this.#needsKeyframe;
  }

  get empty(): boolean {
    return this.#frames.length === 0;
  }

  /** The frame that has waited longest. */
  get oldest(): CodedCameraFrame | undefined {
    return this.#frames[0];
  }

  /** @returns how many frames were lost by taking this one in, and why. */
  push(frame: CodedCameraFrame): { lost: number; reason: DropReason } | undefined {
    if (frame.keyframe) {
      // Nothing before a keyframe is needed to decode it, and newest wins.
      const lost = this.#frames.length;
      this.#frames = [frame];
      this.#needsKeyframe = false;
      return lost === 0 ? undefined : { lost, reason: 'superseded' };
    }
    if (this.#needsKeyframe) return { lost: 1, reason: 'undecodable' };
    if (this.#frames.length >= MAX_CODED_FRAMES) {
      const lost = this.#frames.length + 1;
      this.restart();
      return { lost, reason: 'overflow' };
    }
    this.#frames.push(frame);
    return undefined;
  }

  /** Everything that waits, oldest first; the queue is empty afterwards. */
  take(): CodedCameraFrame[] {
    const frames = this.#frames;
    this.#frames = [];
    return frames;
  }

  /** The decoder has lost its references: only a keyframe helps. */
  restart(): void {
    this.#frames = [];
    this.#needsKeyframe = true;
  }
}
