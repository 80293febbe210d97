import type { Flavor } from '../../time.ts';

/** An angle in radians. */
export type Radian = Flavor<number, 'rad'>;

/** The head's rigid motion in a camera looking along +z: yaw > 0 turns to the picture's right, pitch > 0 looks down, roll > 0 tilts clockwise as seen. */
export interface HeadPose {
  readonly yaw: Radian;
  readonly pitch: Radian;
  readonly roll: Radian;
  /** Centre of the head in the picture, and its size, as fractions of the picture's width. */
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** What a face does, free of whose it is; each 0…1 unless said otherwise. */
export interface FaceExpression {
  readonly mouthOpen: number;
  readonly mouthWide: number;
  readonly smile: number;
  /** 0 wide open, 1 shut; the subject's own right and left. */
  readonly blinkRight: number;
  readonly blinkLeft: number;
  /** −1…1: the irises in the eye openings; x > 0 towards the picture's right, y > 0 down. */
  readonly gazeX: number;
  readonly gazeY: number;
  readonly browRaise: number;
}

/**
 * What an engine draws: the identity's landmarks as they should stand in the output picture.
 * Points are x, y, z interleaved, 478 always (irises are synthesised where the tracker has none),
 * as fractions of the output's side (0…1 inside the picture).
 */
export interface Pose {
  readonly points: Float32Array;
  readonly head: HeadPose;
  readonly expression: FaceExpression;
}
