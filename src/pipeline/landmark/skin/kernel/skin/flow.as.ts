// The motion that brings the frame over the drawn face, by B. Lucas and T. Kanade's method, block by block.

import { between, blur, pixels, total } from './grid.as.ts';
import {
  BLOCK,
  block,
  COARSE_X,
  COARSE_Y,
  drawnOf,
  FLOW_BLUR,
  FLOW_X,
  FLOW_Y,
  frameOf,
  GRID_ROW,
  LEVELS,
  MOVED,
  ROWS,
  sideOf,
  SUM,
  SUMS,
  weightOf,
} from './layout.as.ts';
import { kindsAt, SKIN } from './mesh.as.ts';
import { sampled } from './sampling.as.ts';

/** Rows of the flow's x, and of its y, at the four rows of pixels in a row of blocks. */
// @ts-ignore: decorator
@inline
function lineX(row: i32): usize {
  return ROWS + 16 + GRID_ROW * <usize>(2 * row);
}

// @ts-ignore: decorator
@inline
function lineY(row: i32): usize {
  return lineX(row) + GRID_ROW;
}

/** The frame where the flow has it. */
function bringBack(level: i32): void {
  const side = sideOf(level);
  const count = side / BLOCK;
  const row = <usize>(4 * side);
  const plane = frameOf(level);
  for (let y = 0; y < side; y++) {
    between(FLOW_X, y, count, lineX(0));
    between(FLOW_Y, y, count, lineY(0));
    const down = f32x4.splat(<f32>y);
    const into = MOVED + row * <usize>y;
    for (let x: usize = 0; x < row; x += 16) {
      const across = f32x4.add(f32x4.splat(<f32>(x >> 2)), f32x4(0, 1, 2, 3));
      const right = f32x4.add(across, pixels(lineX(0) + (x >> 2)));
      const below = f32x4.add(down, pixels(lineY(0) + (x >> 2)));
      v128.store(into + x, sampled(plane, side, right, below));
    }
  }
}

/** Four times a slope: of the moved frame and of the drawn face, `step` bytes to either side. */
// @ts-ignore: decorator
@inline
function slope(moved: usize, drawn: usize, back: usize, ahead: usize): v128 {
  return f32x4.mul(
    f32x4.splat(0.25),
    f32x4.add(
      f32x4.sub(v128.load(moved + ahead), v128.load(moved - back)),
      f32x4.sub(v128.load(drawn + ahead), v128.load(drawn - back)),
    ),
  );
}

/** Sums over each block of what its pixels say; returns how alike frame and face are where there is skin: correlation. */
function gather(level: i32, outlier: f32): f32 {
  const side = sideOf(level);
  const count = side / BLOCK;
  const row = <usize>(4 * side);
  const drawn = drawnOf(level);
  const weights = weightOf(level);
  const one = f32x4.splat(1);
  const lessBeyond = f32x4.splat(1 / (outlier * outlier));
  const share: f32 = 1 / <f32>(BLOCK * BLOCK);
  const skin = i32x4.splat(SKIN);
  let both = f32x4.splat(0);
  let here = f32x4.splat(0);
  let there = f32x4.splat(0);
  for (let by = 0; by < count; by++) {
    for (let r = 0; r < BLOCK; r++) {
      between(FLOW_X, BLOCK * by + r, count, lineX(r));
      between(FLOW_Y, BLOCK * by + r, count, lineY(r));
    }
    let into = SUMS + block(0, by);
    for (let bx = 0; bx < count; bx++) {
      let xx = f32x4.splat(0);
      let xy = xx;
      let yy = xx;
      let xt = xx;
      let yt = xx;
      for (let r = 0; r < BLOCK; r++) {
        const y = BLOCK * by + r;
        const at = row * <usize>y + <usize>(16 * bx);
        const above = y > 0 ? row : 0;
        const below = y < side - 1 ? row : 0;
        const m = v128.load(MOVED + at);
        const d = v128.load(drawn + at);
        const gx = slope(MOVED + at, drawn + at, 4, 4);
        const gy = slope(MOVED + at, drawn + at, above, below);
        const off = f32x4.sub(m, d);
        const far = f32x4.mul(f32x4.mul(off, off), lessBeyond);
        const w = f32x4.div(v128.load(weights + at), f32x4.add(one, far));
        const fx = pixels(lineX(r) + <usize>(4 * bx));
        const fy = pixels(lineY(r) + <usize>(4 * bx));
        const rest = f32x4.sub(f32x4.sub(off, f32x4.mul(gx, fx)), f32x4.mul(gy, fy));
        const wx = f32x4.mul(w, gx);
        const wy = f32x4.mul(w, gy);
        xx = f32x4.add(xx, f32x4.mul(wx, gx));
        xy = f32x4.add(xy, f32x4.mul(wx, gy));
        yy = f32x4.add(yy, f32x4.mul(wy, gy));
        xt = f32x4.add(xt, f32x4.mul(wx, rest));
        yt = f32x4.add(yt, f32x4.mul(wy, rest));
        if (level == 0) {
          const kinds = kindsAt(at >> 2);
          const face = i32x4.eq(kinds, skin);
          const p = v128.and(d, face);
          const q = v128.and(m, face);
          both = f32x4.add(both, f32x4.mul(p, q));
          here = f32x4.add(here, f32x4.mul(q, q));
          there = f32x4.add(there, f32x4.mul(p, p));
        }
      }
      store<f32>(into, share * total(xx));
      store<f32>(into + SUM, share * total(xy));
      store<f32>(into + 2 * SUM, share * total(yy));
      store<f32>(into + 3 * SUM, share * total(xt));
      store<f32>(into + 4 * SUM, share * total(yt));
      into += 4;
    }
  }
  const alike = total(here) * total(there);
  return alike > 0 ? total(both) / sqrt<f32>(alike) : 0;
}

/** The motion that blocks agree on: `still` is what there is to be said for none, and `most` is how far one goes. */
function solve(level: i32, still: f32, most: f32): void {
  const count = sideOf(level) / BLOCK;
  for (let k: usize = 0; k < 5; k++) blur(SUMS + k * SUM, FLOW_BLUR, count);
  const none = f32x4.splat(still);
  const farthest = f32x4.splat(most / <f32>(1 << level));
  for (let y = 0; y < count; y++) {
    for (let x = 0; x < count; x += 4) {
      const at = block(x, y);
      const a = f32x4.add(v128.load(SUMS + at), none);
      const xy = v128.load(SUMS + SUM + at);
      const d = f32x4.add(v128.load(SUMS + 2 * SUM + at), none);
      const xt = v128.load(SUMS + 3 * SUM + at);
      const yt = v128.load(SUMS + 4 * SUM + at);
      const det = f32x4.sub(f32x4.mul(a, d), f32x4.mul(xy, xy));
      const right = f32x4.div(f32x4.sub(f32x4.mul(xy, yt), f32x4.mul(d, xt)), det);
      const down = f32x4.div(f32x4.sub(f32x4.mul(xy, xt), f32x4.mul(a, yt)), det);
      const far = f32x4.sqrt(f32x4.add(f32x4.mul(right, right), f32x4.mul(down, down)));
      const kept = f32x4.div(farthest, f32x4.max(far, farthest));
      v128.store(FLOW_X + at, f32x4.mul(kept, right));
      v128.store(FLOW_Y + at, f32x4.mul(kept, down));
    }
  }
}

/** What a level says of the next one, which is twice as large. */
function carryOver(level: i32): void {
  const count = sideOf(level) / BLOCK;
  spread(FLOW_X, COARSE_X, count);
  spread(FLOW_Y, COARSE_Y, count);
}

function spread(flow: usize, coarse: usize, count: i32): void {
  memory.copy(coarse, flow, SUM);
  for (let y = 0; y < 2 * count; y++) {
    const y0 = y >> 1;
    const y1 = (y & 1) == 0 ? max(0, y0 - 1) : min(count - 1, y0 + 1);
    for (let x = 0; x < 2 * count; x++) {
      const x0 = x >> 1;
      const x1 = (x & 1) == 0 ? max(0, x0 - 1) : min(count - 1, x0 + 1);
      const near: f32 = 0.75 * load<f32>(coarse + block(x0, y0)) + 0.25 * load<f32>(coarse + block(x1, y0));
      const far: f32 = 0.75 * load<f32>(coarse + block(x0, y1)) + 0.25 * load<f32>(coarse + block(x1, y1));
      store<f32>(flow + block(x, y), 2 * (0.75 * near + 0.25 * far));
    }
  }
}

/** `steps`: of each level, the largest last, how often, eight bits each. Returns how alike frame and face are. */
export function findFlow(outlier: f32, still: f32, most: f32, steps: i32): f32 {
  memory.fill(FLOW_X, 0, 2 * SUM);
  let agreement: f32 = 0;
  for (let level = LEVELS - 1; level >= 0; level--) {
    for (let k = (steps >> (8 * level)) & 255; k > 0; k--) {
      bringBack(level);
      agreement = gather(level, outlier);
      solve(level, still, most);
    }
    if (level > 0) carryOver(level);
  }
  return agreement;
}
