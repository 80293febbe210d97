/**
 * Contours of MediaPipe's face mesh as index lists. "Right" and "left" are the subject's own: the
 * right eye stands on the picture's left.
 */

/** An opening of the face: two edges from the same corner to the same corner, column by column. */
export interface Opening {
  readonly upper: readonly number[];
  readonly lower: readonly number[];
}

/** Once round an opening, each corner once. */
export function outline({ upper, lower }: Opening): readonly number[] {
  return [...upper, ...lower.slice(1, -1).toReversed()];
}

/** The edge of the lips towards the inside of the mouth, from the subject's right corner. */
export const LIPS_INNER: Opening = {
  upper: [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308],
  lower: [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308],
};

/** The outer edge of the red of the lips. */
export const LIPS_OUTER: Opening = {
  upper: [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291],
  lower: [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291],
};

export interface Eye extends Opening {
  /** Index of the iris's centre; four rim points follow: picture's right, top, left, bottom. */
  readonly iris: number;
}

export const RIGHT_EYE: Eye = {
  upper: [33, 246, 161, 160, 159, 158, 157, 173, 133],
  lower: [33, 7, 163, 144, 145, 153, 154, 155, 133],
  iris: 468,
};

export const LEFT_EYE: Eye = {
  upper: [362, 398, 384, 385, 386, 387, 388, 466, 263],
  lower: [362, 382, 381, 380, 374, 373, 390, 249, 263],
  iris: 473,
};

export const EYES: readonly [Eye, Eye] = [RIGHT_EYE, LEFT_EYE];

/** Both edges of both eyebrows. */
export const BROWS: readonly number[] = [
  70, 63, 105, 66, 107, 46, 53, 52, 65, 55, 300, 293, 334, 296, 336, 276, 283, 282, 295, 285,
];

/** The face's outline, from the top of the forehead clockwise as seen in the picture. */
export const FACE_OVAL: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148,
  176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];
