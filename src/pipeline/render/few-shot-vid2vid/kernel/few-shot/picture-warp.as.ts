// A network picture moved by a flow.

import { WIDE, HALF, Y_BYTES, C_BYTES, PLANE } from './layout.as';

/**
 * A network picture drawn from the places that a flow (two planes, in sides of the picture) points to. Of a window of
 * cells: the rest of the target stays; x and width multiples of 4. `row`: two rows of a plane and 16 bytes of scratch.
 */
export function warpPicture(
  picture: usize,
  flow: usize,
  target: usize,
  row: usize,
  x: i32,
  y: i32,
  width: i32,
  height: i32,
): void {
  const flowY = flow + PLANE;
  const chroma = picture + Y_BYTES;
  const toChroma = target + Y_BYTES;
  const half = f32x4.splat(<f32>HALF);
  for (let j = y; j < y + height; j++) {
    for (let i = x; i < x + width; i += 2) {
      const at = <usize>(j * HALF + i);
      const moved = f32x4(
        load<f32>(flow + at * 4),
        load<f32>(flowY + at * 4),
        load<f32>(flow + at * 4, 4),
        load<f32>(flowY + at * 4, 4),
      );
      const own = f32x4(<f32>i, <f32>j, <f32>(i + 1), <f32>j);
      const place = fixedPlace(f32x4.add(own, f32x4.mul(moved, half)), HALF);
      const x0 = i32x4.extract_lane(place, 0);
      const y0 = i32x4.extract_lane(place, 1);
      const x1 = i32x4.extract_lane(place, 2);
      const y1 = i32x4.extract_lane(place, 3);
      store<u8>(toChroma + at, byteAt(chroma, HALF, x0, y0));
      store<u8>(toChroma + at, byteAt(chroma, HALF, x1, y1), 1);
      store<u8>(toChroma + C_BYTES + at, byteAt(chroma + C_BYTES, HALF, x0, y0));
      store<u8>(toChroma + C_BYTES + at, byteAt(chroma + C_BYTES, HALF, x1, y1), 1);
    }
  }
  // Luma: the flow halfway between its own places, bilinear, in pairs of x and y.
  const near = f32x4.splat(0.75);
  const far = f32x4.splat(0.25);
  const wide = f32x4.splat(<f32>WIDE);
  const first = row + 8;
  const last = first + <usize>(HALF - 1) * 8;
  // The flow of cells beside the window's counts, too.
  const begin = max(0, x - 4);
  const end = min(HALF, x + width + 4);
  for (let r = 2 * y; r < 2 * (y + height); r++) {
    const j = r >> 1;
    const beside = max(0, min(HALF - 1, (r & 1) == 0 ? j - 1 : j + 1));
    for (let i = begin; i < end; i += 4) {
      const p = <usize>(j * HALF + i) * 4;
      const q = <usize>(beside * HALF + i) * 4;
      const across = blendedRow(flow, p, q, near, far);
      const down = blendedRow(flowY, p, q, near, far);
      v128.store(first + <usize>i * 8, v128.shuffle<i32>(across, down, 0, 4, 1, 5));
      v128.store(first + <usize>i * 8, v128.shuffle<i32>(across, down, 2, 6, 3, 7), 16);
    }
    store<u64>(row, load<u64>(first));
    store<u64>(last + 8, load<u64>(last));
    let to = target + <usize>(r * WIDE + 2 * x);
    for (let i = x; i < x + width; i++) {
      const p = first + <usize>i * 8;
      // The neighbour before in the lower pair of lanes, the one after in the upper one.
      const sides = v128.shuffle<i64>(v128.load64_zero(p - 8), v128.load64_zero(p + 8), 0, 2);
      const flowHere = f32x4.add(
        f32x4.mul(v128.load64_splat(p), near),
        f32x4.mul(sides, far),
      );
      const own = f32x4(<f32>(i + i), <f32>r, <f32>(i + i + 1), <f32>r);
      const place = fixedPlace(f32x4.add(own, f32x4.mul(flowHere, wide)), WIDE);
      store<u8>(
        to,
        byteAt(picture, WIDE, i32x4.extract_lane(place, 0), i32x4.extract_lane(place, 1)),
      );
      store<u8>(
        to,
        byteAt(picture, WIDE, i32x4.extract_lane(place, 2), i32x4.extract_lane(place, 3)),
        1,
      );
      to += 2;
    }
  }
}

/**
 * Bilinear byte of a side × side picture at a place in 128ths of a pixel.
 * Neighbours are read in pairs, beyond the last column and row too, where they count for nothing.
 */
// @ts-ignore: decorator
@inline
function byteAt(picture: usize, side: i32, x: i32, y: i32): u8 {
  const fx = x & 127;
  const fy = y & 127;
  const p = picture + <usize>((y >> 7) * side + (x >> 7));
  const a = <i32>load<u16>(p);
  const b = <i32>load<u16>(p + <usize>side);
  const upper = (a & 255) * (128 - fx) + (a >> 8) * fx;
  const lower = (b & 255) * (128 - fx) + (b >> 8) * fx;
  return <u8>((upper * (128 - fy) + lower * fy + 8192) >> 14);
}

/** Places in pixels as 128ths of one, inside a side × side picture. */
// @ts-ignore: decorator
@inline
function fixedPlace(place: v128, side: i32): v128 {
  const most = i32x4.splat((side - 1) << 7);
  const fixed = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(place, f32x4.splat(128))));
  return i32x4.max_s(i32x4.splat(0), i32x4.min_s(most, fixed));
}

// @ts-ignore: decorator
@inline
function blendedRow(plane: usize, p: usize, q: usize, near: v128, far: v128): v128 {
  return f32x4.add(f32x4.mul(v128.load(plane + p), near), f32x4.mul(v128.load(plane + q), far));
}
