/** Contours of MediaPipe's face mesh, as index lists; "right" and "left" are the subject's own. */

/** The face's outline, from the top of the forehead clockwise as seen in the picture. */
export const FACE_OVAL: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148,
  176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

/** An opening of the face: two contours from the same corner to the same corner, picture's left to right. */
export interface Opening {
  readonly upper: readonly number[];
  readonly lower: readonly number[];
}

/** The red of the lips: outer edge. */
export const LIPS_OUTER: Opening = {
  upper: [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291],
  lower: [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291],
};

/** The edge of the lips towards the mouth's inside. */
export const LIPS_INNER: Opening = {
  upper: [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308],
  lower: [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308],
};

export interface Eye extends Opening {
  /** Index of the iris's centre; its four rim points follow. */
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

/** Points that move with the skull alone: forehead, temples, bridge of the nose, outer eye corners. */
export const SKULL_POINTS: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 127, 162, 21, 54, 103, 67, 109, 151, 9, 8, 168, 6, 197,
  195, 5, 4, 33, 133, 362, 263, 234, 454, 93, 323, 98, 327,
];

/** Upper lids: from the crease above (`upper`) to the lid's edge (`lower`). */
export interface Eyelid extends Opening {
  /** A point of the brow's lower edge, above the middle of the eye. */
  readonly brow: number;
}

export const RIGHT_LID: Eyelid = {
  upper: [130, 247, 30, 29, 27, 28, 56, 190, 243],
  lower: RIGHT_EYE.upper,
  brow: 52,
};

export const LEFT_LID: Eyelid = {
  upper: [463, 414, 286, 258, 257, 259, 260, 467, 359],
  lower: LEFT_EYE.upper,
  brow: 282,
};
