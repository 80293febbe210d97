import { FACE_MESH_POINTS_WITH_IRISES } from '../landmark/landmarks.ts';

/**
 * What a head and a face do, free of whose they are, as one flat vector, so that filters,
 * blends and transitions are the same few lines for all of it. Entries:
 *
 * - {@link YAW} … {@link LOG_SCALE}: the head. Relative to its place at rest: radians, units of the
 *   face, natural logarithm of the size ratio. Or absolute: as in HeadPose, the size as logarithm.
 * - {@link LID_RIGHT}, {@link LID_LEFT}: how far the eyes are open: 0 shut, 1 as at rest.
 * - {@link GAZE_X}, {@link GAZE_Y}: how far the irises left their place at rest, in half widths of the eye.
 * - from {@link OFFSETS} on: how far each point left its place at rest, x, y, z in face space, in
 *   the proportions of the average face.
 */
export type FaceMotion = Float64Array;

export const YAW = 0;
export const PITCH = 1;
export const ROLL = 2;
export const X = 3;
export const Y = 4;
export const LOG_SCALE = 5;
export const LID_RIGHT = 6;
export const LID_LEFT = 7;
export const GAZE_X = 8;
export const GAZE_Y = 9;
export const OFFSETS = 10;

export const FACE_VALUES = 3 * FACE_MESH_POINTS_WITH_IRISES;

/** A face at rest: relative motion of nothing at all. */
export function restingMotion(): FaceMotion {
  const motion = new Float64Array(OFFSETS + FACE_VALUES);
  motion[LID_RIGHT] = 1;
  motion[LID_LEFT] = 1;
  return motion;
}
