// How pictures and planes lie in memory. A "network picture" is the picture as the network sees it: bytes of Y, then
// of U, then of V, which have half as many rows and columns. A "plane" has a f32 for each cell of the network's field,
// as many as U has bytes; a field is as large, of nodes of four f32. Each field has a kernel of its own, in which all
// of this is known when it is compiled: the build says how many cells are in a row.

// @ts-ignore: defined by the build
const CELLS: i32 = FIELD_CELLS;

/** Sides of luma, and of chroma and planes. */
export const WIDE: i32 = 2 * CELLS;
export const HALF: i32 = CELLS;
/** Bytes of a network picture's luma, and of either chroma. */
export const Y_BYTES: usize = WIDE * WIDE;
export const C_BYTES: usize = HALF * HALF;
/** Bytes of a plane, of one of its rows, of a node. */
export const PLANE: usize = 4 * HALF * HALF;
export const ROW: usize = 4 * HALF;
export const NODE: usize = 16;
