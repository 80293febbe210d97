/**
 * How many columns make square tiles largest in an area: all of `count` tiles must fit without scrolling.
 * @param gap between tiles, in the unit of the sides
 */
export function bestColumns(count: number, width: number, height: number, gap: number): number {
  let best = 1;
  let largest = 0;
  for (let columns = 1; columns <= count; columns++) {
    const side = tileSide(columns, count, width, height, gap);
    if (side > largest) {
      largest = side;
      best = columns;
    }
  }
  return best;
}

/** The side of a square tile when `count` of them stand in `columns` columns. */
export function tileSide(
  columns: number,
  count: number,
  width: number,
  height: number,
  gap: number,
): number {
  const rows = Math.ceil(count / columns);
  return Math.max(
    0,
    Math.min((width - gap * (columns - 1)) / columns, (height - gap * (rows - 1)) / rows),
  );
}
