import { NODE } from './map.as';
import { EDGE } from './remap.as';
import { put } from './sample.as';

// @ts-ignore: decorator
@inline
function tent(row: usize): v128 {
  const sides = i16x8.add(v128.load8x8_u(row - 4), v128.load8x8_u(row + 4));
  return i16x8.add(sides, i16x8.shl(v128.load8x8_u(row), 1));
}

// @ts-ignore: decorator
@inline
function soften(q: usize, line: usize): void {
  const sum = i16x8.add(
    i16x8.add(tent(q - line), tent(q + line)),
    i16x8.shl(tent(q), 1),
  );
  put(q, i16x8.shr_u(i16x8.add(sum, i16x8.splat(8)), 4));
}

/**
 * Takes the steps, as wide as a cell, off the edges that `remap` marked in its map: each of their pixels
 * becomes a mean of its neighbours, as a lens would have it.
 */
export function softenEdges(target: usize, side: i32, map: usize): void {
  const nodes = side / 2 + 1;
  const line = <usize>side * 4;
  for (let j = 1; j < side / 2 - 1; j++) {
    const row = map + <usize>(j * nodes) * NODE;
    const q = target + <usize>(2 * j) * line;
    for (let i = 1; i < side / 2 - 1; i++) {
      if (load<f32>(row + <usize>i * NODE, 8) != EDGE) continue;
      const pixel = q + <usize>i * 8;
      soften(pixel, line);
      soften(pixel + 4, line);
      soften(pixel + line, line);
      soften(pixel + line + 4, line);
    }
  }
}
