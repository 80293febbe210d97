// Crops a square out of planar YUV 4:2:0 into a planar RGB float tensor, in AssemblyScript.
// Memory belongs to the caller, who passes byte offsets; one byte past each plane's last row must be
// readable, as neighbours are loaded in pairs even where the right or lower one has no weight.

/** Four bilinear samples of a byte plane. */
// @ts-ignore: decorator
@inline
function sample(plane: usize, stride: v128, x: v128, y: v128): v128 {
  const left = i32x4.trunc_sat_f32x4_s(x);
  const top = i32x4.trunc_sat_f32x4_s(y);
  const fx = f32x4.sub(x, f32x4.convert_i32x4_s(left));
  const fy = f32x4.sub(y, f32x4.convert_i32x4_s(top));
  const at = i32x4.add(i32x4.mul(top, stride), left);
  const step = <usize>i32x4.extract_lane(stride, 0);
  const a = plane + <usize>i32x4.extract_lane(at, 0);
  const b = plane + <usize>i32x4.extract_lane(at, 1);
  const c = plane + <usize>i32x4.extract_lane(at, 2);
  const d = plane + <usize>i32x4.extract_lane(at, 3);
  const upper = i32x4(load<u16>(a), load<u16>(b), load<u16>(c), load<u16>(d));
  const lower = i32x4(load<u16>(a + step), load<u16>(b + step), load<u16>(c + step), load<u16>(d + step));
  return mix(pair(upper, fx), pair(lower, fx), fy);
}

/** Each lane holds two bytes, the left one low: their mean, weighted by f. */
// @ts-ignore: decorator
@inline
function pair(bytes: v128, f: v128): v128 {
  const left = f32x4.convert_i32x4_s(v128.and(bytes, i32x4.splat(0xff)));
  const right = f32x4.convert_i32x4_s(i32x4.shr_u(bytes, 8));
  return mix(left, right, f);
}

// @ts-ignore: decorator
@inline
function mix(a: v128, b: v128, f: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), f));
}

// @ts-ignore: decorator
@inline
function clamp(v: v128, low: v128, high: v128): v128 {
  return f32x4.min(f32x4.max(v, low), high);
}

/** How much of a bilinear sample lies inside a picture that it is this far outside of: 1 − |d|, at least 0. */
// @ts-ignore: decorator
@inline
function coverage(outside: v128): v128 {
  return f32x4.max(f32x4.sub(f32x4.splat(1), f32x4.abs(outside)), f32x4.splat(0));
}

/**
 * Pixel (i, j) of the square shows place (x0 + i·xi + j·xj, y0 + i·yi + j·yj) of the picture, whole numbers
 * being pixel centres; `side` is a multiple of 4. Luma counts lumaGain·Y + lumaOffset, chroma is centred on 128.
 * Outside the picture stands its nearest pixel, or with `fade` black.
 */
export function crop(
  tensor: usize,
  side: i32,
  yPlane: usize,
  uPlane: usize,
  vPlane: usize,
  yStride: i32,
  uvStride: i32,
  width: i32,
  height: i32,
  x0: f32,
  xi: f32,
  xj: f32,
  y0: f32,
  yi: f32,
  yj: f32,
  lumaGain: f32,
  lumaOffset: f32,
  redV: f32,
  greenU: f32,
  greenV: f32,
  blueU: f32,
  black: f32,
  white: f32,
  fade: bool,
): void {
  const zero = f32x4.splat(0);
  const lastX = f32x4.splat(<f32>(width - 1));
  const lastY = f32x4.splat(<f32>(height - 1));
  const lastChromaX = f32x4.splat(<f32>(((width + 1) >> 1) - 1));
  const lastChromaY = f32x4.splat(<f32>(((height + 1) >> 1) - 1));
  const lanes = f32x4(0, 1, 2, 3);
  const stepX = f32x4.mul(lanes, f32x4.splat(xi));
  const stepY = f32x4.mul(lanes, f32x4.splat(yi));
  const yStrides = i32x4.splat(yStride);
  const uvStrides = i32x4.splat(uvStride);
  const low = f32x4.splat(black);
  const high = f32x4.splat(white);
  const half = f32x4.splat(0.5);
  const quarter = f32x4.splat(0.25);
  const middle = f32x4.splat(128);
  const plane = <usize>(side * side) << 2;
  let to = tensor;
  for (let j = 0; j < side; j++) {
    const rowX = x0 + xj * <f32>j;
    const rowY = y0 + yj * <f32>j;
    for (let i = 0; i < side; i += 4) {
      const rawX = f32x4.add(f32x4.splat(rowX + xi * <f32>i), stepX);
      const rawY = f32x4.add(f32x4.splat(rowY + yi * <f32>i), stepY);
      const x = clamp(rawX, zero, lastX);
      const y = clamp(rawY, zero, lastY);
      // A chroma sample lies at the centre of its 2×2 luma block.
      const cx = clamp(f32x4.sub(f32x4.mul(x, half), quarter), zero, lastChromaX);
      const cy = clamp(f32x4.sub(f32x4.mul(y, half), quarter), zero, lastChromaY);
      const luma = f32x4.add(
        f32x4.mul(sample(yPlane, yStrides, x, y), f32x4.splat(lumaGain)),
        f32x4.splat(lumaOffset),
      );
      const u = f32x4.sub(sample(uPlane, uvStrides, cx, cy), middle);
      const v = f32x4.sub(sample(vPlane, uvStrides, cx, cy), middle);
      let red = f32x4.add(luma, f32x4.mul(v, f32x4.splat(redV)));
      let green = f32x4.add(
        luma,
        f32x4.add(f32x4.mul(u, f32x4.splat(greenU)), f32x4.mul(v, f32x4.splat(greenV))),
      );
      let blue = f32x4.add(luma, f32x4.mul(u, f32x4.splat(blueU)));
      red = clamp(red, low, high);
      green = clamp(green, low, high);
      blue = clamp(blue, low, high);
      if (fade) {
        const inside = f32x4.mul(coverage(f32x4.sub(rawX, x)), coverage(f32x4.sub(rawY, y)));
        red = mix(low, red, inside);
        green = mix(low, green, inside);
        blue = mix(low, blue, inside);
      }
      v128.store(to, red);
      v128.store(to + plane, green);
      v128.store(to + plane + plane, blue);
      to += 16;
    }
  }
}
