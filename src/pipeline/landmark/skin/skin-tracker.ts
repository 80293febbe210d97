import type { Milli } from '../../../time.ts';
import type { CameraFrame } from '../../picture.ts';
import type { FaceTracker } from '../face-tracker.ts';
import type { FaceLandmarks } from '../landmarks.ts';
import { SkinLock } from './skin-lock.ts';

/** Frames without a face after which whoever comes may be somebody else: a third of a second. */
const ABSENT_FRAMES = 10;

/** A tracker whose points are held to the skin. */
export class SkinTracker implements FaceTracker {
  readonly #tracker: FaceTracker;
  readonly #lock = new SkinLock();
  #absent = 0;

  /** @param tracker finds the face; it becomes this one's. */
  constructor(tracker: FaceTracker) {
    this.#tracker = tracker;
  }

  async track(frame: CameraFrame, now: Milli): Promise<FaceLandmarks | undefined> {
    const face = await this.#tracker.track(frame, now);
    if (face) {
      this.#absent = 0;
      return this.#lock.follow(frame, face);
    }
    this.#absent++;
    if (this.#absent === ABSENT_FRAMES) this.#lock.doubt();
    return undefined;
  }

  reset(): void {
    this.#tracker.reset();
    this.#lock.reset();
  }
}
