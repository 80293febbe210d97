import type { Px } from '../picture.ts';

/** Cells of a mask's side: the network's own picture. */
export const MASK_SIDE = 256;

/** Where the person is in a square around a face: head, hair, hat, and as much of the body as it shows. */
export interface PersonMask {
  /** The place of the first cell's centre, and the length of all cells' side, in pixels of the picture; may reach beyond it. */
  readonly left: Px;
  readonly top: Px;
  readonly side: Px;
  /** {@link MASK_SIDE}² cells, row after row: 0 what is behind … 255 the person. */
  readonly cells: Uint8Array;
}
