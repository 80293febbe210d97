import { LEFT_EYE, type Opening, RIGHT_EYE } from '../../landmark/face-topology.ts';

/** The points of the outline that lie before the ears, the right one first: the middle of the head is between them. */
export const BEFORE_EARS = [234, 454] as const;

/** Points that move with the skull alone: forehead, temples, bridge of the nose, outer eye corners. */
export const SKULL_POINTS: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 127, 162, 21, 54, 103, 67, 109, 151, 9, 8, 168, 6, 197,
  195, 5, 4, 33, 133, 362, 263, 234, 454, 93, 323, 98, 327,
];

/** Upper lids: from the crease above (`upper`) to the lid's edge (`lower`). */
export interface Eyelid extends Opening {
  /** A point of the brow's lower edge, above the middle of the eye. */
  readonly brow: number;
  /** Points below the lower lid, where the skin is lit and bare. */
  readonly below: readonly number[];
}

export const RIGHT_LID: Eyelid = {
  upper: [130, 247, 30, 29, 27, 28, 56, 190, 243],
  lower: RIGHT_EYE.upper,
  brow: 52,
  below: [229, 230, 231],
};

export const LEFT_LID: Eyelid = {
  upper: [463, 414, 286, 258, 257, 259, 260, 467, 359],
  lower: LEFT_EYE.upper,
  brow: 282,
  below: [449, 450, 451],
};

/** Around each eye, the right one first: from the crease of the upper lid to below the lower one. */
export const EYE_RINGS: readonly (readonly number[])[] = [
  [130, 247, 30, 29, 27, 28, 56, 190, 243, 112, 26, 22, 23, 24, 110, 25],
  [463, 414, 286, 258, 257, 259, 260, 467, 359, 255, 339, 254, 253, 252, 256, 341],
];
