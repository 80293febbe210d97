/**
 * What no sound answer of the generator goes beyond, in any place. What does, or is no number, is not
 * drawn: the warp stands.
 */
export const ANSWER_LIMITS = Object.freeze({
  /** Limited range allows a change of 0.86 at most; half as much again is no picture any more. */
  residual: 1.3,
  /** Room for rounding around a share. */
  share: 1.01,
  /** No face moves by a tenth of the picture between two frames without its mesh. */
  flow: 0.1,
});

/**
 * Mean distance, in steps of luma, between what is drawn and the plain warp: corrections of a face
 * change a picture by a few steps, a feedback that runs away by far more.
 */
export const MOST_DISTANCE = 40;
