import type { Milli } from '../../time.ts';
import type { CameraFrame, Picture } from '../picture.ts';
import type { FaceLandmarks } from './landmarks.ts';

/** Follows one face through a stream: detects only when it has lost it. Calls must not overlap. */
export interface FaceTracker {
  /** @returns undefined when there is no face. Upright coordinates: `rotation` is already applied. */
  track(frame: CameraFrame, now: Milli): Promise<FaceLandmarks | undefined>;
  /** Forgets the face, so that the next frame starts with the detector. */
  reset(): void;
}

/** Finds faces in still pictures, for enrolment. */
export interface FaceFinder {
  /** Every face, largest first, unsmoothed. */
  find(picture: Picture): Promise<readonly FaceLandmarks[]>;
}

/** The shared, expensive half: the networks. One per process; hands out one tracker per stream. */
export interface LandmarkModel {
  readonly name: string;
  readonly count: 468 | 478;
  createTracker(): FaceTracker;
  readonly finder: FaceFinder;
  close(): Promise<void>;
}
