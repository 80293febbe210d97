import { type FaceFeatures, measureFace } from '../../src/pipeline/render/warp/face-features.ts';
import type { ClipFrame } from './clip.ts';

/** What is looked at first in a face drawn by a program, each at the frame that has most of it. */
const WANTED: readonly ((face: FaceFeatures) => number)[] = [
  ({ mouthOpen }) => mouthOpen,
  ({ eyeOpenLeft, eyeOpenRight }) => -eyeOpenLeft - eyeOpenRight,
  ({ yaw }) => yaw,
  ({ yaw }) => -yaw,
  ({ smile }) => smile,
  ({ pitch }) => pitch,
  ({ mouthOpen }) => -Math.abs(mouthOpen - 0.06),
  ({ mouthWide }) => -mouthWide,
];
/** Two moments nearer than this would show the same. */
const APART = 5;

/** The frames of a clip that tell most about an engine, in the order of the list above. */
export function momentsOf(frames: readonly ClipFrame[]): number[] {
  const features = frames.map(({ face }) => measureFace(face.points));
  const taken: number[] = [];
  for (const value of WANTED) {
    let best: number | undefined;
    features.forEach((face, i) => {
      if (taken.some((t) => Math.abs(t - i) < APART)) return;
      if (best === undefined || value(face) > value(features[best]!)) best = i;
    });
    if (best !== undefined) taken.push(best);
  }
  return taken;
}
