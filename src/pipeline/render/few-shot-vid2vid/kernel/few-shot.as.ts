// The pixel work around the generator of the engine few-shot-vid2vid, in AssemblyScript. Memory
// belongs to the caller, who passes byte offsets. A "network picture" is the picture as the network
// sees it: 256² bytes of Y, then 128² of U, then 128² of V. A "plane" is 128² f32.

const WIDE: i32 = 256;
const HALF: i32 = 128;
const Y_BYTES: usize = 65_536;
const C_BYTES: usize = 16_384;
const PLANE: usize = 65_536;
const NODE: usize = 16;

/** Box average of a side × side picture of 4-byte texels (Y, U, V, unused), side a multiple of 256, to a network picture. */
export function reduce(source: usize, side: i32, target: usize): void {
  const f = side / WIDE;
  const line = <usize>side * 4;
  const step = <usize>f * 4;
  const area = f * f;
  const four = 4 * area;
  const half = <i16>(area >> 1);
  const most = <i16>(2 * area);
  const inLuma: f32 = 1 / <f32>area;
  const inChroma: f32 = 1 / <f32>four;
  for (let j = 0; j < HALF; j++) {
    const top = source + <usize>(2 * j * f) * line;
    let y = target + <usize>(2 * j * WIDE);
    let u = target + Y_BYTES + <usize>(j * HALF);
    for (let i = 0; i < HALF; i++) {
      const p = top + <usize>(2 * i) * step;
      const a = boxSum(p, line, f);
      const b = boxSum(p + step, line, f);
      const c = boxSum(p + <usize>f * line, line, f);
      const d = boxSum(p + <usize>f * line + step, line, f);
      store<u8>(y, mean(i16x8.extract_lane_s(a, 0), half, inLuma));
      store<u8>(y, mean(i16x8.extract_lane_s(b, 0), half, inLuma), 1);
      store<u8>(y + WIDE, mean(i16x8.extract_lane_s(c, 0), half, inLuma));
      store<u8>(y + WIDE, mean(i16x8.extract_lane_s(d, 0), half, inLuma), 1);
      const all = i16x8.add(i16x8.add(a, b), i16x8.add(c, d));
      store<u8>(u, mean(i16x8.extract_lane_s(all, 1), most, inChroma));
      store<u8>(u + C_BYTES, mean(i16x8.extract_lane_s(all, 2), most, inChroma));
      y += 2;
      u += 1;
    }
  }
}

// @ts-ignore: decorator
@inline
function mean(sum: i16, half: i16, share: f32): u8 {
  // A hundredth keeps exact quotients from falling below themselves.
  return <u8>((<f32>(sum + half) + 0.01) * share);
}

/** Sum of f × f texels, in the lower four lanes of i16. f ≤ 4: 64 chroma bytes stay below 2¹⁵. */
// @ts-ignore: decorator
@inline
function boxSum(p: usize, line: usize, f: i32): v128 {
  if (f == 2) {
    const sum = i16x8.add(v128.load8x8_u(p), v128.load8x8_u(p + line));
    return i16x8.add(sum, v128.shuffle<i64>(sum, sum, 1, 0));
  }
  let sum = i16x8.splat(0);
  if (f & 1) {
    for (let r = 0; r < f; r++) {
      for (let c = 0; c < f; c++) {
        sum = i16x8.add(sum, i16x8.extend_low_i8x16_u(v128.load32_zero(p + <usize>c * 4)));
      }
      p += line;
    }
    return sum;
  }
  for (let r = 0; r < f; r++) {
    for (let c = 0; c < f; c += 2) sum = i16x8.add(sum, v128.load8x8_u(p + <usize>c * 4));
    p += line;
  }
  return i16x8.add(sum, v128.shuffle<i64>(sum, sum, 1, 0));
}

/** Bytes → 0…1; `count` a multiple of 16. */
export function toUnit(source: usize, count: i32, target: usize): void {
  const scale = f32x4.splat(1 / <f32>255);
  for (let i = 0; i < count; i += 16) {
    const bytes = v128.load(source);
    const low = i16x8.extend_low_i8x16_u(bytes);
    const high = i16x8.extend_high_i8x16_u(bytes);
    v128.store(target, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(low)), scale));
    v128.store(target, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(low)), scale), 16);
    v128.store(target, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(high)), scale), 32);
    v128.store(target, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(high)), scale), 48);
    source += 16;
    target += 64;
  }
}

/** A network picture → six planes 0…1: Y split by the parity of row and column, U, V. */
export function pack(picture: usize, target: usize): void {
  const scale = f32x4.splat(1 / <f32>255);
  for (let y = 0; y < WIDE; y++) {
    let p = picture + <usize>(y * WIDE);
    let q = target + <usize>(2 * (y & 1)) * PLANE + <usize>((y >> 1) * HALF) * 4;
    for (let x = 0; x < WIDE; x += 8) {
      const eight = v128.load8x8_u(p);
      const even = v128.and(eight, i32x4.splat(0xffff));
      const odd = i32x4.shr_u(eight, 16);
      v128.store(q, f32x4.mul(f32x4.convert_i32x4_u(even), scale));
      v128.store(q + PLANE, f32x4.mul(f32x4.convert_i32x4_u(odd), scale));
      p += 8;
      q += 16;
    }
  }
  toUnit(picture + Y_BYTES, 2 * <i32>C_BYTES, target + 4 * PLANE);
}

/** Bilinear value of a plane at a place in its own pixels, clamped to its edge. */
// @ts-ignore: decorator
@inline
function planeAt(plane: usize, x: f32, y: f32): f32 {
  x = max(<f32>0, min(<f32>(HALF - 1), x));
  y = max(<f32>0, min(<f32>(HALF - 1), y));
  const left = <i32>x;
  const top = <i32>y;
  const right = left < HALF - 1 ? 4 : 0;
  const fx = x - <f32>left;
  const fy = y - <f32>top;
  const p = plane + <usize>(top * HALF + left) * 4;
  const q = top < HALF - 1 ? p + HALF * 4 : p;
  const a = load<f32>(p);
  const b = load<f32>(q);
  const upper = a + (load<f32>(p + right) - a) * fx;
  const lower = b + (load<f32>(q + right) - b) * fx;
  return upper + (lower - upper) * fy;
}

/** Bilinear byte of a side² picture at a place in its own pixels, clamped to its edge. */
// @ts-ignore: decorator
@inline
function byteAt(picture: usize, side: i32, x: f32, y: f32): u8 {
  x = max(<f32>0, min(<f32>(side - 1), x));
  y = max(<f32>0, min(<f32>(side - 1), y));
  const left = <i32>x;
  const top = <i32>y;
  const right: usize = left < side - 1 ? 1 : 0;
  const fx = x - <f32>left;
  const fy = y - <f32>top;
  const p = picture + <usize>(top * side + left);
  const q = top < side - 1 ? p + <usize>side : p;
  const a = <f32>load<u8>(p);
  const b = <f32>load<u8>(q);
  const upper = a + (<f32>load<u8>(p + right) - a) * fx;
  const lower = b + (<f32>load<u8>(q + right) - b) * fx;
  return <u8>(upper + (lower - upper) * fy + 0.5);
}

/** A network picture drawn from the places that a flow (two planes, in sides of the picture) points to. */
export function warpPicture(picture: usize, flow: usize, target: usize): void {
  const flowY = flow + PLANE;
  for (let j = 0; j < HALF; j++) {
    for (let i = 0; i < HALF; i++) {
      const at = <usize>(j * HALF + i);
      const fx = load<f32>(flow + at * 4);
      const fy = load<f32>(flowY + at * 4);
      const x = <f32>i + fx * <f32>HALF;
      const y = <f32>j + fy * <f32>HALF;
      store<u8>(target + Y_BYTES + at, byteAt(picture + Y_BYTES, HALF, x, y));
      store<u8>(target + Y_BYTES + C_BYTES + at, byteAt(picture + Y_BYTES + C_BYTES, HALF, x, y));
      for (let k = 0; k < 4; k++) {
        const px = 2 * i + (k & 1);
        const py = 2 * j + (k >> 1);
        const u = (<f32>px + 0.5) * 0.5 - 0.5;
        const v = (<f32>py + 0.5) * 0.5 - 0.5;
        const gx = planeAt(flow, u, v);
        const gy = planeAt(flowY, u, v);
        store<u8>(
          target + <usize>(py * WIDE + px),
          byteAt(picture, WIDE, <f32>px + gx * <f32>WIDE, <f32>py + gy * <f32>WIDE),
        );
      }
    }
  }
}

/** Empties a field: 128² nodes of four f32, the last one the depth, farther than anything. */
export function clearField(field: usize): void {
  const empty = f32x4(0, 0, 0, f32.MAX_VALUE);
  const end = field + <usize>(HALF * HALF) * NODE;
  for (let p = field; p < end; p += NODE) v128.store(p, empty);
}

/** The first two values of a field's nodes as planes, times `scale`. */
export function splitField(field: usize, scale: f32, target: usize): void {
  const times = f32x4.splat(scale);
  for (let i: usize = 0; i < <usize>(HALF * HALF); i += 4) {
    const p = field + i * NODE;
    const ab = v128.shuffle<i32>(v128.load(p), v128.load(p, 16), 0, 4, 1, 5);
    const cd = v128.shuffle<i32>(v128.load(p, 32), v128.load(p, 48), 0, 4, 1, 5);
    v128.store(target + i * 4, f32x4.mul(v128.shuffle<i64>(ab, cd, 0, 2), times));
    v128.store(target + PLANE + i * 4, f32x4.mul(v128.shuffle<i64>(ab, cd, 1, 3), times));
  }
}
