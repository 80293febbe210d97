import type { Px } from '../../picture.ts';

/**
 * The grid that a network works on: all that it is given and gives lies in its cells. The luma of the picture that
 * it sees is split into four, so that a cell is two by two of its pixels.
 */
export interface Field {
  /** Cells in a row, and in a column. */
  readonly cells: number;
  /** Of the picture that the network sees; outputs are no smaller. */
  readonly side: Px;
  /** Cells in all, which are the numbers of one plane. */
  readonly plane: number;
  /** Of a plane in float32. */
  readonly planeBytes: number;
  /** Of a picture as the network sees it: Y of {@link side}², U and V of {@link cells}². */
  readonly pictureBytes: number;
  /** Its cells to one of the coarsest field: what is meant in sides of the picture, and told in cells of that one, is so many times as long here. */
  readonly fineness: number;
}

/** Of the coarsest field there is, whose cells lengths are told in where they are meant in sides of the picture. */
const COARSEST = 128;

const fieldOf = (cells: number): Field =>
  Object.freeze({
    cells,
    side: 2 * cells,
    plane: cells ** 2,
    planeBytes: 4 * cells ** 2,
    pictureBytes: 4 * cells ** 2 + 2 * cells ** 2,
    fineness: cells / COARSEST,
  });

/** For pictures of 256². */
export const FIELD_128 = fieldOf(COARSEST);
/** For pictures of 512². */
export const FIELD_256 = fieldOf(2 * COARSEST);

/** Those that there are kernels for, and that a model may say it works on. */
export const FIELDS: readonly Field[] = [FIELD_128, FIELD_256];

/**
 * What the embedder is shown of an identity, whatever the generator works on: how somebody looks is told by layers
 * that halve this four times, and eight pictures of four times the cells would take an enrolment four times as long.
 */
export const EMBEDDER_FIELD = FIELDS[0]!;
