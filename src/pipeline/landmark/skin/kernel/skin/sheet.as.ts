// How a face's sheet lies in memory. A plane has a f32 for each cell; `at` is the byte that a cell begins at in any of
// them. Rows are whole vectors; those with cells have a span of vectors that covers these, outside of which a plane is
// zero. There are as many cells of margin on all sides as the widest blur reaches, and three more.

/** Bytes of a row, of a plane. */
export let row: usize = 0;
export let size: usize = 0;
/** The first row with cells, and the one after the last. */
export let top: i32 = 0;
export let bottom: i32 = 0;
/** Bytes in a row from which and to which there are cells in any. */
export let left: usize = 0;
export let right: usize = 0;

let spans: usize = 0;
let planes: usize = 0;

/** `spanTable`: of each row, the bytes in a plane from which and to which its cells are. */
export function layOut(
  width: i32,
  height: i32,
  firstRow: i32,
  endRow: i32,
  spanTable: usize,
  firstPlane: usize,
): void {
  row = <usize>width << 2;
  size = row * <usize>height;
  top = firstRow;
  bottom = endRow;
  spans = spanTable;
  planes = firstPlane;
  left = row;
  right = 0;
  for (let y = top; y < bottom; y++) {
    const line = row * <usize>y;
    left = min(left, from(y) - line);
    right = max(right, to(y) - line);
  }
}

// @ts-ignore: decorator
@inline
export function from(y: i32): usize {
  return <usize>load<u32>(spans + (<usize>y << 3));
}

// @ts-ignore: decorator
@inline
export function to(y: i32): usize {
  return <usize>load<u32>(spans + (<usize>y << 3), 4);
}

// Planes, in the order in which the caller lays them.

/** All bits of a cell that is the face's, none of another. */
// @ts-ignore: decorator
@inline
export function mask(): usize {
  return planes;
}

/** How much of it is skin. */
// @ts-ignore: decorator
@inline
export function skin(): usize {
  return planes + size;
}

/** How well it is seen. */
// @ts-ignore: decorator
@inline
export function seen(): usize {
  return planes + 2 * size;
}

/** The pattern of this frame; of what is known; and how well that is. */
// @ts-ignore: decorator
@inline
export function now(): usize {
  return planes + 3 * size;
}

// @ts-ignore: decorator
@inline
export function pattern(): usize {
  return planes + 4 * size;
}

// @ts-ignore: decorator
@inline
export function known(): usize {
  return planes + 5 * size;
}

/** The flow. */
// @ts-ignore: decorator
@inline
export function flowX(): usize {
  return planes + 6 * size;
}

// @ts-ignore: decorator
@inline
export function flowY(): usize {
  return planes + 7 * size;
}

/** The pattern of this frame as if it lay where the mesh has it. */
// @ts-ignore: decorator
@inline
export function moved(): usize {
  return planes + 8 * size;
}

/** One over how much of what a blur adds up at a cell is the face: of the one that tells light, and contrast. */
// @ts-ignore: decorator
@inline
export function lightCover(): usize {
  return planes + 9 * size;
}

// @ts-ignore: decorator
@inline
export function contrastCover(): usize {
  return planes + 10 * size;
}

/** Five planes of what is blurred along rows alone; rows without cells are zero. */
// @ts-ignore: decorator
@inline
export function blurred(): usize {
  return planes + 11 * size;
}

/** Five rows to work in, zero where no cells are. */
// @ts-ignore: decorator
@inline
export function lines(): usize {
  return planes + 16 * size;
}
