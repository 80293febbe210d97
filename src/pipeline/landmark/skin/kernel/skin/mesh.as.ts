// Draws the reference as its mesh lies in the frame: triangle by triangle, what is nearer before what is farther.

import { total } from './grid.as.ts';
import {
  DEPTH,
  DRAWN,
  FRAME,
  FROM_X,
  FROM_Y,
  KINDS,
  POINT,
  POINTS,
  REFERENCE,
  SIDE,
  TRIANGLE,
  TRIANGLES,
  weightOf,
} from './layout.as.ts';
import { sampled } from './sampling.as.ts';

/** Kinds of triangle: what surrounds the face, skin, an eye, the inside of the mouth. None covers a pixel: 0. */
export const SKIN: i32 = 2;
const EYE: i32 = 3;
const MOUTH: i32 = 4;

/** Of four pixels, from the first on. */
// @ts-ignore: decorator
@inline
export function kindsAt(pixel: usize): v128 {
  const bytes = v128.load32_zero(KINDS + pixel);
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
}

/** How far beyond a triangle's edge a pixel's middle may lie, by rounding. */
const SLACK: f32 = 0.0001;
const FAR: f32 = 1e9;
/** No light changes skin by more than this and leaves it like itself. */
const MOST_GAIN: f32 = 3;
/** Of the canvas' edge nothing is drawn, a pixel of the smallest level: there is no slope. */
const EDGE: i32 = 4;

/** Along a row a number begins at `base` and grows by `slope`: where from, and where to, is it not negative? */
let from: f32 = 0;
let to: f32 = 0;

// @ts-ignore: decorator
@inline
function within(base: f32, slope: f32): void {
  if (slope > 1e-9) from = max(from, (-SLACK - base) / slope);
  else if (slope < -1e-9) to = min(to, (-SLACK - base) / slope);
  else if (base < -SLACK) to = -1;
}

function drawTriangle(triangle: usize): void {
  const pa = POINTS + POINT * <usize>load<u16>(triangle);
  const pb = POINTS + POINT * <usize>load<u16>(triangle, 2);
  const pc = POINTS + POINT * <usize>load<u16>(triangle, 4);
  const kind = <u8>load<u16>(triangle, 6);
  const ax = load<f32>(pa);
  const ay = load<f32>(pa, 4);
  const bx = load<f32>(pb) - ax;
  const by = load<f32>(pb, 4) - ay;
  const cx = load<f32>(pc) - ax;
  const cy = load<f32>(pc, 4) - ay;
  const area = bx * cy - by * cx;
  // Its back is seen, or nothing of it.
  if (area < 1e-4) return;
  const az = load<f32>(pa, 8);
  const bz = load<f32>(pb, 8) - az;
  const cz = load<f32>(pc, 8) - az;
  const au = load<f32>(pa, 12);
  const bu = load<f32>(pb, 12) - au;
  const cu = load<f32>(pc, 12) - au;
  const av = load<f32>(pa, 16);
  const bv = load<f32>(pb, 16) - av;
  const cv = load<f32>(pc, 16) - av;
  const less: f32 = 1 / area;
  // How much of b and of c there is grows by these along a row.
  const bStep = cy * less;
  const cStep = -by * less;
  const zStep = bStep * bz + cStep * cz;
  const uStep = bStep * bu + cStep * cu;
  const vStep = bStep * bv + cStep * cv;
  const top = max(EDGE, <i32>Mathf.ceil(ay + min<f32>(0, min(by, cy))));
  const bottom = min(SIDE - 1 - EDGE, <i32>Mathf.floor(ay + max<f32>(0, max(by, cy))));
  for (let y = top; y <= bottom; y++) {
    const dy = <f32>y - ay;
    const b = (-ax * cy - dy * cx) * less;
    const c = (dy * bx + ax * by) * less;
    from = <f32>EDGE;
    to = <f32>(SIDE - 1 - EDGE);
    within(b, bStep);
    within(c, cStep);
    within(1 - b - c, -bStep - cStep);
    const first = <i32>Mathf.ceil(from);
    const last = <i32>Mathf.floor(to);
    const x = <f32>first;
    let z = az + b * bz + c * cz + x * zStep;
    let u = au + b * bu + c * cu + x * uStep;
    let v = av + b * bv + c * cv + x * vStep;
    let pixel = y * SIDE + first;
    for (let i = first; i <= last; i++) {
      const at = <usize>pixel << 2;
      if (z < load<f32>(DEPTH + at)) {
        store<f32>(DEPTH + at, z);
        store<u8>(KINDS + <usize>pixel, kind);
        store<f32>(FROM_X + at, u);
        store<f32>(FROM_Y + at, v);
      }
      z += zStep;
      u += uStep;
      v += vStep;
      pixel++;
    }
  }
}

/** Sums over the skin of the frame and of the drawn face, of their squares, and over the inside of the mouth in the frame. */
let skinPixels: f32 = 0;
let frameSum: f32 = 0;
let frameSquares: f32 = 0;
let drawnSum: f32 = 0;
let drawnSquares: f32 = 0;
let mouthPixels: f32 = 0;
let mouthSum: f32 = 0;

/** Fetches what is drawn from the reference, and adds up what is seen. */
function fetch(): void {
  const none = i32x4.splat(0);
  const skin = i32x4.splat(SKIN);
  const mouth = i32x4.splat(MOUTH);
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  let pixels = zero;
  let frames = zero;
  let frames2 = zero;
  let drawns = zero;
  let drawns2 = zero;
  let insides = zero;
  let bright = zero;
  for (let i: usize = 0; i < <usize>(SIDE * SIDE); i += 4) {
    const at = i << 2;
    const kinds = kindsAt(i);
    const covered = i32x4.gt_s(kinds, none);
    v128.store(weightOf(0) + at, v128.and(one, covered));
    if (!v128.any_true(covered)) continue;
    const own = i32x4.eq(kinds, skin);
    const inside = i32x4.eq(kinds, mouth);
    const frame = v128.load(FRAME + at);
    const drawn = sampled(REFERENCE, SIDE, v128.load(FROM_X + at), v128.load(FROM_Y + at));
    v128.store(DRAWN + at, drawn);
    const f = v128.and(frame, own);
    const d = v128.and(drawn, own);
    pixels = f32x4.add(pixels, v128.and(one, own));
    frames = f32x4.add(frames, f);
    frames2 = f32x4.add(frames2, f32x4.mul(f, f));
    drawns = f32x4.add(drawns, d);
    drawns2 = f32x4.add(drawns2, f32x4.mul(d, d));
    insides = f32x4.add(insides, v128.and(one, inside));
    bright = f32x4.add(bright, v128.and(frame, inside));
  }
  skinPixels = total(pixels);
  frameSum = total(frames);
  frameSquares = total(frames2);
  drawnSum = total(drawns);
  drawnSquares = total(drawns2);
  mouthPixels = total(insides);
  mouthSum = total(bright);
}

// @ts-ignore: decorator
@inline
function deviation(sum: f32, squares: f32, count: f32): f32 {
  return Mathf.sqrt(max<f32>(0, squares / count - (sum / count) * (sum / count)));
}

/**
 * Has the drawn face as much light as the frame's: else there are edges where it ends. What shows in an opening no mesh
 * knows: an eye is as the frame has it. So is the inside of the mouth, or `open` of the way as bright as all of it: then its
 * edge is one where the lips part, and what teeth and tongue do moves no lip.
 */
function finish(open: f32): void {
  if (skinPixels == 0) return;
  const contrast = deviation(drawnSum, drawnSquares, skinPixels);
  const ratio = contrast > 1 ? deviation(frameSum, frameSquares, skinPixels) / contrast : 1;
  const gain = min<f32>(MOST_GAIN, max<f32>(1 / MOST_GAIN, ratio));
  const offset = (frameSum - gain * drawnSum) / skinPixels;
  const gains = f32x4.splat(gain);
  const offsets = f32x4.splat(offset);
  const none = i32x4.splat(0);
  const eye = i32x4.splat(EYE);
  const mouth = i32x4.splat(MOUTH);
  const means = f32x4.splat(mouthPixels > 0 ? mouthSum / mouthPixels : 0);
  const shares = f32x4.splat(open);
  for (let i: usize = 0; i < <usize>(SIDE * SIDE); i += 4) {
    const at = i << 2;
    const kinds = kindsAt(i);
    const frame = v128.load(FRAME + at);
    const lit = f32x4.add(f32x4.mul(gains, v128.load(DRAWN + at)), offsets);
    const filled = f32x4.add(frame, f32x4.mul(shares, f32x4.sub(means, frame)));
    const fetched = v128.and(i32x4.gt_s(kinds, none), i32x4.lt_s(kinds, eye));
    const shown = v128.bitselect(filled, frame, i32x4.eq(kinds, mouth));
    v128.store(DRAWN + at, v128.bitselect(lit, shown, fetched));
  }
}

/** Draws the reference as the mesh at `POINTS` lies. @param open 0…1: how far the mouth is. */
export function drawMesh(triangles: i32, open: f32): void {
  memory.fill(KINDS, 0, SIDE * SIDE);
  const far = f32x4.splat(FAR);
  for (let at: usize = DEPTH; at < DEPTH + 4 * SIDE * SIDE; at += 16) v128.store(at, far);
  for (let t = 0; t < triangles; t++) drawTriangle(TRIANGLES + TRIANGLE * <usize>t);
  fetch();
  finish(open);
}
