// Reads the pattern of skin out of a frame's luma.

import { along, down } from './blur.as.ts';
import {
  blurred,
  bottom,
  contrastCover,
  from,
  lightCover,
  lines,
  mask,
  now,
  row,
  seen,
  size,
  to,
  top,
} from './sheet.as.ts';

/** Of four triangles, one of the numbers that say where each lies. */
// @ts-ignore: decorator
@inline
function gathered(a: usize, b: usize, c: usize, d: usize, offset: usize): v128 {
  let all = v128.load32_zero(a + offset);
  all = v128.load32_lane(b + offset, all, 1);
  all = v128.load32_lane(c + offset, all, 2);
  return v128.load32_lane(d + offset, all, 3);
}

/** Pixels, as far as places and steps between them are told apart: in sixteen bits before and after the point. */
const MOST_PLACE: f32 = 16000;
const MOST_STEP: f32 = 2000;

// @ts-ignore: decorator
@inline
function fixed(v: v128, most: f32): v128 {
  const within = f32x4.min(f32x4.max(v, f32x4.splat(-most)), f32x4.splat(most));
  return i32x4.trunc_sat_f32x4_s(f32x4.mul(within, f32x4.splat(65536)));
}

// @ts-ignore: decorator
@inline
function clamp(v: v128, low: v128, high: v128): v128 {
  return i32x4.min_s(i32x4.max_s(v, low), high);
}

/**
 * Of each cell the mean luma, of `taps` by `taps` pixels, and how well it is seen. At `luma` is the row `firstY`.
 * `triangles`: of each cell, a u16; `affine`: six numbers of each of these; `sight`: one.
 */
export function readLuma(
  luma: usize,
  stride: i32,
  lastX: i32,
  firstY: i32,
  lastY: i32,
  triangles: usize,
  affine: usize,
  sight: usize,
  taps: i32,
): void {
  const step = <f32>1 / <f32>taps;
  const first = (step - 1) / 2;
  const share = f32x4.splat(step * step);
  const steps = f32x4.splat(step);
  const strides = i32x4.splat(stride);
  const origin = luma - <usize>(firstY * stride);
  const leftmost = i32x4.splat(0);
  const rightmost = i32x4.splat(lastX);
  const uppermost = i32x4.splat(firstY);
  const lowest = i32x4.splat(lastY);
  for (let y = top; y < bottom; y++) {
    const line = row * <usize>y;
    const cy = f32x4.splat(<f32>y + first);
    const end = to(y);
    for (let at = from(y); at < end; at += 16) {
      const x = <f32>((at - line) >> 2) + first;
      const cx = f32x4.add(f32x4.splat(x), f32x4(0, 1, 2, 3));
      const t = triangles + (at >> 1);
      const ia = <usize>load<u16>(t);
      const ib = <usize>load<u16>(t, 2);
      const ic = <usize>load<u16>(t, 4);
      const id = <usize>load<u16>(t, 6);
      const a = affine + 24 * ia;
      const b = affine + 24 * ib;
      const c = affine + 24 * ic;
      const d = affine + 24 * id;
      const xx = gathered(a, b, c, d, 0);
      const xy = gathered(a, b, c, d, 4);
      const yx = gathered(a, b, c, d, 12);
      const yy = gathered(a, b, c, d, 16);
      const x0 = f32x4.add(
        f32x4.add(f32x4.mul(xx, cx), f32x4.mul(xy, cy)),
        gathered(a, b, c, d, 8),
      );
      const y0 = f32x4.add(
        f32x4.add(f32x4.mul(yx, cx), f32x4.mul(yy, cy)),
        gathered(a, b, c, d, 20),
      );
      const rightX = fixed(f32x4.mul(xx, steps), MOST_STEP);
      const rightY = fixed(f32x4.mul(yx, steps), MOST_STEP);
      const downX = fixed(f32x4.mul(xy, steps), MOST_STEP);
      const downY = fixed(f32x4.mul(yy, steps), MOST_STEP);
      let rowX = fixed(x0, MOST_PLACE);
      let rowY = fixed(y0, MOST_PLACE);
      let ofA = 0;
      let ofB = 0;
      let ofC = 0;
      let ofD = 0;
      for (let j = 0; j < taps; j++) {
        let px = rowX;
        let py = rowY;
        for (let i = 0; i < taps; i++) {
          const pixel = i32x4.add(
            i32x4.mul(clamp(i32x4.shr_s(py, 16), uppermost, lowest), strides),
            clamp(i32x4.shr_s(px, 16), leftmost, rightmost),
          );
          ofA += <i32>load<u8>(origin + <usize>i32x4.extract_lane(pixel, 0));
          ofB += <i32>load<u8>(origin + <usize>i32x4.extract_lane(pixel, 1));
          ofC += <i32>load<u8>(origin + <usize>i32x4.extract_lane(pixel, 2));
          ofD += <i32>load<u8>(origin + <usize>i32x4.extract_lane(pixel, 3));
          px = i32x4.add(px, rightX);
          py = i32x4.add(py, rightY);
        }
        rowX = i32x4.add(rowX, downX);
        rowY = i32x4.add(rowY, downY);
      }
      const sum = i32x4(ofA, ofB, ofC, ofD);
      const inside = v128.load(mask() + at);
      v128.store(now() + at, v128.and(f32x4.mul(f32x4.convert_i32x4_s(sum), share), inside));
      const s = gathered(sight + 4 * ia, sight + 4 * ib, sight + 4 * ic, sight + 4 * id, 0);
      v128.store(seen() + at, v128.and(s, inside));
    }
  }
}

/** One over how much of what a blur adds up is the face. */
export function cover(taps: usize, into: usize): void {
  const line = lines();
  for (let y = top; y < bottom; y++) {
    memory.fill(line, 0, row);
    const start = row * <usize>y;
    const end = to(y);
    for (let at = from(y); at < end; at += 16) {
      v128.store(line + at - start, v128.and(f32x4.splat(1), v128.load(mask() + at)));
    }
    along(line, blurred() + start, taps);
  }
  for (let y = top; y < bottom; y++) {
    const end = to(y);
    for (let at = from(y); at < end; at += 16) {
      v128.store(into + at, f32x4.div(f32x4.splat(1), down(blurred() + at, taps)));
    }
  }
  memory.fill(line, 0, row);
}

/** The luma that was read becomes the pattern: less its mean around, over its contrast around, of which `noise` is the camera's. */
export function normalise(light: usize, contrast: usize, noise: f32): void {
  for (let y = top; y < bottom; y++) {
    const line = row * <usize>y;
    along(now() + line, blurred() + line, light);
  }
  for (let y = top; y < bottom; y++) {
    const line = row * <usize>y;
    const end = to(y);
    const begin = from(y);
    const squares = lines();
    memory.fill(squares, 0, row);
    for (let at = begin; at < end; at += 16) {
      const mean = f32x4.mul(down(blurred() + at, light), v128.load(lightCover() + at));
      const value = v128.and(
        f32x4.sub(v128.load(now() + at), mean),
        v128.load(mask() + at),
      );
      v128.store(now() + at, value);
      v128.store(squares + at - line, f32x4.mul(value, value));
    }
    along(squares, blurred() + size + line, contrast);
  }
  for (let y = top; y < bottom; y++) {
    const end = to(y);
    for (let at = from(y); at < end; at += 16) {
      const squares = f32x4.mul(
        down(blurred() + size + at, contrast),
        v128.load(contrastCover() + at),
      );
      const deviation = f32x4.add(f32x4.sqrt(squares), f32x4.splat(noise));
      v128.store(now() + at, f32x4.div(v128.load(now() + at), deviation));
    }
  }
}
