import type { Radian } from './pose.ts';

const DEGREE = Math.PI / 180;
/** A head whose picture looks ahead may turn so far either way: beyond, there is no skin to draw. */
const LIMIT = 42 * DEGREE;
/** Of the limit: what comes before is carried over unchanged. */
const UNCHANGED = 2 / 3;
/** Farther than this from the camera a face is a profile, which a mesh of its front cannot draw. */
const PROFILE = 50 * DEGREE;
/** The hidden cheek of a turned picture can be guessed less and less: taken off for each degree of its turn. */
const HIDDEN = 0.7;
/** However a picture is turned, the head may move a little. */
const LEAST = 10 * DEGREE;

/**
 * How far a head may turn from the view that its picture shows.
 * @param own the yaw of the picture's head.
 * @param turn which way it is to turn from there; only the sign counts.
 * @returns the turn up to which it follows unchanged, and the one it never reaches.
 */
export function turnLimit(own: Radian, turn: Radian): { knee: Radian; limit: Radian } {
  const away = own * turn > 0;
  const turned = Math.abs(own);
  const limit = Math.max(LEAST, Math.min(LIMIT, away ? PROFILE - turned : LIMIT - HIDDEN * turned));
  return { knee: limit * UNCHANGED, limit };
}
