import type { Seconds } from '../../time.ts';
import type { HeadPose } from './pose.ts';

/**
 * What no head does from one camera frame to the next, but a cut does: as a step of its place (in
 * units of the face), its turn (radians) or the logarithm of its size.
 */
const STEP = { place: 0.6, turn: 0.6, logScale: 0.2 } as const;
/** Slower cameras leave more time to move: the allowance grows with the gap up to this. */
const USUAL_GAP: Seconds = 1 / 25;
const MOST_ALLOWANCE = 4;

/** Whether the picture changed rather than the head moved. */
export function isSceneCut(before: HeadPose, after: HeadPose, gap: Seconds): boolean {
  const allowance = Math.min(MOST_ALLOWANCE, Math.max(1, gap / USUAL_GAP));
  const place = Math.hypot(after.x - before.x, after.y - before.y) / before.scale;
  const turn = Math.hypot(after.yaw - before.yaw, after.pitch - before.pitch);
  const size = Math.abs(Math.log(after.scale / before.scale));
  return (
    place > STEP.place * allowance ||
    turn > STEP.turn * allowance ||
    size > STEP.logScale * allowance
  );
}
