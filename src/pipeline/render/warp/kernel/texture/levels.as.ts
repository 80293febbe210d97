/** A texture at half its side, an even number: each texel the mean of four. */
export function halve(source: usize, stride: usize, side: i32, target: usize, targetStride: usize): void {
  const round = i16x8.splat(2);
  const half = side >> 1;
  for (let y = 0; y < half; y++) {
    let p = source + <usize>(2 * y) * stride;
    let q = target + <usize>y * targetStride;
    let x = 0;
    for (; x + 1 < half; x += 2) {
      const upper = v128.load(p);
      const lower = v128.load(p + stride);
      const left = i16x8.add(i16x8.extend_low_i8x16_u(upper), i16x8.extend_low_i8x16_u(lower));
      const right = i16x8.add(i16x8.extend_high_i8x16_u(upper), i16x8.extend_high_i8x16_u(lower));
      const sum = i16x8.add(v128.shuffle<i64>(left, right, 0, 2), v128.shuffle<i64>(left, right, 1, 3));
      const mean = i16x8.shr_u(i16x8.add(sum, round), 2);
      v128.store64_lane(q, i8x16.narrow_i16x8_u(mean, mean), 0);
      p += 16;
      q += 8;
    }
    if (x < half) {
      const sum = i16x8.add(v128.load8x8_u(p), v128.load8x8_u(p + stride));
      const all = i16x8.add(i16x8.add(sum, v128.shuffle<i64>(sum, sum, 1, 0)), round);
      const mean = i16x8.shr_u(all, 2);
      v128.store32_lane(q, i8x16.narrow_i16x8_u(mean, mean), 0);
    }
  }
}

/** Goes on with a texture for one texel all round, as on its edge; there has to be room for it. */
export function replicateEdges(texels: usize, stride: usize, side: i32): void {
  const last = <usize>(side - 1);
  for (let y = 0; y < side; y++) {
    const row = texels + <usize>y * stride;
    store<u32>(row - 4, load<u32>(row));
    store<u32>(row + (last + 1) * 4, load<u32>(row + last * 4));
  }
  const wide = <usize>(side + 2) * 4;
  memory.copy(texels - 4 - stride, texels - 4, wide);
  const bottom = texels - 4 + last * stride;
  memory.copy(bottom + stride, bottom, wide);
}
