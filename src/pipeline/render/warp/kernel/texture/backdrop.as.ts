// A level has four f32 a pixel: Y, U, V times how much is known of them, and that, 0…1.

/**
 * The first level: of each square of `times` texels of a texture its first, where less than `nobody` of a person is near.
 * @param near how much, of each such square.
 */
export function takeKnown(
  texels: usize,
  stride: usize,
  side: i32,
  times: i32,
  near: usize,
  nobody: f32,
  level: usize,
): void {
  for (let y = 0; y < side; y++) {
    let p = texels + <usize>(y * times) * stride;
    for (let x = 0; x < side; x++) {
      let pixel = f32x4.splat(0);
      if (load<f32>(near) < nobody) {
        const bytes = v128.load32_zero(p);
        const colour = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
        pixel = f32x4.replace_lane(f32x4.convert_i32x4_u(colour), 3, 1);
      }
      v128.store(level, pixel);
      p += <usize>times * 4;
      near += 4;
      level += 16;
    }
  }
}

/** A level at half its side: each pixel sums up four, of which more than one whole is as good as one. */
export function pull(level: usize, side: i32, target: usize): void {
  const line = <usize>side * 16;
  const least = f32x4.splat(0.25);
  for (let y = 0; y < side; y += 2) {
    let p = level + <usize>y * line;
    const end = p + line;
    for (; p < end; p += 32) {
      const q = p + line;
      const sum = f32x4.add(f32x4.add(v128.load(p), v128.load(p, 16)), f32x4.add(v128.load(q), v128.load(q, 16)));
      const mean = f32x4.mul(sum, least);
      const known = v128.shuffle<f32>(mean, mean, 3, 3, 3, 3);
      v128.store(target, f32x4.div(mean, f32x4.max(least, known)));
      target += 16;
    }
  }
}

/** The last level, one pixel: its colour, as far as there is one. */
export function normalise(level: usize): void {
  const known = load<f32>(level, 12);
  if (known > 0) v128.store(level, f32x4.div(v128.load(level), f32x4.splat(known)));
}

/** What a level does not know is taken, bilinear, from the one of half its side, which knows all. */
export function push(level: usize, side: i32, coarse: usize): void {
  const half = side >> 1;
  const line = <usize>half * 16;
  for (let y = 0; y < side; y++) {
    const top = coarse + <usize>max(0, (y - 1) >> 1) * line;
    const bottom = coarse + <usize>min(half - 1, (y + 1) >> 1) * line;
    const down = f32x4.splat((y & 1) == 0 ? 0.75 : 0.25);
    const up = f32x4.splat((y & 1) == 0 ? 0.25 : 0.75);
    for (let x = 0; x < side; x++) {
      const missing: f32 = <f32>1 - load<f32>(level, 12);
      if (missing > 0) {
        const left = <usize>max(0, (x - 1) >> 1) * 16;
        const right = <usize>min(half - 1, (x + 1) >> 1) * 16;
        const share = f32x4.splat((x & 1) == 0 ? 0.75 : 0.25);
        const rest = f32x4.splat((x & 1) == 0 ? 0.25 : 0.75);
        const upper = f32x4.add(f32x4.mul(v128.load(top + left), rest), f32x4.mul(v128.load(top + right), share));
        const lower = f32x4.add(f32x4.mul(v128.load(bottom + left), rest), f32x4.mul(v128.load(bottom + right), share));
        const found = f32x4.add(f32x4.mul(upper, up), f32x4.mul(lower, down));
        v128.store(level, f32x4.add(v128.load(level), f32x4.mul(found, f32x4.splat(missing))));
      }
      level += 16;
    }
  }
}

/** Writes the first level into a texture, each pixel into a square of `times` texels, where a person is near. */
export function putUnknown(
  level: usize,
  side: i32,
  times: i32,
  near: usize,
  nobody: f32,
  texels: usize,
  stride: usize,
): void {
  const round = f32x4.splat(0.5);
  for (let y = 0; y < side; y++) {
    let p = texels + <usize>(y * times) * stride;
    for (let x = 0; x < side; x++) {
      if (load<f32>(near) >= nobody) {
        const words = i32x4.trunc_sat_f32x4_u(f32x4.add(v128.load(level), round));
        const halves = i16x8.narrow_i32x4_u(words, words);
        const bytes = i32x4.extract_lane(i8x16.narrow_i16x8_u(halves, halves), 0);
        const texel = bytes | 0xff000000;
        for (let row = 0; row < times; row++) {
          const to = p + <usize>row * stride;
          for (let column = 0; column < times; column++) store<u32>(to + <usize>column * 4, texel);
        }
      }
      p += <usize>times * 4;
      near += 4;
      level += 16;
    }
  }
}
