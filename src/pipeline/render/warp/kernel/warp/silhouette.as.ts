import { NODE } from './map.as';
import { put, sample } from './sample.as';

/** A piece of an outline: x and y of its ends in nodes, the surface that it bounds to the left; their depths. */
const PIECE: usize = 24;
/** Depths of a surface this near to its outline's, in sides of the picture, are its own: a face is not half as deep. */
const OWN_DEPTH: f32 = 0.5;
/** How far a piece reaches beyond its ends, in nodes, so that corners between two have no gaps. */
const OVERLAP: f32 = 0.5;

// @ts-ignore: decorator
@inline
function mixed(a: v128, b: v128, share: f32): v128 {
  const w = <i16>(share * 128 + 0.5);
  const sum = i16x8.add(i16x8.mul(a, i16x8.splat(w)), i16x8.mul(b, i16x8.splat(128 - w)));
  return i16x8.shr_u(i16x8.add(sum, i16x8.splat(64)), 7);
}

// @ts-ignore: decorator
@inline
function corner(cell: usize, nodes: i32, c: i32): usize {
  return cell + <usize>((c >> 1) * nodes + (c & 1)) * NODE;
}

/** Of a cell's corners, a bit each, the one nearest to a pixel of it. */
// @ts-ignore: decorator
@inline
function nearest(corners: i32, column: i32, row: i32): i32 {
  let found = 0;
  let least = i32.MAX_VALUE;
  for (let c = 0; c < 4; c++) {
    if ((corners & (1 << c)) == 0) continue;
    const dx = 2 * (c & 1) - column;
    const dy = 2 * (c >> 1) - row;
    if (dx * dx + dy * dy >= least) continue;
    found = c;
    least = dx * dx + dy * dy;
  }
  return found;
}

/** What a cell's pixel shows of the surface at corner `c`, if that goes on at `scale`: no farther than `end`. */
// @ts-ignore: decorator
@inline
function goingOn(cell: usize, nodes: i32, c: i32, column: i32, row: i32, scale: f32, end: v128): v128 {
  const away = f32x4(<f32>(column - 2 * (c & 1)) * scale, <f32>(row - 2 * (c >> 1)) * scale, 0, 0);
  return f32x4.min(f32x4.max(f32x4.add(v128.load(corner(cell, nodes, c)), away), f32x4.splat(-0.5)), end);
}

/** `marked` is known where this is written out. */
// @ts-ignore: decorator
@inline
function drawTo(
  target: usize,
  side: i32,
  map: usize,
  texture: usize,
  stride: usize,
  scale: f32,
  pieces: usize,
  count: i32,
  tile: i32,
  marks: usize,
  marked: bool,
): void {
  const nodes = side / 2 + 1;
  // One less than there are: pixels of the next cells are drawn with each.
  const last = <f32>(nodes - 3);
  const line = <usize>side * 4;
  // Beyond the texel around it lie others' textures.
  const end = f32x4.splat(<f32>(<i32>(stride >> 2) - 2) - 0.5);
  for (let k = 0; k < count; k++) {
    const piece = pieces + <usize>k * PIECE;
    const x0 = load<f32>(piece);
    const y0 = load<f32>(piece, 4);
    const x1 = load<f32>(piece, 8);
    const y1 = load<f32>(piece, 12);
    const depth = (load<f32>(piece, 16) + load<f32>(piece, 20)) / 2;
    const length = sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0));
    if (length < 1e-3) continue;
    const ux = (x1 - x0) / length;
    const uy = (y1 - y0) / length;
    const fromX = <i32>max(floor(min(x0, x1)), 0);
    const toX = <i32>min(floor(max(x0, x1)), last);
    const fromY = <i32>max(floor(min(y0, y1)), 0);
    const toY = <i32>min(floor(max(y0, y1)), last);
    for (let j = fromY; j <= toY; j++) {
      for (let i = fromX; i <= toX; i++) {
        const cell = map + <usize>(j * nodes + i) * NODE;
        const x = <f32>i - x0;
        const y = <f32>j - y0;
        // Which of the cell's corners show the surface, and which what lies behind it.
        let own = 0;
        let other = 0;
        for (let c = 0; c < 4; c++) {
          const away = (x + <f32>(c & 1)) * uy - (y + <f32>(c >> 1)) * ux;
          const beyond = load<f32>(corner(cell, nodes, c), 12) - depth;
          if (away > 0 && abs(beyond) < OWN_DEPTH) own |= 1 << c;
          if (away <= 0 && beyond >= OWN_DEPTH) other |= 1 << c;
        }
        if (own == 0 || other == 0) continue;
        // Those of the next cells, too, that lie on the line's own width.
        for (let n = 0; n < 9; n++) {
          const column = n % 3;
          const row = n / 3;
          const px = x + <f32>column * 0.5;
          const py = y + <f32>row * 0.5;
          const along = px * ux + py * uy;
          if (along < -OVERLAP || along > length + OVERLAP) continue;
          const share: f32 = min<f32>(max<f32>(<f32>2 * (px * uy - py * ux) + 0.5, 0), 1);
          const colour = sample(texture, stride, goingOn(cell, nodes, nearest(own, column, row), column, row, scale, end));
          const behind = sample(texture, stride, goingOn(cell, nodes, nearest(other, column, row), column, row, scale, end));
          const q = target + <usize>(2 * j + row) * line + <usize>(2 * i + column) * 4;
          put(q, mixed(colour, behind, share));
          if (marked) store<u8>(marks + <usize>(((2 * j + row) / tile) * (side / tile) + (2 * i + column) / tile), 1);
        }
      }
    }
  }
}

/**
 * Draws the cells that outlines run through anew: each pixel from the surface on its side of the line, those on it from
 * both by the share that each covers. Between nodes of two surfaces a map knows neither: each goes on from its nearest node
 * at the texture's usual `scale` (texels a pixel).
 */
export function drawSilhouette(
  target: usize,
  side: i32,
  map: usize,
  texture: usize,
  stride: usize,
  scale: f32,
  pieces: usize,
  count: i32,
): void {
  drawTo(target, side, map, texture, stride, scale, pieces, count, 1, 0, false);
}

/** The same, and writes a 1 for each tile of the picture, `tile` pixels wide, that it draws in. */
export function drawSilhouetteMarking(
  target: usize,
  side: i32,
  map: usize,
  texture: usize,
  stride: usize,
  scale: f32,
  pieces: usize,
  count: i32,
  tile: i32,
  marks: usize,
): void {
  drawTo(target, side, map, texture, stride, scale, pieces, count, tile, marks, true);
}
