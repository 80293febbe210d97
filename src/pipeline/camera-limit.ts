import { fullBucket, type TokenBucket, takeToken } from '../signaling/token-bucket.ts';
import type { Milli } from '../time.ts';

/**
 * Cameras send up to 60 frames a second. Each is decoded, since the next refers to it, on a thread that others' sessions
 * share: who sends a thousand keyframes a second took it from them.
 */
export const CAMERA_RATE = Object.freeze({ burst: 75, perSecond: 75 });

/** Lets through no more of a camera's frames than a camera sends, and after one that was refused only a keyframe. */
export class CameraLimit {
  #bucket: TokenBucket | undefined;
  #broken = false;

  /** @returns whether the frame may be decoded. */
  admit(keyframe: boolean, now: Milli): boolean {
    const bucket = this.#bucket ?? fullBucket(CAMERA_RATE, now);
    const taken = this.#broken && !keyframe ? undefined : takeToken(bucket, CAMERA_RATE, now);
    this.#broken = taken === undefined;
    this.#bucket = taken ?? bucket;
    return taken !== undefined;
  }
}
