import type { Pose } from '../../src/pipeline/pose/pose.ts';

/** Frames that a sway to and fro takes, and how far it goes, in sides of the picture. */
const PERIOD = 40;
const REACH = 0.02;

/** A head that sways from side to side: no frame is like the one before it. */
export function movingPose(neutral: Pose, frame: number): Pose {
  const shift = REACH * Math.sin((2 * Math.PI * frame) / PERIOD);
  return {
    ...neutral,
    points: neutral.points.map((value, i) => (i % 3 === 0 ? value + shift : value)),
  };
}
