import type { FaceTracker } from '../../src/pipeline/landmark/face-tracker.ts';
import type { AvatarFrame } from '../../src/pipeline/picture.ts';
import type { ClipFrame } from './clip.ts';
import { describeFace, type FaceDescriptor, type FaceSpace } from './face-space.ts';
import type { Means } from './mean.ts';
import { keypointDistance, psnr, ssim } from './picture-distance.ts';
import { eyeRegion, faceRegion, mouthRegion } from './region.ts';

/** What one drawn picture scores against the true one. */
export const STILL_SCORES = [
  'facePsnr',
  'faceSsim',
  'mouthPsnr',
  'mouthSsim',
  'eyesPsnr',
  'eyesSsim',
  'keypoints',
  'identity',
  'lost',
] as const;
export type StillScore = (typeof STILL_SCORES)[number];

/** What a picture is judged with. */
export interface Jury {
  readonly tracker: FaceTracker;
  readonly space: FaceSpace;
  /** The person that the picture should show. */
  readonly identity: FaceDescriptor | undefined;
}

/** Pictures of a call are 30 a second. */
export const FRAME_MS = 1000 / 30;

/** Judges a drawn picture by the true one; `index` is its place in time. */
export async function scoreStill(
  made: AvatarFrame,
  { frame, face }: ClipFrame,
  index: number,
  { tracker, space, identity }: Jury,
  means: Means<StillScore>,
): Promise<void> {
  const side = frame.width;
  const regions = {
    face: faceRegion(face.points, side),
    mouth: mouthRegion(face.points, side),
    eyes: eyeRegion(face.points, side),
  };
  for (const [part, region] of Object.entries(regions)) {
    if (region.length === 0) continue;
    means.add(`${part}Psnr` as StillScore, psnr(made.y, frame.y, region));
    means.add(`${part}Ssim` as StillScore, ssim(made.y, frame.y, side, region));
  }
  const drawn = { ...frame, y: made.y.slice(), u: made.u.slice(), v: made.v.slice() };
  const again = await tracker.track(drawn, index * FRAME_MS);
  means.add('lost', again ? 0 : 1);
  if (!again) return;
  means.add('keypoints', keypointDistance(again.points, face.points, 468));
  const seen = identity && describeFace(made, again);
  if (seen) means.add('identity', space.similarity(seen, identity));
}
