import { heldStill } from '../../src/pipeline/landmark/skin/held-still.ts';
import { SkinLock } from '../../src/pipeline/landmark/skin/skin-lock.ts';
import type { ClipFrame } from './clip.ts';

/**
 * The same frames with their points held to the skin of the picture that a clip is drawn from: with absolute motion a
 * point ought to be where the picture has it. In a call it is the driver's first frame, which he is measured against, too.
 */
export function heldToSkin(frames: readonly ClipFrame[], picture: ClipFrame): ClipFrame[] {
  const lock = new SkinLock();
  lock.follow(picture.frame, picture.enrolled ?? picture.face);
  return frames.map((one) => ({
    ...exampleHeld(one, picture),
    driver: lock.follow(one.frame, one.face),
  }));
}

/** What enrolment finds in a further example, likewise. */
export function exampleHeld(one: ClipFrame, picture: ClipFrame): ClipFrame {
  if (!one.enrolled || one === picture) return one;
  const reference = { frame: picture.frame, face: picture.enrolled ?? picture.face };
  return { ...one, enrolled: heldStill({ frame: one.frame, face: one.enrolled }, reference) };
}
