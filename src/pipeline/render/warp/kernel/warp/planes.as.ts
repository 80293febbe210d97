/** YUV444 texels (Y, U, V, unused) → planar 4:2:0: luma copied, chroma averaged over 2×2. Side a multiple of 2. */
export function toPlanes(source: usize, side: i32, planeY: usize, planeU: usize, planeV: usize): void {
  const line = <usize>side * 4;
  const wide = side & ~7;
  for (let j = 0; j < side; j += 2) {
    let p = source + <usize>j * line;
    let y = planeY + <usize>(j * side);
    let c = <usize>((j >> 1) * (side >> 1));
    let i = 0;
    for (; i < wide; i += 8) {
      const a0 = v128.load(p);
      const a1 = v128.load(p, 16);
      const b0 = v128.load(p + line);
      const b1 = v128.load(p + line, 16);
      v128.store64_lane(y, v128.shuffle<u8>(a0, a1, 0, 4, 8, 12, 16, 20, 24, 28, 0, 0, 0, 0, 0, 0, 0, 0), 0);
      v128.store64_lane(y + side, v128.shuffle<u8>(b0, b1, 0, 4, 8, 12, 16, 20, 24, 28, 0, 0, 0, 0, 0, 0, 0, 0), 0);
      // U of eight texels in the low half, V in the high one: pairs of neighbours are then added at once.
      const top = v128.shuffle<u8>(a0, a1, 1, 5, 9, 13, 17, 21, 25, 29, 2, 6, 10, 14, 18, 22, 26, 30);
      const low = v128.shuffle<u8>(b0, b1, 1, 5, 9, 13, 17, 21, 25, 29, 2, 6, 10, 14, 18, 22, 26, 30);
      const sums = i16x8.add(i16x8.extadd_pairwise_i8x16_u(top), i16x8.extadd_pairwise_i8x16_u(low));
      const mean = i16x8.shr_u(i16x8.add(sums, i16x8.splat(2)), 2);
      const bytes = i8x16.narrow_i16x8_u(mean, mean);
      v128.store32_lane(planeU + c, bytes, 0);
      v128.store32_lane(planeV + c, bytes, 1);
      p += 32;
      y += 8;
      c += 4;
    }
    for (; i < side; i += 2) {
      const q = p + line;
      store<u8>(y, load<u8>(p));
      store<u8>(y, load<u8>(p, 4), 1);
      store<u8>(y + side, load<u8>(q));
      store<u8>(y + side, load<u8>(q, 4), 1);
      const u = <i32>load<u8>(p, 1) + load<u8>(p, 5) + load<u8>(q, 1) + load<u8>(q, 5);
      const v = <i32>load<u8>(p, 2) + load<u8>(p, 6) + load<u8>(q, 2) + load<u8>(q, 6);
      store<u8>(planeU + c, <u8>((u + 2) >> 2));
      store<u8>(planeV + c, <u8>((v + 2) >> 2));
      p += 8;
      y += 2;
      c += 1;
    }
  }
}
