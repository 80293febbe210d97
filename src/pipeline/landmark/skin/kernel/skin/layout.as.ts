// How one face's canvas lies in memory. A plane has a f32 for each pixel of the canvas; a grid one for each block of it,
// and a margin on all sides, into which its edge is drawn out before it is blurred.

/** Pixels of the canvas along a side: about what the face of a call has in its camera's picture. */
export const SIDE: i32 = 192;
/** Levels at which motion is looked for, each half as large as the one before. */
export const LEVELS: i32 = 3;
/** Pixels of a block, which is a vector wide: motion is told for each, at every level. */
export const BLOCK: i32 = 4;
export const MARGIN: i32 = 8;

/** Bytes of a grid's row. */
export const GRID_ROW: usize = 4 * (SIDE / BLOCK + 2 * MARGIN);
const GRID: usize = GRID_ROW * (SIDE / BLOCK + 2 * MARGIN);
const PLANE: usize = 4 * SIDE * SIDE;

/** The kernel's own static data lies below. */
const START: usize = 65536;

/** Luma of the frame; of the face as it was first seen; and of that, as it would look in this frame. */
export const FRAME: usize = START;
export const REFERENCE: usize = FRAME + PLANE;
export const DRAWN: usize = REFERENCE + PLANE;
/** How far behind the picture lies what is drawn at a pixel, and where in the reference it is from. */
export const DEPTH: usize = DRAWN + PLANE;
export const FROM_X: usize = DEPTH + PLANE;
export const FROM_Y: usize = FROM_X + PLANE;
/** The frame where the drawn face has it, at the level that is looked at. */
export const MOVED: usize = FROM_Y + PLANE;
/** What kind of triangle covers a pixel, a byte each. */
export const KINDS: usize = MOVED + PLANE;
/** Level by level: the frame's pattern, the drawn face's, and how much each pixel has to say. */
const PYRAMID: usize = KINDS + PLANE / 4;

/** Sums over blocks, and five things of each; what is blurred along rows alone. */
export const SUMS: usize = PYRAMID + 6 * PLANE;
export const SUM: usize = GRID;
export const ALONG: usize = SUMS + 5 * GRID;
/** Motion: what is seen at a block in the drawn face lies so many pixels right of it, and below it, in the frame. */
export const FLOW_X: usize = ALONG + GRID;
export const FLOW_Y: usize = FLOW_X + GRID;
/** The same of the level below while it is carried over. */
export const COARSE_X: usize = FLOW_Y + GRID;
export const COARSE_Y: usize = COARSE_X + GRID;
/** Rows of blocks between whose middles a row of pixels lies, drawn out by a vector on both sides. */
export const ROWS: usize = COARSE_Y + GRID;

/** Of each column of the canvas, the columns of the picture that it is made of, by their bytes, and how much of each. */
export const MOST_TAPS: i32 = 12;
export const COLUMNS: usize = ROWS + 8 * GRID_ROW;
export const SHARES: usize = COLUMNS + 4 * SIDE * MOST_TAPS;

/** Blurs: a radius, the middle and `radius` more numbers to one side. */
const BLUR: usize = 64;
export const LIGHT_BLUR: usize = SHARES + 4 * SIDE * MOST_TAPS;
export const CONTRAST_BLUR: usize = LIGHT_BLUR + BLUR;
export const FLOW_BLUR: usize = CONTRAST_BLUR + BLUR;

/** Of each point of the mesh x, y, z in the frame's canvas, and x, y in the reference. */
export const POINT: usize = 20;
export const POINTS: usize = FLOW_BLUR + BLUR;
/** Of each triangle three points and a kind, u16 each. */
export const TRIANGLE: usize = 8;
export const TRIANGLES: usize = POINTS + 512 * POINT;
/** A row of the picture's columns, and the picture's luma, of which there is as much as is needed. */
export const LINE: usize = TRIANGLES + 1280 * TRIANGLE;
export const LUMA: usize = LINE + 4 * 16384;

// @ts-ignore: decorator
@inline
export function sideOf(level: i32): i32 {
  return SIDE >> level;
}

/** Planes of a level begin after those of the ones before: three each, a quarter as large each time. */
function levelAt(level: i32): usize {
  return PYRAMID + (level > 0 ? 3 * PLANE : 0) + (level > 1 ? (3 * PLANE) / 4 : 0);
}

export function frameOf(level: i32): usize {
  return levelAt(level);
}

export function drawnOf(level: i32): usize {
  return levelAt(level) + (PLANE >> (2 * level));
}

export function weightOf(level: i32): usize {
  return levelAt(level) + 2 * (PLANE >> (2 * level));
}

/** The byte at which a block lies in a grid. */
// @ts-ignore: decorator
@inline
export function block(x: i32, y: i32): usize {
  return <usize>(y + MARGIN) * GRID_ROW + <usize>(4 * (x + MARGIN));
}
