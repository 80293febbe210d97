// Follows skin: B. Lucas and T. Kanade's method, and what is known of it.

import { add, along, pair } from './blur.as.ts';
import {
  blurred,
  bottom,
  flowX,
  flowY,
  from,
  known,
  lines,
  mask,
  moved,
  now,
  pattern,
  row,
  seen,
  size,
  skin,
  to,
  top,
} from './sheet.as.ts';

/** Of four places, each of them and the one right of it, as two vectors of lefts and rights. */
// @ts-ignore: decorator
@inline
function lefts(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(low, high, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function rights(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(low, high, 1, 3, 5, 7);
}

// @ts-ignore: decorator
@inline
function two(a: usize, b: usize): v128 {
  return v128.load64_lane(b, v128.load64_zero(a), 1);
}

// @ts-ignore: decorator
@inline
function mix(a: v128, b: v128, f: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), f));
}

/** This frame's pattern where the skin of four cells is. A flow is shorter than the sheet's margin. */
// @ts-ignore: decorator
@inline
function fetched(at: usize, columns: v128, rows: v128, share: v128): v128 {
  const x = f32x4.add(columns, f32x4.mul(share, v128.load(flowX() + at)));
  const y = f32x4.add(rows, f32x4.mul(share, v128.load(flowY() + at)));
  const left = i32x4.trunc_sat_f32x4_s(x);
  const above = i32x4.trunc_sat_f32x4_s(y);
  const fx = f32x4.sub(x, f32x4.convert_i32x4_s(left));
  const fy = f32x4.sub(y, f32x4.convert_i32x4_s(above));
  const places = i32x4.add(
    i32x4.mul(above, i32x4.splat(<i32>row)),
    i32x4.shl(left, 2),
  );
  const a = now() + <usize>i32x4.extract_lane(places, 0);
  const b = now() + <usize>i32x4.extract_lane(places, 1);
  const c = now() + <usize>i32x4.extract_lane(places, 2);
  const d = now() + <usize>i32x4.extract_lane(places, 3);
  const upperLow = two(a, b);
  const upperHigh = two(c, d);
  const lowerLow = two(a + row, b + row);
  const lowerHigh = two(c + row, d + row);
  return mix(
    mix(lefts(upperLow, upperHigh), rights(upperLow, upperHigh), fx),
    mix(lefts(lowerLow, lowerHigh), rights(lowerLow, lowerHigh), fx),
    fy,
  );
}

// @ts-ignore: decorator
@inline
function columnsFrom(offset: usize): v128 {
  return f32x4.add(f32x4.splat(<f32>(offset >> 2)), f32x4(0, 1, 2, 3));
}

// @ts-ignore: decorator
@inline
function total(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    f32x4.extract_lane(v, 2) +
    f32x4.extract_lane(v, 3)
  );
}

function bringBack(): void {
  const whole = f32x4.splat(1);
  for (let y = top; y < bottom; y++) {
    const rows = f32x4.splat(<f32>y);
    const line = row * <usize>y;
    const end = to(y);
    for (let at = from(y); at < end; at += 16) {
      const value = fetched(at, columnsFrom(at - line), rows, whole);
      v128.store(moved() + at, v128.and(value, v128.load(mask() + at)));
    }
  }
}

// @ts-ignore: decorator
@inline
function slope(a: usize, b: usize, step: usize): v128 {
  const change = f32x4.add(
    f32x4.sub(v128.load(a + step), v128.load(a - step)),
    f32x4.sub(v128.load(b + step), v128.load(b - step)),
  );
  return f32x4.mul(change, f32x4.splat(0.25));
}

/**
 * What each cell says of the motion: the normal equations of one under which it would look as it is known, blurred along
 * rows. Returns the correlation of what is seen with what is known.
 */
function gather(outlier: f32, taps: usize): f32 {
  let both: f32 = 0;
  let here: f32 = 0;
  let there: f32 = 0;
  const lessBeyond = f32x4.splat(1 / (outlier * outlier));
  const one = f32x4.splat(1);
  for (let y = top; y < bottom; y++) {
    const line = row * <usize>y;
    const end = to(y);
    memory.fill(lines(), 0, 5 * row);
    let rowBoth = f32x4.splat(0);
    let rowHere = f32x4.splat(0);
    let rowThere = f32x4.splat(0);
    for (let at = from(y); at < end; at += 16) {
      const trust = f32x4.mul(
        f32x4.mul(v128.load(skin() + at), v128.load(seen() + at)),
        v128.load(known() + at),
      );
      const gx = slope(moved() + at, pattern() + at, 4);
      const gy = slope(moved() + at, pattern() + at, row);
      const m = v128.load(moved() + at);
      const p = v128.load(pattern() + at);
      const tm = f32x4.mul(trust, m);
      rowBoth = f32x4.add(rowBoth, f32x4.mul(tm, p));
      rowHere = f32x4.add(rowHere, f32x4.mul(tm, m));
      rowThere = f32x4.add(rowThere, f32x4.mul(f32x4.mul(trust, p), p));
      const off = f32x4.sub(m, p);
      const w = f32x4.div(
        trust,
        f32x4.add(one, f32x4.mul(f32x4.mul(off, off), lessBeyond)),
      );
      const rest = f32x4.sub(
        f32x4.sub(off, f32x4.mul(gx, v128.load(flowX() + at))),
        f32x4.mul(gy, v128.load(flowY() + at)),
      );
      const wx = f32x4.mul(w, gx);
      const wy = f32x4.mul(w, gy);
      let out = lines() + at - line;
      v128.store(out, f32x4.mul(wx, gx));
      out += row;
      v128.store(out, f32x4.mul(wx, gy));
      out += row;
      v128.store(out, f32x4.mul(wy, gy));
      out += row;
      v128.store(out, f32x4.mul(wx, rest));
      out += row;
      v128.store(out, f32x4.mul(wy, rest));
    }
    both += total(rowBoth);
    here += total(rowHere);
    there += total(rowThere);
    for (let k: usize = 0; k < 5; k++) along(lines() + k * row, blurred() + k * size + line, taps);
  }
  return here * there > 0 ? both / sqrt<f32>(here * there) : 0;
}

/** The motion that the cells around agree on: `still` is what there is to be said for none, and `most` is how far one goes. */
function solve(taps: usize, still: f32, most: f32): void {
  const none = f32x4.splat(still);
  const farthest = f32x4.splat(most);
  const last = taps + 4 + (<usize>load<u32>(taps) << 2);
  for (let y = top; y < bottom; y++) {
    const end = to(y);
    for (let at = from(y); at < end; at += 16) {
      const pxx = blurred() + at;
      const pxy = pxx + size;
      const pyy = pxy + size;
      const pxt = pyy + size;
      const pyt = pxt + size;
      const middle = v128.load32_splat(taps, 4);
      let xx = f32x4.mul(middle, v128.load(pxx));
      let xy = f32x4.mul(middle, v128.load(pxy));
      let yy = f32x4.mul(middle, v128.load(pyy));
      let xt = f32x4.mul(middle, v128.load(pxt));
      let yt = f32x4.mul(middle, v128.load(pyt));
      let reach = row;
      for (let k = taps + 4; k < last; k += 4) {
        const tap = v128.load32_splat(k, 4);
        xx = add(xx, tap, pair(pxx, reach));
        xy = add(xy, tap, pair(pxy, reach));
        yy = add(yy, tap, pair(pyy, reach));
        xt = add(xt, tap, pair(pxt, reach));
        yt = add(yt, tap, pair(pyt, reach));
        reach += row;
      }
      const a = f32x4.add(xx, none);
      const d = f32x4.add(yy, none);
      const det = f32x4.sub(f32x4.mul(a, d), f32x4.mul(xy, xy));
      const x = f32x4.div(f32x4.sub(f32x4.mul(xy, yt), f32x4.mul(d, xt)), det);
      const down = f32x4.div(f32x4.sub(f32x4.mul(xy, xt), f32x4.mul(a, yt)), det);
      const far = f32x4.sqrt(f32x4.add(f32x4.mul(x, x), f32x4.mul(down, down)));
      const kept = f32x4.div(farthest, f32x4.max(far, farthest));
      const inside = v128.load(mask() + at);
      v128.store(flowX() + at, v128.and(f32x4.mul(kept, x), inside));
      v128.store(flowY() + at, v128.and(f32x4.mul(kept, down), inside));
    }
  }
}

export function followSkin(taps: usize, outlier: f32, still: f32, most: f32): f32 {
  bringBack();
  const agreement = gather(outlier, taps);
  solve(taps, still, most);
  return agreement;
}

/** What is seen, brought `share` of the way, joins the mean of so many frames, the less the more is known already. */
export function rememberSkin(share: f32, frames: f32): void {
  const shares = f32x4.splat(share);
  const all = f32x4.splat(frames);
  const each = f32x4.splat(1 / frames);
  const one = f32x4.splat(1);
  const any = f32x4.splat(1e-30);
  for (let y = top; y < bottom; y++) {
    const rows = f32x4.splat(<f32>y);
    const line = row * <usize>y;
    const end = to(y);
    for (let at = from(y); at < end; at += 16) {
      const s = v128.load(seen() + at);
      const value = fetched(at, columnsFrom(at - line), rows, shares);
      const before = v128.load(pattern() + at);
      const k = v128.load(known() + at);
      const count = f32x4.add(f32x4.mul(k, all), s);
      const part = f32x4.div(s, f32x4.max(count, any));
      v128.store(pattern() + at, f32x4.add(before, f32x4.mul(part, f32x4.sub(value, before))));
      const grown = f32x4.min(one, f32x4.mul(count, each));
      v128.store(known() + at, v128.bitselect(grown, k, f32x4.gt(s, f32x4.splat(0))));
    }
  }
}
