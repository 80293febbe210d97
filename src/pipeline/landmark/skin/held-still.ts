import type { CameraFrame, Picture } from '../../picture.ts';
import type { FaceLandmarks } from '../landmarks.ts';
import { SkinLock } from './skin-lock.ts';

/** A picture, or a frame, and the face in it. */
export interface FacePicture {
  readonly frame: CameraFrame;
  readonly face: FaceLandmarks;
}

/** Looks at a still picture after which its points do not move any more. */
const LOOKS = 4;

/**
 * The points of a still picture, held to the skin that another one shows of the same face: so that a place of the mesh is
 * the same place of the skin in both. They are as they were where the two are not alike.
 */
export function heldStill({ frame, face }: FacePicture, reference: FacePicture): FaceLandmarks {
  const lock = new SkinLock();
  lock.follow(reference.frame, reference.face);
  let held = face;
  for (let look = 0; look < LOOKS; look++) held = lock.follow(frame, face);
  return held;
}

/** BT.601 luma, full range; without colour, which nobody who looks at skin asks for. */
export function greyFrame({ width, height, rgba }: Picture): CameraFrame {
  const y = new Uint8Array(width * height);
  for (let i = 0; i < y.length; i++) {
    y[i] = Math.round(0.299 * rgba[4 * i]! + 0.587 * rgba[4 * i + 1]! + 0.114 * rgba[4 * i + 2]!);
  }
  const strideUv = (width + 1) >> 1;
  const grey = new Uint8Array(strideUv * ((height + 1) >> 1)).fill(128);
  return {
    width,
    height,
    y,
    u: grey,
    v: grey,
    strideY: width,
    strideUv,
    fullRange: true,
    rotation: 0,
  };
}
